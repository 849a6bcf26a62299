/* SPDX-License-Identifier: GPL-2.0-or-later
 * Finds the entry of a diagnosis and fills the templates of its evidence.
 */
#include "knowledge/diagnosis.h"

#include <string.h>

/* In a template, see kb_template.py: the bytes 1 to SX_MAX_EVIDENCE_ARGS stand for an argument, PLURAL for a choice of forms
 * by the argument behind it; NEXT_FORM stands between the forms, END behind them. */
enum { PLURAL = 7, NEXT_FORM = 8, END = 14 };

const sx_diagnosis_entry *sx_knowledge_diagnosis(guint diagnosis) {
    return &sx_diagnosis_entries[diagnosis];
}

gboolean sx_knowledge_evidence_is_headline(guint evidence) {
    return evidence < sx_n_evidence_entries && sx_evidence_entries[evidence].is_headline;
}

guint sx_knowledge_evidence_field(guint evidence, guint argument) {
    return evidence < sx_n_evidence_entries && argument < SX_MAX_EVIDENCE_ARGS
               ? sx_evidence_entries[evidence].fields[argument]
               : 0;
}

gboolean sx_knowledge_evidence_marks(guint evidence) {
    return evidence < sx_n_evidence_entries && sx_evidence_entries[evidence].marks;
}

#define LONGEST_TIME                                                                               \
    (G_MAXUINT32 * G_GUINT64_CONSTANT(1000)) /* that findings keep, in milliseconds */

static guint64 divide_rounded(guint64 value, guint64 unit) {
    return value / unit + (value % unit >= unit / 2);
}

/* Precision falls as time grows; the unit is chosen by the rounded value, so nothing prints as "1000 ms". */
void sx_knowledge_append_time(GString *text, guint64 microseconds) {
    guint64 milliseconds = divide_rounded(microseconds, 1000);
    guint64 tenths = divide_rounded(microseconds, G_USEC_PER_SEC / 10);
    guint64 seconds = divide_rounded(microseconds, G_USEC_PER_SEC);
    guint64 minutes = divide_rounded(microseconds, G_GUINT64_CONSTANT(60) * G_USEC_PER_SEC);
    guint64 hours = divide_rounded(microseconds, G_GUINT64_CONSTANT(3600) * G_USEC_PER_SEC);
    guint64 days = divide_rounded(microseconds, G_GUINT64_CONSTANT(86400) * G_USEC_PER_SEC);
    if (microseconds < 1000)
        g_string_append(text, "under 1 ms");
    else if (milliseconds < 1000)
        g_string_append_printf(text, "%u ms", (guint)milliseconds);
    else if (tenths < 600 && tenths % 10)
        g_string_append_printf(text, "%u.%u s", (guint)tenths / 10, (guint)tenths % 10);
    else if (tenths < 600)
        g_string_append_printf(text, "%u s", (guint)tenths / 10);
    else if (seconds < 600)
        g_string_append_printf(text, "%u s", (guint)seconds);
    else if (minutes < 120)
        g_string_append_printf(text, "%u min", (guint)minutes);
    else if (hours < 72)
        g_string_append_printf(text, "%u h", (guint)hours);
    else if (microseconds < LONGEST_TIME)
        g_string_append_printf(text, "%u days", (guint)days);
    else
        g_string_append(text, "over 49 days");
}

/* A sentence is shown on terminals: what would steer one, or hide or turn text, stands there as Wireshark writes it. */
static void append_text(GString *text, const char *from_wire) {
    for (const char *p = from_wire; *p != '\0'; p = g_utf8_next_char(p)) {
        gunichar c = g_utf8_get_char(p);
        if (g_unichar_isprint(c))
            g_string_append_len(text, p, g_utf8_next_char(p) - p);
        else if (c < 0x80 && g_ascii_isspace((gchar)c))
            g_string_append_c(text, ' ');
        else
            g_string_append_printf(text, c < 0x80 ? "\\%03o" : "\\u%04x", c);
    }
}

static void append_argument(GString *text, const sx_evidence_arg *arg) {
    if (arg->type == SX_ARG_TEXT)
        append_text(text, arg->value.text ? arg->value.text : "?");
    else if (arg->type == SX_ARG_SECONDS)
        sx_knowledge_append_time(text, arg->value.number);
    else
        g_string_append_printf(text, "%" G_GUINT64_FORMAT, arg->value.number);
}

/* The form of a word that goes with a number. @param at the first form. @return what follows the last one */
static const char *append_form(GString *text, const char *at, guint64 number) {
    for (guint form = number == 1 ? 0 : 1; *at != END; at++) {
        if (*at == NEXT_FORM)
            form--;
        else if (form == 0)
            g_string_append_c(text, *at);
    }
    return at + 1;
}

char *sx_knowledge_evidence_text(guint evidence, const sx_evidence_arg *args, guint n_args) {
    GString *text = g_string_new(NULL);
    const char *at = evidence < sx_n_evidence_entries ? sx_evidence_entries[evidence].template : "";
    while (*at != '\0') {
        guint place = (guint)*at - 1;
        if (*at == PLURAL) {
            place = (guint)at[1] - 1;
            at = append_form(text, at + 2, place < n_args && args ? args[place].value.number : 0);
            continue;
        }
        if (place >= SX_MAX_EVIDENCE_ARGS)
            g_string_append_c(text, *at);
        else if (args != NULL && place < n_args)
            append_argument(text, &args[place]);
        at++;
    }
    return g_string_free(text, FALSE);
}

gboolean sx_diagnosis_is_default(const sx_diagnosis_entry *entry) {
    return strncmp(entry->id, "normal.", 7) == 0 || strncmp(entry->id, "failure.", 8) == 0;
}

gboolean sx_diagnosis_is_of_missing_header(const sx_diagnosis_entry *entry) {
    return g_str_has_prefix(entry->id, "header.missing-");
}
