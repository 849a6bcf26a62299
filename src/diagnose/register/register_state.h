/* SPDX-License-Identifier: GPL-2.0-or-later
 * What the files about registrations share.
 */
#ifndef SX_REGISTER_STATE_H
#define SX_REGISTER_STATE_H

#include "diagnose/context.h"
#include "diagnose/learner.h"
#include "diagnose/register/register.h"
#include "diagnose/renewals.h"
#include "diagnose/requests.h"

#define SX_REGISTER_MAX_ASKED 4 /* Contacts that are kept of a REGISTER */

/** What makes a Contact of a REGISTER recognizable in the response; hashes, 0: none. */
typedef struct {
    guint64 user, host_port, instance, gruu;
} sx_binding;

/** Of a REGISTER. */
typedef struct {
    guint32 seconds;     /* asked for, the longest; SX_NO_SECONDS */
    guint8 removes;      /* gboolean: it asks to end all its bindings */
    guint8 removes_some; /* gboolean: it asks to end one of them */
    guint8 asks;         /* gboolean: it has no Contact */
    guint8 n_contacts;
    sx_binding contacts[SX_REGISTER_MAX_ASKED]; /* as many as there are */
} sx_register_request;

/** What the REGISTER asked for; NULL: another request. */
const sx_register_request *sx_register_request_of(const sx_transaction *transaction);

/** Of the whole capture, and of the message at hand. */
typedef struct {
    sx_bounded_map registrations; /* sx_registration */
    sx_bounded_map bound;         /* frames of the 2xx that bind an address-of-record */
    sx_bounded_map
        reported; /* keys only: as of registrations, missing bindings that were reported */
    sx_bounded_map renewals;  /* register.flapping */
    sx_bounded_map users;     /* of whatever domain, who are registered at a server */
    sx_bounded_map phones;    /* sx_registered_phone */
    gboolean binding_missing; /* the message shows one for the first time */
    guint32 dropped;          /* transaction whose Contact the message no longer lists; 0: none */
    guint32 dropped_frame;    /* of the answer that listed it last */
    gint64 dropped_ends;
    guint n_repeated; /* Contacts in the message that are one phone; 0: not to be told */
    gboolean repeated_by_instance;
    const sx_renewal *renewal; /* the message is one of many in a row; NULL: it is not */
} sx_register_memory;

static inline sx_register_memory *sx_register_memory_of(const sx_context *context) {
    return (sx_register_memory *)context->memory[SX_LEARNER_REGISTER];
}

/** Of the URI of a Contact. */
guint64 sx_register_host_port(sx_slice contact);

/** Compares the Contacts of a 2xx with those of the one before, and among themselves, and keeps them. */
void sx_register_learn_contacts(const sx_context *context, sx_registration *registration,
                                const sx_register_request *asked);

/** Notes from where a user was registered. */
void sx_register_learn_phone(const sx_context *context);

#endif
