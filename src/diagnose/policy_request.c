/* SPDX-License-Identifier: GPL-2.0-or-later
 * What is kept of requests for the day their response comes: who called whom, what was required, which Contacts.
 */
#include <string.h>

#include "diagnose/policy.h"
#include "wire/keyed_hash.h"
#include "wire/uri.h"

#define MAX_CREDENTIAL_PARTS 32 /* pieces of an Authorization that are looked through */

static sx_slice user_of(sx_slice element) {
    sx_uri uri;
    return sx_uri_read(element, &uri) ? uri.user : (sx_slice){element.p, 0};
}

sx_slice sx_policy_uri(sx_slice element) {
    const char *open = memchr(element.p, '<', element.len);
    if (element.len == 0 || open == NULL)
        return sx_slice_trim(element);
    sx_slice inside = {open + 1, element.len - (gsize)(open + 1 - element.p)};
    const char *close = memchr(inside.p, '>', inside.len);
    if (close != NULL)
        inside.len = (gsize)(close - inside.p);
    return sx_slice_trim(inside);
}

static gboolean is_word_character(char c) {
    return g_ascii_isalnum(c) || c == '_';
}

gboolean sx_policy_contains(sx_slice text, const char *word, gboolean whole) {
    gsize len = strlen(word);
    for (gsize i = sx_slice_find(text, word, 0); i < text.len;
         i = sx_slice_find(text, word, i + 1)) {
        gboolean starts = i == 0 || !is_word_character(text.p[i - 1]);
        gboolean ends = i + len == text.len || !is_word_character(text.p[i + len]);
        if (!whole || (starts && ends))
            return TRUE;
    }
    return FALSE;
}

/* The username of digest credentials: `Digest username="bob", realm=...`. */
static sx_slice digest_user(const sx_message *message) {
    sx_slice rest = sx_message_header(message, SX_HDR_AUTHORIZATION);
    sx_slice piece;
    if (rest.len == 0)
        rest = sx_message_header(message, SX_HDR_PROXY_AUTHORIZATION);
    if (rest.len == 0 || !sx_slice_starts(rest, "Digest "))
        return (sx_slice){rest.p, 0};
    rest.p += 7;
    rest.len -= 7;
    for (guint i = 0; i < MAX_CREDENTIAL_PARTS && sx_slice_next_element(&rest, &piece); i++) {
        if (!sx_slice_starts(piece, "username="))
            continue;
        piece = sx_slice_trim((sx_slice){piece.p + 9, piece.len - 9});
        if (piece.len >= 2 && piece.p[0] == '"' && piece.p[piece.len - 1] == '"')
            piece = (sx_slice){piece.p + 1, piece.len - 2};
        return piece;
    }
    return (sx_slice){rest.p, 0};
}

typedef struct {
    guint16 at[SX_POLICY_N_TEXTS];
    char texts[SX_POLICY_N_TEXTS * (SX_POLICY_MAX_TEXT + 1)];
    gsize used;
} collected;

static void collect(collected *all, sx_policy_text_id id, sx_slice text) {
    if (text.len == 0)
        return;
    text = sx_slice_head(sx_slice_trim(text), SX_POLICY_MAX_TEXT);
    if (text.len == 0)
        return;
    all->at[id] = (guint16)(all->used + 1);
    for (gsize i = 0; i < text.len; i++) /* sx_policy_text() gives strings; folding is no text */
        all->texts[all->used++] = (guchar)text.p[i] < ' ' ? ' ' : text.p[i];
    all->texts[all->used++] = '\0';
}

static void collect_users(collected *all, const sx_message *message) {
    static const struct {
        sx_policy_text_id id;
        sx_header_id header;
    } identities[] = {
        {SX_POLICY_FROM, SX_HDR_FROM},
        {SX_POLICY_ASSERTED, SX_HDR_P_ASSERTED_IDENTITY},
        {SX_POLICY_PREFERRED, SX_HDR_P_PREFERRED_IDENTITY},
        {SX_POLICY_REMOTE_PARTY, SX_HDR_REMOTE_PARTY_ID},
        {SX_POLICY_DIVERSION, SX_HDR_DIVERSION},
    };
    for (guint i = 0; i < G_N_ELEMENTS(identities); i++) {
        sx_slice value = sx_message_header(message, identities[i].header);
        if (value.len > 0)
            collect(all, identities[i].id, user_of(value));
    }
    collect(all, SX_POLICY_PRIVACY, sx_message_header(message, SX_HDR_PRIVACY));
    collect(all, SX_POLICY_DIGEST_USER, digest_user(message));
}

static void release(void *own) {
    g_free(((sx_policy_request *)own)->contacts);
}

static const sx_attachment_kind kind = {sizeof(sx_policy_request), release};

static sx_policy_request *keep(sx_transaction *transaction, const collected *all) {
    sx_policy_request *kept = (sx_policy_request *)sx_attachment_add(
        &transaction->attached, &kind, G_STRUCT_OFFSET(sx_policy_request, texts) + all->used);
    kept->contacts = NULL;
    kept->expires = G_MAXUINT32;
    kept->n_contacts = kept->of_scanner = kept->removes = 0;
    memcpy(kept->at, all->at, sizeof kept->at);
    memcpy(kept->texts, all->texts, all->used);
    return kept;
}

