/* SPDX-License-Identifier: GPL-2.0-or-later
 * Where transactions, calls and hosts are kept, and how the oldest ones go.
 */
#include "calls/memory.h"

#include <string.h>

#include "wire/keyed_hash.h"

static void release_transaction(sx_transaction *transaction) {
    for (sx_final *final = transaction->own_final.next; final != NULL;) {
        sx_final *next = final->next;
        g_free(final);
        final = next;
    }
    sx_attachments_free(transaction->attached);
}

static void release_call(sx_call *call) {
    for (sx_dialog *dialog = call->dialogs; dialog != NULL;) {
        sx_dialog *next = dialog->next;
        if (dialog->byes != &dialog->own_bye)
            g_free(dialog->byes);
        g_free(dialog);
        dialog = next;
    }
    g_free(call->acks);
    if (call->tags != call->own_tags)
        g_free(call->tags);
    sx_attachments_free(call->attached);
}

sx_transaction *sx_memory_new_transaction(sx_calls *calls, const sx_keys *keys, guint64 key) {
    sx_bounded_map *map = &calls->transactions;
    sx_transaction *oldest = (sx_transaction *)sx_map_outgoing(map);
    if (oldest != NULL)
        release_transaction(oldest);
    guint32 same_key = sx_map_id(map, key);
    sx_transaction *transaction = (sx_transaction *)sx_map_add(map, key);
    transaction->id = map->newest;
    transaction->keys = *keys;
    transaction->same_key = same_key;
    return transaction;
}

sx_call *sx_memory_call(sx_calls *calls, guint64 call_id, gboolean *is_new) {
    sx_call *call = sx_calls_find_call(calls, call_id);
    *is_new = call == NULL;
    if (call != NULL)
        return call;
    sx_call *oldest = (sx_call *)sx_map_outgoing(&calls->calls);
    if (oldest != NULL)
        release_call(oldest);
    call = (sx_call *)sx_map_add(&calls->calls, call_id);
    call->id = calls->calls.newest;
    return call;
}

sx_host *sx_calls_host(const sx_calls *calls, const guint8 *ip, guint ip_len) {
    return (sx_host *)sx_map_find(&calls->hosts, sx_host_key(ip, ip_len));
}

static gboolean is_host(const sx_host *host, const sx_endpoint *endpoint) {
    if (host == NULL || host->ip_len != endpoint->ip_len)
        return FALSE;
    return host->ip_len == 4 ? memcmp(host->ip, endpoint->ip, 4) == 0
                             : memcmp(host->ip, endpoint->ip, host->ip_len) == 0;
}

static sx_host *find_or_make_host(sx_calls *calls, const sx_endpoint *endpoint) {
    guint ip_len = MIN(endpoint->ip_len, sizeof endpoint->ip);
    sx_host *host = (sx_host *)sx_map_put(&calls->hosts, sx_host_key(endpoint->ip, ip_len));
    host->ip_len = (guint8)ip_len;
    memcpy(host->ip, endpoint->ip, ip_len);
    return host;
}

sx_host *sx_memory_host(sx_calls *calls, const sx_endpoint *endpoint) {
    for (guint i = 0; i < G_N_ELEMENTS(calls->latest); i++) {
        if (is_host(calls->latest[i], endpoint))
            return calls->latest[i];
    }
    calls->latest[1] = calls->latest[0];
    return calls->latest[0] = find_or_make_host(calls, endpoint);
}

void *sx_memory_grow(void *list, guint n, gsize size, void *own, guint n_own) {
    if (n < n_own)
        return own;
    if (list != own)
        return g_realloc(list, (n + 1) * size);
    return memcpy(g_malloc((n + 1) * size), own, n * size);
}

sx_transaction *sx_memory_by_key(const sx_calls *calls, guint64 key) {
    return (sx_transaction *)sx_map_find(&calls->transactions, key);
}

sx_calls *sx_calls_new(void) {
    sx_calls *calls = g_new0(sx_calls, 1);
    sx_map_init(&calls->transactions, sizeof(sx_transaction), SX_MAX_TRANSACTIONS);
    sx_map_init(&calls->calls, sizeof(sx_call), SX_MAX_CALLS);
    sx_map_init(&calls->hosts, sizeof(sx_host), G_MAXUINT32);
    sx_map_init(&calls->recent, sizeof(sx_recent_packet), SX_MAX_RECENT);
    return calls;
}

void sx_calls_free(sx_calls *calls) {
    sx_transaction *transaction;
    sx_call *call;
    if (calls == NULL)
        return;
    for (guint32 id = calls->transactions.newest;
         (transaction = sx_calls_transaction(calls, id)) != NULL; id--)
        release_transaction(transaction);
    for (guint32 id = calls->calls.newest; (call = sx_calls_call(calls, id)) != NULL; id--)
        release_call(call);
    sx_map_clear(&calls->transactions);
    sx_map_clear(&calls->calls);
    sx_map_clear(&calls->hosts);
    sx_map_clear(&calls->recent);
    g_free(calls);
}

sx_transaction *sx_calls_transaction(const sx_calls *calls, guint32 id) {
    return (sx_transaction *)sx_map_at(&calls->transactions, id);
}

sx_transaction *sx_calls_transaction_in(const sx_calls *calls, guint32 frame, guint32 call,
                                        const char *method) {
    guint32 newest = calls->transactions.newest;
    guint32 low = newest - MIN(newest, calls->transactions.limit) + 1;
    guint32 high = newest + 1;
    while (low < high) { /* they began in the order of frames */
        guint32 middle = low + (high - low) / 2;
        if (sx_calls_transaction(calls, middle)->frame < frame)
            low = middle + 1;
        else
            high = middle;
    }
    sx_transaction *found = NULL;
    for (guint i = 0; frame != 0 && i < SX_MAX_LOOK_BACK; i++) {
        sx_transaction *t = sx_calls_transaction(calls, low + i);
        if (t == NULL || t->frame != frame)
            break;
        if (method != NULL && g_strcmp0(sx_method_name(t->keys.method), method) != 0)
            continue;
        if (t->call == call)
            return t;
        found = found ? found : t;
    }
    return found;
}

sx_call *sx_calls_call(const sx_calls *calls, guint32 id) {
    return (sx_call *)sx_map_at(&calls->calls, id);
}

sx_call *sx_calls_find_call(const sx_calls *calls, guint64 call_id) {
    return (sx_call *)sx_map_find(&calls->calls, call_id);
}

sx_transaction *sx_calls_walk(const sx_calls *calls, const sx_call *call,
                              sx_transaction_walk *walk) {
    if (walk->steps == 0)
        walk->next = call->newest;
    if (walk->steps++ >= SX_MAX_LOOK_BACK)
        return NULL;
    sx_transaction *transaction = sx_calls_transaction(calls, walk->next);
    if (transaction != NULL)
        walk->next = transaction->older_in_call;
    return transaction;
}

char *sx_host_text(const sx_host *host) {
    return sx_ip_text(host != NULL ? host->ip : NULL, host != NULL ? host->ip_len : 0);
}
