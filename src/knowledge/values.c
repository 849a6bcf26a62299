/* SPDX-License-Identifier: GPL-2.0-or-later
 * Lookup of numbers.
 */
#include "knowledge/values.h"

#include <stdlib.h>

static int compare(const void *key, const void *member) {
    guint32 wanted = *(const guint32 *)key;
    guint32 there = ((const sx_value_entry *)member)->number;
    return wanted < there ? -1 : wanted > there;
}

sx_word sx_knowledge_value(guint table, guint32 number) {
    if (table >= sx_n_value_tables)
        return 0;
    const sx_value_table *values = &sx_value_tables[table];
    const sx_value_entry *entry = (const sx_value_entry *)bsearch(
        &number, &sx_value_entries[values->first], values->n_entries, sizeof *entry, compare);
    return entry != NULL ? entry->text : 0;
}
