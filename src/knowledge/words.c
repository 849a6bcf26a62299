/* SPDX-License-Identifier: GPL-2.0-or-later
 * Texts by number, and how templates, times and texts from the network are printed.
 */
#include "knowledge/words.h"

#include <string.h>

#include "knowledge/languages.h"
#include "labels.h"

/* In a template, see kb_template.py: the bytes 1 to SX_MAX_ARGS stand for an argument, PLURAL for a choice of forms by
 * the argument behind it; NEXT_FORM stands between the forms, END behind them. OPTIONAL and OPTIONAL_END stand
 * around what is left out where its time is not known. */
enum { PLURAL = 7, NEXT_FORM = 8, OPTIONAL = 11, OPTIONAL_END = 12, END = 14 };

/* ---- languages ---- */

guint sx_n_languages(void) {
    return sx_n_language_entries;
}

static const sx_language_entry *entry_of(sx_language language) {
    return language < sx_n_language_entries ? &sx_languages[language] : NULL;
}

const char *sx_language_code(sx_language language) {
    const sx_language_entry *entry = entry_of(language);
    return entry != NULL ? entry->code : NULL;
}

const char *sx_language_name(sx_language language) {
    const sx_language_entry *entry = entry_of(language);
    return entry != NULL ? entry->name : NULL;
}

gboolean sx_language_is_complete(sx_language language) {
    const sx_language_entry *entry = entry_of(language);
    return entry != NULL && entry->complete;
}

gboolean sx_language_is_right_to_left(sx_language language) {
    const char *name = sx_language_name(language);
    return name != NULL && g_unichar_get_script(g_utf8_get_char(name)) == G_UNICODE_SCRIPT_ARABIC;
}

gboolean sx_language_find(const char *code, sx_language *language) {
    for (guint i = 0; i < sx_n_language_entries; i++) {
        if (g_ascii_strcasecmp(sx_languages[i].code, code) == 0) {
            *language = (sx_language)i;
            return TRUE;
        }
    }
    return FALSE;
}

/* The language that has the text: this one, else English. */
static const sx_language_entry *language_with(sx_language language, sx_word word) {
    const sx_language_entry *entry = entry_of(language);
    return entry != NULL && entry->offsets[word] != 0 ? entry : &sx_languages[SX_ENGLISH];
}

const char *sx_word_text(sx_language language, sx_word word) {
    if (word >= sx_n_words)
        return "";
    const sx_language_entry *entry = language_with(language, word);
    return entry->pool + entry->offsets[word];
}

/* ---- texts from the network ---- */

/* Some letters of Hangul and the blank of Braille are invisible. */
gboolean sx_word_is_shown(gunichar c) {
    switch (g_unichar_type(c)) {
    case G_UNICODE_CONTROL:
    case G_UNICODE_FORMAT:
    case G_UNICODE_UNASSIGNED:
    case G_UNICODE_PRIVATE_USE:
    case G_UNICODE_SURROGATE:
    case G_UNICODE_LINE_SEPARATOR:
    case G_UNICODE_PARAGRAPH_SEPARATOR: return FALSE;
    default:
        return c != 0x34f && c != 0x115f && c != 0x1160 && c != 0x3164 && c != 0xffa0 &&
               c != 0x2800;
    }
}

void sx_word_append_text(GString *out, const char *text) {
    const char *run = text; /* of what can stand as it is */
    const char *p = text;
    while (*p != '\0') {
        gboolean plain = *p >= ' ' && *p <= '~';
        gunichar c = plain ? (gunichar)*p : g_utf8_get_char(p);
        const char *next = plain ? p + 1 : g_utf8_next_char(p);
        if (!plain && !sx_word_is_shown(c)) {
            g_string_append_len(out, run, p - run);
            if (c < 0x80 && g_ascii_isspace((gchar)c))
                g_string_append_c(out, ' ');
            else
                g_string_append_printf(out, c < 0x80 ? "\\%03o" : "\\u%04x", c);
            run = next;
        }
        p = next;
    }
    g_string_append_len(out, run, p - run);
}

void sx_word_append_item(sx_language language, GString *list, const char *item) {
    if (item[0] == '\0')
        return;
    if (list->len > 0)
        sx_label_units_next_item(language, list, item);
    else
        sx_word_append_text(list, item);
}

/* ---- times ---- */

#define LONGEST_TIME ((G_MAXUINT32 - 1) * G_GUINT64_CONSTANT(1000)) /* that findings keep */
#define LONGEST_DAYS 49                                             /* in it */

