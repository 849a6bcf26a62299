/* SPDX-License-Identifier: GPL-2.0-or-later
 * What the files about events share.
 */
#ifndef SX_SUBSCRIBE_STATE_H
#define SX_SUBSCRIBE_STATE_H

#include "diagnose/context.h"
#include "diagnose/learner.h"
#include "diagnose/renewals.h"

/** Of the whole capture, and of the message at hand. */
typedef struct {
    sx_bounded_map refused;    /* event packages that servers do not support */
    sx_bounded_map renewals;   /* subscribe.flapping */
    sx_bounded_map tags;       /* entity tags that servers gave out: publish.c */
    const sx_renewal *renewal; /* the message is one of many in a row; NULL: it is not */
} sx_subscribe_memory;

static inline sx_subscribe_memory *sx_subscribe_memory_of(const sx_context *context) {
    return (sx_subscribe_memory *)context->memory[SX_LEARNER_SUBSCRIBE];
}

void sx_subscribe_init_tags(sx_subscribe_memory *memory);

/** Learns the entity tag of a 2xx to PUBLISH, and which one it replaces. */
void sx_subscribe_learn_tag(sx_context *context);

/** Whether a response to NOTIFY or SUBSCRIBE ends the subscription (RFC 5057 section 5.1, RFC 6665 section 4.2.2). */
gboolean sx_subscribe_ends(guint code);

/** The event package of a SUBSCRIBE, NOTIFY or PUBLISH without parameters; NULL: none, or another request. */
const char *sx_subscribe_event(const sx_transaction *transaction);

#endif
