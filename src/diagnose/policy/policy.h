/* SPDX-License-Identifier: GPL-2.0-or-later
 * What others may ask about the rules of servers: scanners, and the domains that they serve.
 */
#ifndef SX_POLICY_H
#define SX_POLICY_H

#include "diagnose/rule.h"

/** The scanner tool that names itself in User-Agent or in the display name of From; NULL: none. */
const char *sx_policy_scanner_tool(const sx_message *message);

/** Whether a request has SQL or script in it where a name belongs. */
gboolean sx_policy_is_injection(const sx_message *message);

/** The first domains that a server took. Texts live as long as the findings. */
typedef struct {
    guint64 key;       /* of the server, and of registrations or calls */
    guint64 hashes[3]; /* with 0 there is no more */
    const char *texts[3];
    guint32 frames[3];
} sx_policy_domains;

/**
 * The domains that a server took.
 * @param registered of accepted REGISTERs; else of calls that rang or were answered
 * @return NULL if none is known
 */
const sx_policy_domains *sx_policy_domains_of(const sx_context *context, const sx_host *server,
                                              gboolean registered);

/**
 * Whether a request names an address where its server takes domains: it took some by name, and never this address.
 * @param domain, frame set to one that it took, and where; not changed otherwise
 */
gboolean sx_policy_wants_domain(const sx_context *context, const sx_transaction *transaction,
                                const char **domain, guint32 *frame);

/** Hash of a domain, as in sx_policy_domains. */
guint64 sx_policy_domain_hash(const char *domain);

#endif
