/* SPDX-License-Identifier: GPL-2.0-or-later
 * What the files about the rules of servers share.
 */
#ifndef SX_POLICY_STATE_H
#define SX_POLICY_STATE_H

#include "diagnose/context.h"
#include "diagnose/learner.h"
#include "diagnose/requests.h"

#define SX_POLICY_MAX_ENTRIES 20000 /* of each map */

/** What is remembered of the whole capture. */
typedef struct {
    sx_bounded_map
        sources; /* hosts that were refused, accepted, or showed the name of a scanner: scanner.c */
    sx_bounded_map serving; /* keys only: hosts that accepted a request */
    sx_bounded_map callers; /* servers, with numbers whose calls they took: caller_id.c */
    sx_bounded_map senders; /* keys only: server and number whose call it took */
    sx_bounded_map logins;  /* of users who called as themselves at a server: caller_id.c */
    sx_bounded_map peers;   /* keys only: client and server with a 2xx to INVITE */
    sx_bounded_map domains; /* sx_policy_domains: identity.c */
    guint n_scanners;       /* how many sources are scanners */
} sx_policy_memory;

static inline sx_policy_memory *sx_policy_memory_of(const sx_context *context) {
    return (sx_policy_memory *)context->memory[SX_LEARNER_POLICY];
}

/** The key of a client at a server. */
guint64 sx_policy_peer_key(const sx_transaction *transaction);

/** The form of a number in words, such as "a short number". */
sx_word sx_policy_form(const char *user);

/**
 * The user of the credentials, if From of an INVITE or MESSAGE names another one.
 * @return NULL if not
 */
const char *sx_policy_not_itself(const sx_context *context, const sx_transaction *transaction);

/** Frame of a call in which this user, with the same login, was From and was taken by this server; 0: none. */
guint32 sx_policy_called_as_itself(const sx_context *context, const sx_transaction *transaction,
                                   const char *user);

/* What each topic remembers of the capture. */
void sx_policy_init_scanner(sx_policy_memory *memory);
void sx_policy_init_caller(sx_policy_memory *memory);

/* What each topic learns before the rules from a new request ... */
void sx_policy_learn_source(sx_context *context);
void sx_policy_learn_injection(sx_context *context);
/* ... from a new response to a request outside a dialog ... */
void sx_policy_learn_answer(sx_context *context);
void sx_policy_learn_caller(sx_context *context);
/** The domain that its request asked for was taken. @param registered as in sx_policy_domains_of() */
void sx_policy_note_domain(const sx_context *context, gboolean registered);
/* ... and after the rules from a new response. */
void sx_policy_learn_demand(sx_context *context);

/** Rows of numbers and identities behind a 403, 404, 484 or 604. */
void sx_policy_add_identities(sx_context *context);

#endif
