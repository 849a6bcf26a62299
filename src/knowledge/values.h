/* SPDX-License-Identifier: GPL-2.0-or-later
 * Numbers that headers carry and what they mean, and the fields of what a message says. Made from values/ and fields.csv.
 */
#ifndef SX_VALUES_H
#define SX_VALUES_H

#include "knowledge/diagnosis.h"

/** A field sipexplain.detail.<name>. */
typedef struct {
    const char *name;
    guint8 type; /* sx_arg_type */
    const char *title;
    const char *description;
} sx_field_entry;

/** The field with this number, from 1 on; NULL if there is none. */
const sx_field_entry *sx_knowledge_field(guint number);
guint sx_knowledge_n_fields(void);

/**
 * What a number means.
 * @param table an sx_values_id of evidence.h
 * @return NULL if the list does not have it
 */
const char *sx_knowledge_value(guint table, guint32 number);

/* Made by kb.py. */
typedef struct {
    guint32 number;
    const char *text;
} sx_value_entry;
typedef struct {
    const sx_value_entry *entries; /* ascending by number */
    guint n_entries;
} sx_value_table;
extern const sx_field_entry sx_field_entries[];
extern const guint sx_n_field_entries;
extern const sx_value_table sx_value_tables[];
extern const guint sx_n_value_tables;

#endif
