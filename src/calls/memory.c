/* SPDX-License-Identifier: GPL-2.0-or-later
 * Where transactions, calls and hosts are kept, and how the oldest ones go.
 */
#include "calls/memory.h"

#include <string.h>

#include "wire/keyed_hash.h"

/* 64-bit hashes as keys of a hash table, without a copy of the key on the heap. */
static gpointer fold(guint64 hash) {
    return GSIZE_TO_POINTER((gsize)hash);
}

static void ring_init(sx_ring *ring, gsize entry_size, guint32 limit) {
    ring->blocks = g_ptr_array_new_with_free_func(g_free);
    ring->entry_size = entry_size;
    ring->limit = (limit + SX_RING_BLOCK - 1) / SX_RING_BLOCK * SX_RING_BLOCK;
    ring->newest = 0;
}

static void *ring_at(const sx_ring *ring, guint32 id) {
    guint32 slot = (id - 1) % ring->limit;
    char *block = (char *)g_ptr_array_index(ring->blocks, slot / SX_RING_BLOCK);
    return block + slot % SX_RING_BLOCK * ring->entry_size;
}

static void *ring_get(const sx_ring *ring, guint32 id) {
    if (id == 0 || id > ring->newest || ring->newest - id >= ring->limit)
        return NULL;
    return ring_at(ring, id);
}

/* Room for the next entry; *dropped tells whether it still holds the one that has to go. */
static void *ring_next(sx_ring *ring, gboolean *dropped) {
    guint32 id = ++ring->newest;
    guint32 slot = (id - 1) % ring->limit;
    *dropped = id > ring->limit;
    if (slot / SX_RING_BLOCK >= ring->blocks->len)
        g_ptr_array_add(ring->blocks, g_malloc(SX_RING_BLOCK * ring->entry_size));
    return ring_at(ring, id);
}

static void free_kept(const sx_family_free functions[SX_N_FAMILIES],
                      void *const kept[SX_N_FAMILIES]) {
    for (guint i = 0; i < SX_N_FAMILIES; i++) {
        if (kept[i] != NULL && functions[i] != NULL)
            functions[i](kept[i]);
    }
}

static void forget_key(sx_calls *calls, const sx_transaction *transaction) {
    gpointer key = fold(sx_transaction_key(&transaction->keys));
    if (GPOINTER_TO_UINT(g_hash_table_lookup(calls->transactions_by_key, key)) == transaction->id)
        g_hash_table_remove(calls->transactions_by_key, key);
}

static void release_transaction(const sx_calls *calls, sx_transaction *transaction) {
    for (sx_final *final = transaction->final; final != NULL;) {
        sx_final *next = final->next;
        g_free(final);
        final = next;
    }
    free_kept(calls->free_of_transaction, transaction->family);
}

static void release_call(const sx_calls *calls, sx_call *call) {
    for (sx_dialog *dialog = call->dialogs; dialog != NULL;) {
        sx_dialog *next = dialog->next;
        g_free(dialog->byes);
        g_free(dialog);
        dialog = next;
    }
    g_free(call->acks);
    g_free(call->tags);
    free_kept(calls->free_of_call, call->family);
}

sx_transaction *sx_memory_new_transaction(sx_calls *calls, const sx_keys *keys, guint64 key) {
    gboolean dropped;
    sx_transaction *transaction = ring_next(&calls->transactions, &dropped);
    if (dropped) {
        forget_key(calls, transaction);
        release_transaction(calls, transaction);
    }
    memset(transaction, 0, sizeof *transaction);
    transaction->id = calls->transactions.newest;
    transaction->keys = *keys;
    transaction->same_key =
        GPOINTER_TO_UINT(g_hash_table_lookup(calls->transactions_by_key, fold(key)));
    g_hash_table_insert(calls->transactions_by_key, fold(key), GUINT_TO_POINTER(transaction->id));
    return transaction;
}

sx_call *sx_memory_call(sx_calls *calls, guint64 call_id, gboolean *is_new) {
    sx_call *call = sx_calls_find_call(calls, call_id);
    *is_new = call == NULL;
    if (call != NULL)
        return call;
    gboolean dropped;
    call = ring_next(&calls->calls, &dropped);
    if (dropped) {
        g_hash_table_remove(calls->calls_by_id, fold(call->call_id));
        release_call(calls, call);
    }
    memset(call, 0, sizeof *call);
    call->id = calls->calls.newest;
    call->call_id = call_id;
    g_hash_table_insert(calls->calls_by_id, fold(call_id), GUINT_TO_POINTER(call->id));
    return call;
}

