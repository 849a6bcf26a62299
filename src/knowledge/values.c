/* SPDX-License-Identifier: GPL-2.0-or-later
 * Lookup of numbers and fields.
 */
#include "knowledge/values.h"

#include <stdlib.h>

const sx_field_entry *sx_knowledge_field(guint number) {
    return number > 0 && number <= sx_n_field_entries ? &sx_field_entries[number - 1] : NULL;
}

guint sx_knowledge_n_fields(void) {
    return sx_n_field_entries;
}

static int compare(const void *key, const void *member) {
    guint32 wanted = *(const guint32 *)key;
    guint32 there = ((const sx_value_entry *)member)->number;
    return wanted < there ? -1 : wanted > there;
}

const char *sx_knowledge_value(guint table, guint32 number) {
    if (table >= sx_n_value_tables)
        return NULL;
    const sx_value_table *values = &sx_value_tables[table];
    const sx_value_entry *entry = (const sx_value_entry *)bsearch(
        &number, values->entries, values->n_entries, sizeof *entry, compare);
    return entry ? entry->text : NULL;
}
