/* SPDX-License-Identifier: GPL-2.0-or-later
 * Fields by number.
 */
#include "knowledge/fields.h"

#include "knowledge/facts.h"

sx_field_info sx_field_info_of(sx_language language, guint field) {
    const sx_field_entry *entry = &sx_field_entries[field];
    return (sx_field_info){
        field != SX_FIELD_NONE ? sx_fact(entry->name) : NULL,
        (sx_field_type)entry->type,
        sx_word_text(language, entry->title),
        sx_word_text(language, entry->description),
    };
}

sx_field_type sx_field_type_of(guint field) {
    return (sx_field_type)sx_field_entries[field].type;
}
