/* SPDX-License-Identifier: GPL-2.0-or-later
 * What the family "policy" remembers of the whole capture: tables with a cap each.
 */
#include "diagnose/family.h"
#include "diagnose/policy.h"
#include "evidence.h"
#include "wire/keyed_hash.h"

#define MAX_ENTRIES 20000 /* of each table */

static void free_server(void *kept) {
    sx_policy_server *server = (sx_policy_server *)kept;
    for (guint i = 0; i < G_N_ELEMENTS(server->registered.texts); i++) {
        g_free(server->registered.texts[i]);
        g_free(server->called.texts[i]);
    }
    g_free(server);
}

static void *memory_new(void) {
    sx_policy_memory *memory = g_new0(sx_policy_memory, 1);
    memory->sources = g_hash_table_new_full(NULL, NULL, NULL, g_free);
    memory->serving = g_hash_table_new(NULL, NULL);
    memory->servers = g_hash_table_new_full(NULL, NULL, NULL, free_server);
    memory->senders = g_hash_table_new(NULL, NULL);
    memory->peers = g_hash_table_new(NULL, NULL);
    memory->registered = g_hash_table_new_full(NULL, NULL, NULL, g_free);
    memory->told = g_hash_table_new(NULL, NULL);
    memory->in_call = g_hash_table_new_full(NULL, NULL, NULL, g_free);
    memory->noisy = g_hash_table_new(NULL, NULL);
    return memory;
}

static void memory_free(void *kept) {
    sx_policy_memory *memory = (sx_policy_memory *)kept;
    GHashTable *tables[] = {memory->sources, memory->serving, memory->servers,
                            memory->senders, memory->peers,   memory->registered,
                            memory->told,    memory->in_call, memory->noisy};
    for (guint i = 0; i < G_N_ELEMENTS(tables); i++)
        g_hash_table_destroy(tables[i]);
    g_free(memory);
}

sx_policy_memory *sx_policy_memory_of(const sx_context *context) {
    return (sx_policy_memory *)context->memory[SX_FAMILY_POLICY];
}

/* Real captures stay far below the cap. One that is made to reach it pays with its own memory: the table begins
 * anew, so that the work for a message stays the same on average. */
void sx_policy_put(GHashTable *table, gpointer key, gpointer value) {
    if (g_hash_table_size(table) >= MAX_ENTRIES && !g_hash_table_contains(table, key))
        g_hash_table_remove_all(table);
    g_hash_table_insert(table, key, value);
}

gpointer sx_policy_key(guint64 one, guint64 other) {
    guint64 key = sx_hash_number(one, other);
    gsize folded = (gsize)(key ^ key >> 32);
    return GSIZE_TO_POINTER(folded != 0 ? folded : 1);
}

gpointer sx_policy_host_key(const sx_host *host, guint64 other) {
    return sx_policy_key((guint64)GPOINTER_TO_SIZE(host), other);
}

sx_policy_server *sx_policy_server_of(const sx_context *context, const sx_host *host,
                                      gboolean make) {
    GHashTable *servers = sx_policy_memory_of(context)->servers;
    sx_policy_server *server = g_hash_table_lookup(servers, host);
    if (server == NULL && make) {
        server = g_new0(sx_policy_server, 1);
        sx_policy_put(servers, (gpointer)host, server);
    }
    return server;
}

const char *sx_policy_address(sx_context *context, const sx_host *host) {
    char *text = sx_host_text(host);
    const char *copy = g_string_chunk_insert(context->scratch, text);
    g_free(text);
    return copy;
}

const char *sx_policy_header(sx_context *context, sx_header_id id) {
    return sx_context_copy(context, sx_message_header(context->message, id));
}

gboolean sx_policy_is_initial(const sx_context *context) {
    return context->seen.transaction != NULL && context->seen.transaction->keys.to_tag == 0;
}

static void before(sx_context *context) {
    sx_policy_memory *memory = sx_policy_memory_of(context);
    memory->binding_missing = FALSE;
    memory->noisy_first = FALSE;
    memory->n_hits = -1;
    if (context->seen.repetition != SX_FIRST)
        return;
    if (!context->message->is_response)
        sx_policy_keep_request(context);
    sx_policy_learn_scanner(context);
    sx_policy_learn_caller(context);
    sx_policy_learn_callee(context);
    sx_policy_learn_register(context);
    sx_policy_learn_vendor(context);
}

const sx_family sx_policy_family = {
    .memory_new = memory_new,
    .memory_free = memory_free,
    .before = before,
    .details = sx_policy_details,
};
