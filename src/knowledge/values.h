/* SPDX-License-Identifier: GPL-2.0-or-later
 * Numbers that headers carry, and what they mean. Made from en/values.
 */
#ifndef SX_VALUES_H
#define SX_VALUES_H

#include "knowledge/words.h"

/**
 * What a number means.
 * @param table an sx_values_id of knowledge_ids.h
 * @return 0 if the list does not have it
 */
sx_word sx_knowledge_value(guint table, guint32 number);

/* Made by kb.py. */
typedef struct {
    guint32 number;
    sx_word text;
} sx_value_entry;
typedef struct {
    guint16 first, n_entries; /* among sx_value_entries, ascending by number */
} sx_value_table;
extern const sx_value_entry sx_value_entries[];
extern const sx_value_table sx_value_tables[];
extern const guint sx_n_value_tables;

#endif
