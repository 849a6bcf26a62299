/* SPDX-License-Identifier: GPL-2.0-or-later
 * Facts by key: a table of bounded size, the oldest facts go first.
 */
#ifndef SX_DIAGNOSE_AUTH_FACTS_H
#define SX_DIAGNOSE_AUTH_FACTS_H

#include <glib.h>

/** One fact; what the fields mean depends on the kind of fact. */
typedef struct {
    guint64 key;
    guint64 value, other;
    gint64 time;
    guint32 frame; /* 0: just made */
    guint32 number;
} sx_auth_fact;

typedef struct sx_auth_facts sx_auth_facts;

/** An empty table that keeps the newest `limit` facts. */
sx_auth_facts *sx_auth_facts_new(guint limit);
void sx_auth_facts_free(sx_auth_facts *facts);

/** The fact with this key, valid until the next one is put in; NULL if there is none. */
sx_auth_fact *sx_auth_facts_find(const sx_auth_facts *facts, guint64 key);

/** The same; makes one, all zero but its key, if there is none. */
sx_auth_fact *sx_auth_facts_put(sx_auth_facts *facts, guint64 key);

#endif