static guint64 hash_param(sx_slice contact, const char *name) {
    sx_slice value;
    return sx_slice_param(contact, name, &value) && value.len > 0 ? sx_hash_slice(0, value) : 0;
}

guint sx_policy_read_contacts(const sx_message *message, sx_policy_contact *contacts, guint limit,
                              gboolean *star) {
    sx_header_walk walk = {0};
    sx_slice element;
    sx_uri uri;
    guint n = 0;
    *star = FALSE;
    while (n < limit && sx_message_next_element(message, SX_HDR_CONTACT, &walk, &element)) {
        if (sx_slice_is(element, "*"))
            *star = TRUE;
        if (!sx_uri_read(element, &uri))
            continue;
        guint64 host = sx_hash_number(sx_hash_lower(0, uri.host), uri.port);
        contacts[n++] = (sx_policy_contact){uri.user.len > 0 ? sx_hash_slice(0, uri.user) : 0, host,
                                            hash_param(element, "+sip.instance"),
                                            hash_param(element, "pub-gruu")};
    }
    return n;
}

guint32 sx_policy_longest_expires(const sx_message *message) {
    sx_header_walk walk = {0};
    sx_slice element;
    sx_slice value;
    guint digits;
    guint32 longest = 0;
    guint n = 0;
    guint32 general = sx_slice_number(sx_message_header(message, SX_HDR_EXPIRES), &digits);
    if (digits == 0)
        general = G_MAXUINT32;
    while (n < SX_POLICY_MAX_BINDINGS &&
           sx_message_next_element(message, SX_HDR_CONTACT, &walk, &element)) {
        guint32 own = general;
        if (sx_slice_param(element, "expires", &value))
            own = sx_slice_number(value, &digits);
        longest = MAX(longest, digits > 0 ? own : general);
        n++;
    }
    return n > 0 ? longest : general;
}

static void keep_register(sx_context *context, collected *all) {
    const sx_message *message = context->message;
    sx_policy_contact contacts[SX_POLICY_MAX_CONTACTS];
    gboolean star;
    guint n = sx_policy_read_contacts(message, contacts, SX_POLICY_MAX_CONTACTS, &star);
    collect(all, SX_POLICY_TO, sx_policy_uri(sx_message_header(message, SX_HDR_TO)));
    collect(all, SX_POLICY_CONTACT, sx_policy_uri(sx_message_header(message, SX_HDR_CONTACT)));
    collect(all, SX_POLICY_DIGEST_USER, digest_user(message));
    sx_policy_request *kept = keep(context->seen.transaction, all);
    kept->expires = sx_policy_longest_expires(message);
    kept->removes = star || (sx_message_has(message, SX_HDR_CONTACT) && kept->expires == 0);
    if (n > 0) {
        kept->contacts = g_new(sx_policy_contact, n);
        memcpy(kept->contacts, contacts, n * sizeof contacts[0]);
    }
    kept->n_contacts = (guint8)n;
}

void sx_policy_keep_request(sx_context *context) {
    const sx_message *message = context->message;
    const sx_keys *keys = &context->seen.keys;
    sx_transaction *transaction = context->seen.transaction;
    sx_slice require = sx_message_header(message, SX_HDR_REQUIRE);
    sx_slice proxy_require = sx_message_header(message, SX_HDR_PROXY_REQUIRE);
    collected all;
    gboolean initial = keys->to_tag == 0 &&
                       (keys->method == SX_METHOD_INVITE || keys->method == SX_METHOD_MESSAGE ||
                        keys->method == SX_METHOD_REGISTER);
    if (transaction == NULL || (!initial && require.len == 0 && proxy_require.len == 0))
        return;
    memset(all.at, 0, sizeof all.at);
    all.used = 0;
    collect(&all, SX_POLICY_REQUIRE, require);
    collect(&all, SX_POLICY_PROXY_REQUIRE, proxy_require);
    collect(&all, SX_POLICY_TARGET, context->seen.request_uri.user);
    collect(&all, SX_POLICY_TARGET_HOST, context->seen.request_uri.host);
    if (initial && keys->method == SX_METHOD_REGISTER) {
        keep_register(context, &all);
        return;
    }
    if (initial)
        collect_users(&all, message);
    keep(transaction, &all);
}

sx_policy_request *sx_policy_request_of(const sx_transaction *transaction) {
    return (sx_policy_request *)SX_ATTACHED(transaction, &kind);
}

sx_policy_request *sx_policy_request_make(sx_transaction *transaction) {
    collected none = {.used = 0};
    sx_policy_request *kept = sx_policy_request_of(transaction);
    return kept != NULL ? kept : keep(transaction, &none);
}

const char *sx_policy_text(const sx_transaction *transaction, sx_policy_text_id id) {
    const sx_policy_request *kept = sx_policy_request_of(transaction);
    return kept != NULL && kept->at[id] != 0 ? kept->texts + kept->at[id] - 1 : NULL;
}
