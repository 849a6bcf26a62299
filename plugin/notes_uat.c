/* SPDX-License-Identifier: GPL-2.0-or-later
 * Rows of the table are strings as typed; the engine reads them, and says what is wrong with one.
 */
#include "notes_uat.h"

#include "ws_compat.h"

#include <epan/uat.h>

/** A row. */
typedef struct {
    char *codes, *method, *product, *phrase, *note;
    guint severity; /* one of severities[] */
} record;

static const value_string severities[] = {{0, "unchanged"},
                                          {1 + SX_SEVERITY_CHAT, "chat"},
                                          {1 + SX_SEVERITY_NOTE, "note"},
                                          {1 + SX_SEVERITY_WARN, "warning"},
                                          {1 + SX_SEVERITY_ERROR, "error"},
                                          {0, NULL}};

static record *records;
static guint n_records;
static sx_notes *notes; /* NULL: none */

UAT_CSTRING_CB_DEF(notes, codes, record)
UAT_CSTRING_CB_DEF(notes, method, record)
UAT_CSTRING_CB_DEF(notes, product, record)
UAT_CSTRING_CB_DEF(notes, phrase, record)
UAT_CSTRING_CB_DEF(notes, note, record)
UAT_VS_DEF(notes, severity, record, guint, 0, "unchanged")

#define PATTERN "A part of the text in any case, with * for anything between. Empty: any."

static uat_field_t fields[] = {
    UAT_FLD_CSTRING(notes, codes, "Code",
                    "A status code (403) or a range of them (400-499). Empty: any, and requests."),
    UAT_FLD_CSTRING(
        notes, method, "Method",
        "Method of the request, such as INVITE; its responses are meant too. Empty: any."),
    UAT_FLD_CSTRING(notes, product, "Server or User-Agent", PATTERN),
    UAT_FLD_CSTRING(notes, phrase, "Phrase", "Reason phrase of a response. " PATTERN),
    UAT_FLD_CSTRING(notes, note, "Note", "What to say on such messages."),
    UAT_FLD_VS(notes, severity, "Severity", severities,
               "The least severity of the expert item of such messages."),
    UAT_END_FIELDS};

static sx_note note_of(const record *row) {
    return (sx_note){row->codes,  row->method, row->product,
                     row->phrase, row->note,   (gint)row->severity - 1};
}

static void *copy_record(void *to, const void *from, size_t len _U_) {
    const record *old = (const record *)from;
    record *new = (record *)to;
    new->codes = g_strdup(old->codes);
    new->method = g_strdup(old->method);
    new->product = g_strdup(old->product);
    new->phrase = g_strdup(old->phrase);
    new->note = g_strdup(old->note);
    new->severity = old->severity;
    return new;
}

static void free_record(void *data) {
    record *row = (record *)data;
    g_free(row->codes);
    g_free(row->method);
    g_free(row->product);
    g_free(row->phrase);
    g_free(row->note);
}

static ws_bool check_record(void *data, char **error) {
    sx_note note = note_of((const record *)data);
    sx_notes *alone = sx_notes_new();
    *error = sx_notes_add(alone, &note, SX_ENGLISH);
    sx_notes_free(alone);
    return *error == NULL;
}

static void forget(void) {
    sx_notes_free(notes);
    notes = NULL;
}

static void read_table(void) {
    forget();
    for (guint i = 0; i < n_records; i++) {
        sx_note note = note_of(&records[i]);
        if (notes == NULL)
            notes = sx_notes_new();
        g_free(sx_notes_add(notes, &note, SX_ENGLISH));
    }
}

void sx_notes_uat_register(module_t *module) {
    uat_t *table = uat_new("SIP Explain notes", sizeof(record), "sipexplain_notes", TRUE, &records,
                           &n_records, UAT_AFFECTS_DISSECTION, NULL, copy_record, check_record,
                           free_record, read_table, forget, fields);
    prefs_register_uat_preference(module, "notes", "SIP Explain notes",
                                  "Notes of your own on messages: first in the tree, as the field "
                                  "sipexplain.note.",
                                  table);
}

const sx_notes *sx_notes_uat_notes(void) {
    return notes;
}
