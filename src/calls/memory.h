/* SPDX-License-Identifier: GPL-2.0-or-later
 * The inside of the memory; for the files of this folder only.
 */
#ifndef SX_CALLS_MEMORY_H
#define SX_CALLS_MEMORY_H

#include "calls/bounded_map.h"
#include "calls/calls.h"

#define SX_MAX_RECENT 4096 /* recent packets that are compared with new ones */

#define SX_N_ACKS 16 /* newest ACKs kept of a call */

#define SX_LATE (400 * SX_MILLISECOND) /* a copy this late was not on its way already */

/** A packet seen lately, to tell capture duplicates from retransmissions. */
typedef struct {
    guint64 key; /* hash of what tells it from others, addresses and ports */
    gint64 time;
    guint32 frame;
    guint16 ip_id;
} sx_recent_packet;

struct sx_calls {
    sx_bounded_map transactions; /* by branch, or what old stacks have instead of one */
    sx_bounded_map calls;        /* by Call-ID */
    sx_bounded_map hosts;        /* all of them: others point to them */
    sx_bounded_map recent;       /* sx_recent_packet */
    sx_host *latest[2];          /* the ends of the message before */
};

/** A new transaction with these keys, else zero but for its id; the oldest one goes if there are too many. */
sx_transaction *sx_memory_new_transaction(sx_calls *calls, const sx_keys *keys, guint64 key);

/** The call with this Call-ID, made if there is none yet; *is_new tells. */
sx_call *sx_memory_call(sx_calls *calls, guint64 call_id, gboolean *is_new);

/** The host with the address of this end, made if there is none yet. */
sx_host *sx_memory_host(sx_calls *calls, const sx_endpoint *endpoint);

/**
 * Makes room for one more entry in a list that begins in its owner, where a few have their place, and moves to memory
 * of its own when there are more: most lists never do.
 * @param list NULL: empty
 * @param own place for n_own entries in the owner
 * @return the list, to be freed by the owner where it is not `own`
 */
void *sx_memory_grow(void *list, guint n, gsize size, void *own, guint n_own);

/** The newest transaction with this key; the others follow by sx_transaction.same_key. NULL if there is none. */
sx_transaction *sx_memory_by_key(const sx_calls *calls, guint64 key);

/** Finds or makes the dialog of a message with both tags; notes 2xx, ACK and BYE in it. */
void sx_dialogs_observe(const sx_message *message, const sx_packet *packet, sx_observation *seen);

/** Works out from_aor and to_aor. */
void sx_keys_read_addresses(const sx_message *message, sx_keys *keys);

#endif
