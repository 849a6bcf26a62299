/* SPDX-License-Identifier: GPL-2.0-or-later
 * Which finding was told at which hop of a message. A hop differs from another by its hosts, and by the number of Via
 * values or, behind a NAT, not even by that: then the branch is the same. The branches of a fork differ in both.
 */
#include "diagnose/hops.h"

#include "wire/keyed_hash.h"

#define N_TOLD 1024

typedef struct {
    guint64 key, branch;
    const sx_host *source, *destination;
    guint32 frame;
    guint8 n_vias;
} told;

struct sx_hops {
    told told[N_TOLD];
};

void sx_hops_free(sx_hops *hops) {
    g_free(hops);
}

guint32 sx_hops_told(sx_hops **hops, const sx_context *context, guint diagnosis) {
    const sx_observation *seen = &context->seen;
    const sx_keys *keys = &seen->keys;
    guint64 key = sx_hash_number(sx_hash_number(keys->call_id, keys->from_tag),
                                 (guint64)keys->cseq << 32 | (guint64)keys->method << 16 |
                                     (guint64)context->message->is_response << 8 | diagnosis);
    if (*hops == NULL)
        *hops = g_new0(sx_hops, 1);
    told *place = &(*hops)->told[key % N_TOLD];
    gboolean same_hop = place->source == seen->source && place->destination == seen->destination;
    gboolean passes_on =
        place->n_vias != keys->n_vias || (keys->branch != 0 && place->branch == keys->branch);
    if (place->frame != 0 && place->key == key && !same_hop && passes_on)
        return place->frame;
    *place = (told){
        key, keys->branch, seen->source, seen->destination, context->packet->frame, keys->n_vias};
    return 0;
}
