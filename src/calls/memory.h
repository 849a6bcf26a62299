/* SPDX-License-Identifier: GPL-2.0-or-later
 * The inside of the memory; for the files of this folder only.
 */
#ifndef SX_CALLS_MEMORY_H
#define SX_CALLS_MEMORY_H

#include "calls/calls.h"

#define SX_RING_BLOCK 256       /* entries allocated at a time */
#define SX_DUPLICATE_SLOTS 8192 /* recent packets that are compared with new ones */

#define SX_N_ACKS 16 /* newest ACKs kept of a call */

/** Entries with ascending ids of which only the newest are kept. Blocks never move. */
typedef struct {
    GPtrArray *blocks;
    gsize entry_size;
    guint32 limit;  /* entries kept; a multiple of SX_RING_BLOCK */
    guint32 newest; /* id of the newest entry; 0: none */
} sx_ring;

/** A packet seen lately, to tell capture duplicates from retransmissions. */
typedef struct {
    guint64 hash; /* of bytes, addresses and ports */
    gint64 time;
    guint32 frame;
    guint16 ip_id;
} sx_recent_packet;

struct sx_calls {
    sx_ring transactions;
    sx_ring calls;
    GHashTable *transactions_by_key; /* key (folded) -> id of the newest with that key */
    GHashTable *calls_by_id;         /* Call-ID (folded) -> id */
    GHashTable *hosts;               /* sx_host -> itself */
    sx_host *latest[2];              /* of them, the ends of the message before */
    sx_recent_packet *recent;        /* SX_DUPLICATE_SLOTS */
    sx_family_free free_of_transaction[SX_N_FAMILIES];
    sx_family_free free_of_call[SX_N_FAMILIES];
};

/** The key under which a transaction is found: the branch, or what old stacks have instead of one. */
guint64 sx_transaction_key(const sx_keys *keys);

/** A new transaction with these keys, else zero but for its id; the oldest one goes if there are too many. */
sx_transaction *sx_memory_new_transaction(sx_calls *calls, const sx_keys *keys, guint64 key);

/** The call with this Call-ID, made if there is none yet; *is_new tells. */
sx_call *sx_memory_call(sx_calls *calls, guint64 call_id, gboolean *is_new);

/** The host with the address of this end, made if there is none yet. */
sx_host *sx_memory_host(sx_calls *calls, const sx_endpoint *endpoint);

/** The newest transaction with this key; the others follow by sx_transaction.same_key. NULL if there is none. */
sx_transaction *sx_memory_by_key(const sx_calls *calls, guint64 key);

/** Finds or makes the dialog of a message with both tags; notes 2xx, ACK and BYE in it. */
void sx_dialogs_observe(const sx_message *message, const sx_packet *packet, sx_observation *seen);

/** Works out from_aor and to_aor. */
void sx_keys_read_addresses(const sx_message *message, sx_keys *keys);

#endif
