/* SPDX-License-Identifier: GPL-2.0-or-later
 * Which finding was reported at which hop of a message. A hop differs from another by its hosts, and by the number of
 * Via values or, behind a NAT, not even by that: then the branch is the same. The branches of a fork differ in both.
 */
#include "diagnose/hops.h"

#include "wire/keyed_hash.h"

#define MAX_REPORTED 4096

typedef struct {
    guint64 key, branch;
    const sx_host *source, *destination;
    guint32 frame;
    guint8 n_vias;
} reported;

void sx_hops_init(sx_bounded_map *hops) {
    sx_map_init(hops, sizeof(reported), MAX_REPORTED);
}

guint32 sx_hops_reported(const sx_context *context, guint diagnosis) {
    const sx_observation *seen = &context->seen;
    const sx_keys *keys = &seen->keys;
    guint64 key = sx_hash_number(sx_hash_number(keys->call_id, keys->from_tag),
                                 (guint64)keys->cseq << 32 | (guint64)keys->method << 16 |
                                     (guint64)context->message->is_response << 8 | diagnosis);
    reported *last = (reported *)sx_map_put(context->hops, key);
    gboolean same_hop = last->source == seen->source && last->destination == seen->destination;
    gboolean passes_on =
        last->n_vias != keys->n_vias || (keys->branch != 0 && last->branch == keys->branch);
    if (last->frame != 0 && !same_hop && passes_on)
        return last->frame;
    *last = (reported){
        key, keys->branch, seen->source, seen->destination, context->packet->frame, keys->n_vias};
    return 0;
}