static guint64 divide_rounded(guint64 value, guint64 unit) {
    return value / unit + (value % unit >= unit / 2);
}

/* Precision falls as time grows; the unit is chosen by the rounded value, so nothing prints as "1000 ms". */
void sx_word_append_time(sx_language language, GString *out, guint64 microseconds) {
    guint64 milliseconds = divide_rounded(microseconds, 1000);
    guint64 tenths = divide_rounded(microseconds, G_USEC_PER_SEC / 10);
    guint64 seconds = divide_rounded(microseconds, G_USEC_PER_SEC);
    guint64 minutes = divide_rounded(microseconds, G_GUINT64_CONSTANT(60) * G_USEC_PER_SEC);
    guint64 hours = divide_rounded(microseconds, G_GUINT64_CONSTANT(3600) * G_USEC_PER_SEC);
    if (microseconds < 1000)
        g_string_append(out, sx_word_text(language, SX_LABEL_UNITS_UNDER_MILLISECOND));
    else if (milliseconds < 1000)
        sx_label_units_milliseconds(language, out, milliseconds);
    else if (tenths < 600 && tenths % 10 != 0)
        sx_label_units_tenths(language, out, tenths / 10, tenths % 10);
    else if (tenths < 600)
        sx_label_units_seconds(language, out, tenths / 10);
    else if (seconds < 600)
        sx_label_units_seconds(language, out, seconds);
    else if (minutes < 120)
        sx_label_units_minutes(language, out, minutes);
    else if (hours < 72)
        sx_label_units_hours(language, out, hours);
    else if (microseconds < LONGEST_TIME)
        sx_label_units_days(
            language, out,
            divide_rounded(microseconds, G_GUINT64_CONSTANT(86400) * G_USEC_PER_SEC));
    else
        sx_label_units_over_longest(language, out, LONGEST_DAYS);
}

/* ---- templates ---- */

static void append_argument(sx_language language, GString *out, const sx_arg *arg) {
    switch (arg->type) {
    case SX_ARG_TEXT:
        sx_word_append_text(out, arg->value.text != NULL ? arg->value.text : "?");
        break;
    case SX_ARG_WORD:
        g_string_append(
            out, arg->value.number != 0 ? sx_word_text(language, (sx_word)arg->value.number) : "?");
        break;
    case SX_ARG_SECONDS:
    case SX_ARG_STATED_SECONDS: sx_word_append_time(language, out, arg->value.number); break;
    default: g_string_append_printf(out, "%" G_GUINT64_FORMAT, arg->value.number);
    }
}

/* Whether the part that begins here, which may be left out, has a time that is not known. @param end set to its end */
static gboolean lacks_time(const char *at, const sx_arg *args, guint n_args, const char **end) {
    gboolean lacks = FALSE;
    for (; *at != OPTIONAL_END && *at != '\0'; at++) {
        guint place = (guint)(guchar)*at - 1;
        lacks = lacks || (args != NULL && place < n_args && args[place].type == SX_ARG_SECONDS &&
                          args[place].value.number == SX_UNTIMED);
    }
    *end = at;
    return lacks;
}

/* The form of a word that goes with a number. @param at the first form. @return what follows the last one */
static const char *append_form(GString *out, const char *at, guint form) {
    for (; *at != END; at++) {
        if (*at == NEXT_FORM)
            form--;
        else if (form == 0)
            g_string_append_c(out, *at);
    }
    return at + 1;
}

void sx_word_format(sx_language language, GString *out, sx_word template, const sx_arg *args,
                    guint n_args) {
    if (template >= sx_n_words)
        return;
    const sx_language_entry *entry = language_with(language, template);
    const char *at = entry->pool + entry->offsets[template];
    sx_language its =
        (sx_language)(entry - sx_languages); /* an English sentence has English words */
    while (*at != '\0') {
        gsize plain = 0;
        while ((guchar)at[plain] > END)
            plain++;
        g_string_append_len(out, at, (gssize)plain);
        at += plain;
        if (*at == OPTIONAL) {
            const char *end;
            at = lacks_time(at + 1, args, n_args, &end) ? end : at + 1;
        } else if (*at == OPTIONAL_END) {
            at++;
        } else if (*at == PLURAL) {
            guint place = (guint)at[1] - 1;
            guint64 number = args != NULL && place < n_args ? args[place].value.number : 0;
            at = append_form(out, at + 2, MIN(entry->plural(number), entry->n_forms - 1u));
        } else if (*at != '\0') {
            guint place = (guint)*at++ - 1;
            if (args != NULL && place < n_args)
                append_argument(its, out, &args[place]);
        }
    }
}
