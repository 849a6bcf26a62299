/* SPDX-License-Identifier: GPL-2.0-or-later
 * A description against the one before it by the same side: its version (RFC 3264 section 8), and a hold that an offer of its
 * own keeps up (RFC 6337 section 5.3).
 */
#include <string.h>

#include "diagnose/media/media_state.h"
#include "evidence.h"
#include "rules.h"
#include "wire/keyed_hash.h"

void sx_media_read_version(sx_media_memory *memory, sx_slice description) {
    sx_slice origin = memory->sdp.origin;
    if (origin.len == 0 || !memory->summary.whole)
        return;
    memory->summary.origin = (guint32)sx_hash_slice(0, origin);
    memory->summary.content = (guint32)sx_hash_slice(0, sx_slice_trim(description));
}

/* The third word of the o= line of the message at hand. */
static const char *version_text(sx_context *context) {
    sx_slice rest = sx_media_memory_of(context)->sdp.origin;
    for (guint i = 0; i < 2; i++) {
        const char *space = memchr(rest.p, ' ', rest.len);
        rest =
            sx_slice_trim(sx_slice_after(rest, space != NULL ? (gsize)(space - rest.p) : rest.len));
    }
    const char *space = memchr(rest.p, ' ', rest.len);
    rest.len = space != NULL ? (gsize)(space - rest.p) : rest.len;
    return sx_context_shown(context, rest, SX_SHOWN);
}

gboolean sx_rule_media_version_unchanged(sx_context *context) {
    const sx_media_memory *memory = sx_media_memory_of(context);
    const sx_media_summary *now = &memory->summary;
    const sx_observation *seen = &context->seen;
    if (!memory->described || now->content == 0 || seen->keys.to_tag == 0)
        return FALSE;
    const sx_media_side *was =
        sx_media_side_of(context, seen->keys.from_tag, seen->source, seen->destination);
    if (was == NULL || was->content == 0 || was->origin != now->origin ||
        was->content == now->content)
        return FALSE;
    sx_ev_media_version_unchanged_version(context->out, was->frame, version_text(context));
    return TRUE;
}

gboolean sx_rule_media_held(sx_context *context) {
    const sx_media_memory *memory = sx_media_memory_of(context);
    const sx_media_line *line = &memory->summary.media[0];
    const sx_transaction *t = context->seen.transaction;
    if (!memory->described || t->keys.to_tag == 0 || t->body_type != 0 || t->is_cut || line->off ||
        line->direction != SX_SDP_RECVONLY)
        return FALSE;
    const sx_media_side *asker = sx_media_side_of(context, t->keys.from_tag, t->client, t->server);
    if (asker == NULL || !asker->hold)
        return FALSE;
    sx_ev_media_held_offer(context->out);
    sx_ev_media_held_hold(context->out, asker->frame);
    sx_ev_media_held_asked(context->out, t->frame);
    return TRUE;
}
