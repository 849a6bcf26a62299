/* SPDX-License-Identifier: GPL-2.0-or-later
 * Credentials against the challenge that they answer: what a server may refuse before it looks at the password.
 */
#include "diagnose/auth/auth_state.h"

static gboolean same_text(const char *one, sx_slice other) {
    return sx_slice_is(other, one);
}

/* No algorithm is MD5 (RFC 7616 section 3.3). */
static gboolean fits_algorithm(const sx_offered *offered, sx_slice algorithm) {
    const char *asked = offered->algorithm != NULL ? offered->algorithm : "MD5";
    return algorithm.len > 0 ? same_text(asked, algorithm)
                             : same_text("MD5", (sx_slice){asked, strlen(asked)});
}

/* The challenge that the credentials answer: several algorithms may be offered with one nonce (RFC 8760 section 2.4). */
static const sx_offered *answered(const sx_auth_state *asked, const sx_credentials *used,
                                  sx_slice algorithm) {
    const sx_offered *first = NULL;
    for (guint i = 0; i < asked->n_offered; i++) {
        const sx_offered *offered = &asked->offered[i];
        if (offered->realm != used->realm || offered->nonce != used->nonce ||
            offered->for_proxy != used->for_proxy)
            continue;
        if (fits_algorithm(offered, algorithm))
            return offered;
        if (first == NULL)
            first = offered;
    }
    return first;
}

static gboolean offers_qop(const char *list, sx_slice qop) {
    sx_slice rest = {list, strlen(list)};
    sx_slice one;
    while (sx_slice_next_element(&rest, &one)) {
        if (one.len == qop.len && sx_same_letters(one.p, qop.p, one.len))
            return TRUE;
    }
    return FALSE;
}

/* Hexadecimal digits that an algorithm makes; 0: not known. */
static guint32 digits_of(sx_slice algorithm) {
    if (algorithm.len == 0 || sx_slice_starts(algorithm, "MD5"))
        return 32;
    return sx_slice_starts(algorithm, "SHA-256") || sx_slice_starts(algorithm, "SHA-512-256") ? 64
                                                                                              : 0;
}

static void compare_response(const sx_challenge *read, sx_digest_differences *found) {
    guint32 wanted = digits_of(read->algorithm);
    guint32 other = wanted == 32 ? 64 : 32;
    if (wanted != 0 && read->response_len == other) {
        found->digits = other;
        found->asked_digits = wanted;
    }
}

static void compare_qop(const sx_challenge *read, const sx_offered *offered,
                        sx_digest_differences *found) {
    found->other_qop = read->qop.len > 0
                           ? offered->qop == NULL || !offers_qop(offered->qop, read->qop)
                           : offered->qop != NULL;
    found->no_cnonce = read->qop.len > 0 && (!read->has_cnonce || !read->has_nc);
}

static void compare_opaque(const sx_challenge *read, const sx_offered *offered,
                           sx_digest_differences *found) {
    if (offered->opaque == 0)
        return;
    found->no_opaque = read->opaque.len == 0;
    found->other_opaque =
        read->opaque.len > 0 && (guint32)sx_auth_hash(read->opaque) != offered->opaque;
}

static gboolean differs(const sx_digest_differences *found) {
    return found->other_algorithm || found->other_qop || found->no_cnonce || found->no_opaque ||
           found->other_opaque || found->userhash || found->digits != 0;
}

static const char *kept(sx_context *context, sx_slice text) {
    return text.len > 0 ? sx_auth_text(context, text) : NULL;
}

sx_digest_differences *sx_auth_compare(sx_context *context, const sx_credentials *used,
                                       const sx_challenge *read, const sx_auth_state *asked) {
    const sx_offered *offered = answered(asked, used, read->algorithm);
    sx_digest_differences found = {0};
    if (offered == NULL)
        return NULL;
    found.other_algorithm = !fits_algorithm(offered, read->algorithm);
    found.userhash = read->has_userhash && !offered->userhash;
    compare_response(read, &found);
    compare_qop(read, offered, &found);
    compare_opaque(read, offered, &found);
    if (!differs(&found))
        return NULL;
    found.algorithm = kept(context, read->algorithm);
    found.asked_algorithm = offered->algorithm;
    found.qop = kept(context, read->qop);
    found.asked_qop = offered->qop;
    return g_memdup2(&found, sizeof found);
}

const sx_digest_differences *sx_auth_differences(const sx_context *context,
                                                 const sx_credentials *used) {
    const sx_transaction *t = context->seen.transaction;
    if (used->differences == NULL ||
        sx_auth_find(&sx_auth_memory_of(context)->lasting,
                     sx_auth_key(SX_FACT_LAX, NULL, t->server, used->realm, 0, 0)) != NULL)
        return NULL;
    return used->differences;
}

const char *sx_auth_differing(const sx_context *context, const sx_digest_differences *differences) {
    const struct {
        gboolean is_so;
        const char *name;
    } all[] = {
        {differences->other_algorithm, "algorithm"},
        {differences->other_qop, "qop"},
        {differences->no_cnonce, "cnonce, nc"},
        {differences->no_opaque || differences->other_opaque, "opaque"},
        {differences->digits != 0, "response"},
        {differences->userhash, "userhash"},
    };
    GString *names = g_string_new(NULL);
    for (guint i = 0; i < G_N_ELEMENTS(all); i++) {
        if (all[i].is_so)
            g_string_append_printf(names, "%s%s", names->len > 0 ? ", " : "", all[i].name);
    }
    return sx_context_keep(context, names);
}
