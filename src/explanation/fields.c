/* SPDX-License-Identifier: GPL-2.0-or-later
 * The list of all fields: those of the explanation, then those of details.
 */
#include "explanation/fields.h"

#include "knowledge/values.h"

static const sx_field_info fields[] = {
#define X(name, type, abbreviation, title, description)                                            \
    {abbreviation, SX_HOLDS_##type, title, description},
    SX_FIELDS(X)
#undef X
};

guint sx_n_all_fields(void) {
    return SX_N_FIELDS + sx_knowledge_n_fields() + 1;
}

static sx_field_type type_of(const sx_field_entry *field) {
    switch ((sx_arg_type)field->type) {
    case SX_ARG_FRAME: return SX_HOLDS_FRAME;
    case SX_ARG_SECONDS: return SX_HOLDS_TIME;
    case SX_ARG_NUMBER: return SX_HOLDS_NUMBER;
    case SX_ARG_CODE: return SX_HOLDS_CODE;
    default: return SX_HOLDS_TEXT;
    }
}

sx_field_info sx_field_info_of(guint field) {
    if (field < SX_N_FIELDS)
        return fields[field];
    const sx_field_entry *detail = sx_knowledge_field(field - SX_N_FIELDS);
    if (detail == NULL)
        return (sx_field_info){NULL, SX_HOLDS_GROUP, NULL, NULL};
    char *name = g_strconcat("detail.", detail->name, NULL);
    const char *kept = g_intern_string(name);
    g_free(name);
    return (sx_field_info){kept, type_of(detail), detail->title, detail->description};
}