static guint hash_host(gconstpointer key) {
    const sx_host *host = (const sx_host *)key;
    return (guint)sx_hash_bytes(0, host->ip, host->ip_len);
}

static gboolean equal_hosts(gconstpointer a, gconstpointer b) {
    const sx_host *one = (const sx_host *)a;
    const sx_host *other = (const sx_host *)b;
    return one->ip_len == other->ip_len && memcmp(one->ip, other->ip, one->ip_len) == 0;
}

sx_host *sx_calls_host(const sx_calls *calls, const guint8 *ip, guint ip_len) {
    sx_host key = {.ip_len = (guint8)MIN(ip_len, sizeof key.ip)};
    memcpy(key.ip, ip, key.ip_len);
    return (sx_host *)g_hash_table_lookup(calls->hosts, &key);
}

static sx_host *find_or_make_host(sx_calls *calls, const sx_endpoint *endpoint) {
    sx_host *host = sx_calls_host(calls, endpoint->ip, endpoint->ip_len);
    if (host == NULL) {
        host = g_new0(sx_host, 1);
        host->ip_len = MIN(endpoint->ip_len, sizeof host->ip);
        memcpy(host->ip, endpoint->ip, host->ip_len);
        g_hash_table_add(calls->hosts, host);
    }
    return host;
}

sx_host *sx_memory_host(sx_calls *calls, const sx_endpoint *endpoint) {
    for (guint i = 0; i < G_N_ELEMENTS(calls->latest); i++) {
        sx_host *host = calls->latest[i];
        if (host != NULL && host->ip_len == endpoint->ip_len &&
            memcmp(host->ip, endpoint->ip, host->ip_len) == 0)
            return host;
    }
    calls->latest[1] = calls->latest[0];
    return calls->latest[0] = find_or_make_host(calls, endpoint);
}

sx_transaction *sx_memory_by_key(const sx_calls *calls, guint64 key) {
    gpointer id = g_hash_table_lookup(calls->transactions_by_key, fold(key));
    return sx_calls_transaction(calls, GPOINTER_TO_UINT(id));
}

sx_calls *sx_calls_new(const sx_family_free of_transaction[SX_N_FAMILIES],
                       const sx_family_free of_call[SX_N_FAMILIES]) {
    sx_calls *calls = g_new0(sx_calls, 1);
    ring_init(&calls->transactions, sizeof(sx_transaction), SX_MAX_TRANSACTIONS);
    ring_init(&calls->calls, sizeof(sx_call), SX_MAX_CALLS);
    calls->transactions_by_key = g_hash_table_new(NULL, NULL);
    calls->calls_by_id = g_hash_table_new(NULL, NULL);
    calls->hosts = g_hash_table_new_full(hash_host, equal_hosts, g_free, NULL);
    memcpy(calls->free_of_transaction, of_transaction, sizeof calls->free_of_transaction);
    memcpy(calls->free_of_call, of_call, sizeof calls->free_of_call);
    return calls;
}

void sx_calls_free(sx_calls *calls) {
    if (calls == NULL)
        return;
    guint32 kept = MIN(calls->transactions.newest, calls->transactions.limit);
    for (guint32 i = 0; i < kept; i++)
        release_transaction(calls, ring_at(&calls->transactions, calls->transactions.newest - i));
    kept = MIN(calls->calls.newest, calls->calls.limit);
    for (guint32 i = 0; i < kept; i++)
        release_call(calls, ring_at(&calls->calls, calls->calls.newest - i));
    g_ptr_array_free(calls->transactions.blocks, TRUE);
    g_ptr_array_free(calls->calls.blocks, TRUE);
    g_hash_table_destroy(calls->transactions_by_key);
    g_hash_table_destroy(calls->calls_by_id);
    g_hash_table_destroy(calls->hosts);
    g_free(calls->recent);
    g_free(calls);
}

sx_transaction *sx_calls_transaction(const sx_calls *calls, guint32 id) {
    return (sx_transaction *)ring_get(&calls->transactions, id);
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
    return (sx_call *)ring_get(&calls->calls, id);
}

sx_call *sx_calls_find_call(const sx_calls *calls, guint64 call_id) {
    gpointer id = g_hash_table_lookup(calls->calls_by_id, fold(call_id));
    return sx_calls_call(calls, GPOINTER_TO_UINT(id));
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
