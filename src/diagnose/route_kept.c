/* SPDX-License-Identifier: GPL-2.0-or-later
 * What the family "route" remembers, and small questions its rules share.
 */
#include <string.h>

#include "diagnose/route.h"

static void release(void *own) {
    sx_route_kept *kept = (sx_route_kept *)own;
    g_free(kept->target);
    g_free(kept->reason);
    g_free(kept->tags);
    g_free(kept->contacts);
}

static const sx_attachment_kind kind = {sizeof(sx_route_kept), release};

sx_route_kept *sx_route_kept_of(const sx_transaction *transaction) {
    return (sx_route_kept *)SX_ATTACHED(transaction, &kind);
}

sx_route_kept *sx_route_keep(sx_transaction *transaction) {
    sx_route_kept *kept = sx_route_kept_of(transaction);
    if (kept != NULL)
        return kept;
    kept = (sx_route_kept *)sx_attachment_make(&transaction->attached, &kind);
    kept->expires = kept->session = kept->limit = SX_ROUTE_NONE;
    return kept;
}

sx_route_memory *sx_route_memory_of(const sx_context *context) {
    return (sx_route_memory *)context->memory[SX_FAMILY_ROUTE];
}

sx_route_server *sx_route_server_of(const sx_context *context, const sx_host *host, gboolean make) {
    GHashTable *servers = sx_route_memory_of(context)->servers;
    sx_route_server *server = (sx_route_server *)g_hash_table_lookup(servers, host);
    if (server == NULL && make && g_hash_table_size(servers) < SX_ROUTE_MAX_HOSTS) {
        server = g_new0(sx_route_server, 1);
        g_hash_table_insert(servers, (gpointer)host, server);
    }
    return server;
}

/* An entry of a table that maps a hash to a number. */
typedef struct {
    guint64 key;
    guint32 number;
} remembered;

guint32 sx_route_recall(GHashTable *table, guint64 key) {
    const remembered *entry = (const remembered *)g_hash_table_lookup(table, &key);
    return entry ? entry->number : 0;
}

void sx_route_remember(GHashTable *table, guint64 key, guint32 number) {
    remembered *entry = (remembered *)g_hash_table_lookup(table, &key);
    if (number == 0) {
        g_hash_table_remove(table, &key);
    } else if (entry != NULL) {
        entry->number = number;
    } else if (g_hash_table_size(table) < SX_ROUTE_MAX_HOSTS) {
        entry = g_new(remembered, 1);
        *entry = (remembered){key, number};
        g_hash_table_insert(table, &entry->key, entry);
    }
}

const char *sx_route_scratch(const sx_context *context, char *text) {
    const char *copy = g_string_chunk_insert(context->scratch, text);
    g_free(text);
    return copy;
}

const char *sx_route_address(const sx_context *context, const sx_host *host, guint16 port) {
    char *ip = sx_host_text(host);
    char *address = g_strdup_printf(host->ip_len == 16 ? "[%s]:%u" : "%s:%u", ip, port);
    g_free(ip);
    return sx_route_scratch(context, address);
}

const sx_transaction *sx_route_forwarded_from(const sx_context *context,
                                              const sx_transaction *transaction) {
    sx_transaction_walk walk = {0};
    const sx_transaction *other;
    while ((other = sx_calls_walk(context->calls, context->seen.call, &walk)) != NULL) {
        if (other->keys.cseq == transaction->keys.cseq &&
            other->keys.method == transaction->keys.method &&
            other->keys.n_vias + 1 == transaction->keys.n_vias &&
            other->server == transaction->client)
            return other;
    }
    return NULL;
}

const sx_final *sx_route_success(const sx_transaction *transaction) {
    const sx_final *final = transaction->final;
    while (final != NULL && final->code >= 300)
        final = final->next;
    return final;
}

const sx_transaction *sx_route_bye_after(const sx_context *context, const sx_transaction *invite,
                                         gboolean only_caller) {
    sx_transaction_walk walk = {0};
    const sx_transaction *other;
    while ((other = sx_calls_walk(context->calls, context->seen.call, &walk)) != NULL) {
        if (other->id < invite->id)
            return NULL;
        if (other->keys.method == SX_METHOD_BYE &&
            (!only_caller || other->client == invite->client))
            return other;
    }
    return NULL;
}

guint32 sx_route_seconds(const sx_message *message, sx_header_id header) {
    guint digits;
    guint32 seconds = sx_slice_number(sx_slice_trim(sx_message_header(message, header)), &digits);
    return digits > 0 ? seconds : SX_ROUTE_NONE;
}
