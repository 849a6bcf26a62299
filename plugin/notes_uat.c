/* SPDX-License-Identifier: GPL-2.0-or-later
 * Rows of the table are strings as typed; the engine reads them, and says what is wrong with one.
 */
#include "notes_uat.h"

#include "labels.h"
#include "preferences.h"
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

static uat_field_t fields[] = {UAT_FLD_CSTRING(notes, codes, NULL, NULL),
                               UAT_FLD_CSTRING(notes, method, NULL, NULL),
                               UAT_FLD_CSTRING(notes, product, NULL, NULL),
                               UAT_FLD_CSTRING(notes, phrase, NULL, NULL),
                               UAT_FLD_CSTRING(notes, note, NULL, NULL),
                               UAT_FLD_VS(notes, severity, NULL, severities, NULL),
                               UAT_END_FIELDS};

/* Title and help of the fields, in their order. */
static const sx_word words[][2] = {
    {SX_LABEL_REPORTS_CODE, SX_LABEL_PLUGIN_NOTE_CODES_HELP},
    {SX_LABEL_REPORTS_METHOD, SX_LABEL_PLUGIN_NOTE_METHOD_HELP},
    {SX_LABEL_PLUGIN_NOTE_PRODUCT, SX_LABEL_PLUGIN_NOTE_PRODUCT_HELP},
    {SX_LABEL_PLUGIN_NOTE_PHRASE, SX_LABEL_PLUGIN_NOTE_PHRASE_HELP},
    {SX_LABEL_ROWS_NOTE, SX_LABEL_PLUGIN_NOTE_TEXT_HELP},
    {SX_LABEL_PAGES_SEVERITY, SX_LABEL_PLUGIN_NOTE_SEVERITY_HELP},
};

static const char *say(sx_word word) {
    return sx_word_text(sx_language_of_system(), word);
}

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
    *error = sx_notes_add(alone, &note, sx_preferences_language());
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
        g_free(sx_notes_add(notes, &note, sx_preferences_language()));
    }
}

void sx_notes_uat_register(module_t *module) {
    for (guint i = 0; i < G_N_ELEMENTS(words); i++) {
        fields[i].title = say(words[i][0]);
        fields[i].desc = say(words[i][1]);
    }
    uat_t *table = uat_new("SIP Explain notes", sizeof(record), "sipexplain_notes", TRUE, &records,
                           &n_records, UAT_AFFECTS_DISSECTION, NULL, copy_record, check_record,
                           free_record, read_table, forget, fields);
    prefs_register_uat_preference(module, "notes", say(SX_LABEL_PLUGIN_NOTES),
                                  say(SX_LABEL_PLUGIN_NOTES_HELP), table);
}

const sx_notes *sx_notes_uat_notes(void) {
    return notes;
}
