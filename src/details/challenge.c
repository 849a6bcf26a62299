/* SPDX-License-Identifier: GPL-2.0-or-later
 * Rows of challenges: WWW-Authenticate and Proxy-Authenticate, each of them.
 */
#include "wire/challenge.h"

#include <string.h>

#include "details/details.h"
#include "evidence.h"

#define MAX_CHALLENGES 8 /* shown of one response and header */

/* MD5 is what a challenge without algorithm means (RFC 7616 section 3.3). */
static const char *algorithm_of(const sx_challenge *challenge, sx_finding_builder *out) {
    return challenge->algorithm.len > 0 ? sx_detail_text(out, challenge->algorithm) : "MD5";
}

static gboolean is_same(sx_slice one, sx_slice other) {
    return one.len == other.len && (one.len == 0 || memcmp(one.p, other.p, one.len) == 0);
}

/* Whether a challenge differs from the one before it in the algorithm at most. */
static gboolean is_alike(const sx_challenge *challenge, const sx_challenge *before) {
    return challenge->is_digest && before->is_digest && challenge->realm.len > 0 &&
           is_same(challenge->realm, before->realm) && is_same(challenge->qop, before->qop);
}

/* @param before the challenge before it in the same header; all zeros: none */
static void add_challenge(const sx_challenge *challenge, const sx_challenge *before,
                          sx_finding_builder *out) {
    const char *realm = sx_detail_quoted(out, challenge->realm);
    if (!challenge->is_digest)
        sx_ev_detail_challenge_scheme(out, sx_detail_text(out, challenge->scheme), realm);
    else if (is_alike(challenge, before))
        sx_ev_detail_challenge_digest_alike(out, realm, algorithm_of(challenge, out));
    else if (challenge->qop.len > 0)
        sx_ev_detail_challenge_digest(out, realm, algorithm_of(challenge, out),
                                      sx_detail_text(out, challenge->qop));
    else
        sx_ev_detail_challenge_digest_no_qop(out, realm, algorithm_of(challenge, out));
    if (challenge->stale)
        sx_ev_detail_challenge_stale(out, "true");
    if (challenge->is_digest && challenge->realm.len == 0)
        sx_ev_detail_challenge_no_realm(out);
}

static void add_challenges(const sx_message *response, sx_header_id id, sx_finding_builder *out) {
    sx_header_walk walk = {0};
    sx_challenge challenge;
    sx_challenge before = {0};
    for (guint n = 0; n < MAX_CHALLENGES && sx_challenge_next(response, id, &walk, &challenge);
         n++) {
        add_challenge(&challenge, &before, out);
        before = challenge;
    }
}

void sx_detail_challenge(const sx_message *response, sx_finding_builder *out) {
    add_challenges(response, SX_HDR_WWW_AUTHENTICATE, out);
    add_challenges(response, SX_HDR_PROXY_AUTHENTICATE, out);
}
