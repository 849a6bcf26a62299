/* SPDX-License-Identifier: GPL-2.0-or-later
 * Facts by key: a ring of facts and a hash table of their places.
 */
#include "diagnose/auth_facts.h"

struct sx_auth_facts {
    GArray *ring;       /* of sx_auth_fact; grows up to limit, then the oldest one is overwritten */
    GHashTable *places; /* key -> 1 + index in the ring */
    guint limit, next;
};

/* Keys are keyed hashes already: the pointer itself is the hash. */
static gpointer fold(guint64 key) {
    return GSIZE_TO_POINTER((gsize)key);
}

sx_auth_facts *sx_auth_facts_new(guint limit) {
    sx_auth_facts *facts = g_new0(sx_auth_facts, 1);
    facts->ring = g_array_new(FALSE, TRUE, sizeof(sx_auth_fact));
    facts->places = g_hash_table_new(NULL, NULL);
    facts->limit = limit;
    return facts;
}

void sx_auth_facts_free(sx_auth_facts *facts) {
    g_array_free(facts->ring, TRUE);
    g_hash_table_destroy(facts->places);
    g_free(facts);
}

sx_auth_fact *sx_auth_facts_find(const sx_auth_facts *facts, guint64 key) {
    guint place = GPOINTER_TO_UINT(g_hash_table_lookup(facts->places, fold(key)));
    return place == 0 ? NULL : &g_array_index(facts->ring, sx_auth_fact, place - 1);
}

sx_auth_fact *sx_auth_facts_put(sx_auth_facts *facts, guint64 key) {
    sx_auth_fact *known = sx_auth_facts_find(facts, key);
    if (known != NULL)
        return known;
    guint at = facts->next;
    if (at >= facts->ring->len)
        g_array_set_size(facts->ring, at + 1);
    sx_auth_fact *fact = &g_array_index(facts->ring, sx_auth_fact, at);
    if (fact->key != 0)
        g_hash_table_remove(facts->places, fold(fact->key));
    *fact = (sx_auth_fact){.key = key};
    g_hash_table_insert(facts->places, fold(key), GUINT_TO_POINTER(at + 1));
    facts->next = (at + 1) % facts->limit;
    return fact;
}
