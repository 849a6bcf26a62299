/* SPDX-License-Identifier: GPL-2.0-or-later
 * What the files about the way of a request share.
 */
#ifndef SX_ROUTE_STATE_H
#define SX_ROUTE_STATE_H

#include "diagnose/context.h"
#include "diagnose/learner.h"
#include "diagnose/requests.h"

#define SX_ROUTE_MAX_ENTRIES 10000 /* of each map */

/** What is remembered of the whole capture. */
typedef struct {
    sx_bounded_map probes;  /* kinds of probes between two hosts: probe.c */
    sx_bounded_map options; /* sx_route_options */
    sx_bounded_map refused; /* sx_route_refused_probe */
    sx_bounded_map numbers; /* numbers that rang at a server: number.c */
    sx_bounded_map again;   /* calls of one caller between two hosts: again.c */
    sx_bounded_map forms;   /* forms of numbers that a server took: number.c */
} sx_route_memory;

static inline sx_route_memory *sx_route_memory_of(const sx_context *context) {
    return (sx_route_memory *)context->memory[SX_LEARNER_ROUTE];
}

void sx_route_init_probes(sx_route_memory *memory);
void sx_route_init_numbers(sx_route_memory *memory);

/** The last answer of a server to OPTIONS. */
typedef struct {
    guint64 key; /* of the host */
    guint32 frame;
    guint16 code;
} sx_route_options;

/** That of a server; 0 if there is none. */
const sx_route_options *sx_route_options_of(const sx_context *context, const sx_host *server);

/** The newest OPTIONS of a host that was refused, though any answer shows that its server is up. */
typedef struct {
    guint64 key; /* of the host */
    const sx_host *server;
    guint32 frame; /* of the answer; 0: another one by this server was taken since */
    guint16 code, port;
} sx_route_refused_probe;

/** That of a host; NULL if there is none. */
const sx_route_refused_probe *sx_route_refused_probe_of(const sx_context *context,
                                                        const sx_host *client);

/** The form of a called number in words; 0: short, or not a number, and never judged. */
sx_word sx_route_form(const char *user);

/** Whether a redirection that answered a transaction points to an address-of-record. */
gboolean sx_route_points_to(const sx_transaction *redirected, guint64 aor);

/* What each topic learns: of a new request ... */
void sx_route_learn_probe(sx_context *context);
void sx_route_learn_strict(sx_context *context);
/* ... and, after the rules, of a new response. */
void sx_route_learn_options(sx_context *context);
void sx_route_learn_numbers(sx_context *context);
void sx_route_learn_contacts(sx_context *context);

/** Rows of the forms of numbers that a server took, where it refuses one. */
void sx_route_add_forms(sx_context *context);

#endif
