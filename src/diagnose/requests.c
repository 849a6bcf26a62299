/* SPDX-License-Identifier: GPL-2.0-or-later
 * One piece of memory a request: its terms, where its texts begin, and these behind each other.
 */
#include "diagnose/requests.h"

#include "diagnose/context.h"
#include "diagnose/learner.h"
#include "wire/expires.h"
#include "wire/keyed_hash.h"
#include "wire/uri.h"

typedef struct {
    sx_request_terms terms;
    const char *supported;          /* lives as long as the findings: few are different */
    guint16 at[SX_REQUEST_N_TEXTS]; /* 1 + where the text begins; 0: none */
    char texts[];
} kept_request;

static const sx_attachment_kind kind = {sizeof(kept_request), NULL};

/* The same with room for all texts, on the stack. */
typedef struct {
    guint16 at[SX_REQUEST_N_TEXTS];
    gsize used;
    char texts[SX_REQUEST_N_TEXTS * (SX_SHOWN + 1)];
} collected;

static void collect(collected *all, sx_request_text_id id, sx_slice text) {
    text = sx_slice_head(sx_slice_trim(text), SX_SHOWN);
    if (text.len == 0)
        return;
    all->at[id] = (guint16)(all->used + 1);
    for (gsize i = 0; i < text.len; i++) /* these are strings; folding is no text */
        all->texts[all->used++] = (guchar)text.p[i] < ' ' ? ' ' : text.p[i];
    all->texts[all->used++] = '\0';
}

static void collect_identities(collected *all, const sx_message *message) {
    static const struct {
        sx_request_text_id id;
        sx_header_id header;
    } identities[] = {
        {SX_REQUEST_FROM, SX_HDR_FROM},
        {SX_REQUEST_ASSERTED, SX_HDR_P_ASSERTED_IDENTITY},
        {SX_REQUEST_PREFERRED, SX_HDR_P_PREFERRED_IDENTITY},
        {SX_REQUEST_REMOTE_PARTY, SX_HDR_REMOTE_PARTY_ID},
        {SX_REQUEST_DIVERSION, SX_HDR_DIVERSION},
        {SX_REQUEST_HISTORY, SX_HDR_HISTORY_INFO},
    };
    sx_uri uri;
    for (guint i = 0; i < G_N_ELEMENTS(identities); i++) {
        if (sx_message_has(message, identities[i].header) &&
            sx_uri_read(sx_message_header(message, identities[i].header), &uri))
            collect(all, identities[i].id, uri.user);
    }
    collect(all, SX_REQUEST_PRIVACY, sx_message_header(message, SX_HDR_PRIVACY));
}

static void collect_texts(collected *all, const sx_context *context) {
    const sx_message *message = context->message;
    sx_method method = context->seen.keys.method;
    gboolean registers = method == SX_METHOD_REGISTER;
    collect(all, SX_REQUEST_REQUIRE, sx_message_header(message, SX_HDR_REQUIRE));
    collect(all, SX_REQUEST_PROXY_REQUIRE, sx_message_header(message, SX_HDR_PROXY_REQUIRE));
    if (!sx_context_is_initial(context) ||
        (method != SX_METHOD_INVITE && method != SX_METHOD_MESSAGE && !registers))
        return;
    collect(all, SX_REQUEST_TARGET, context->seen.request_uri.user);
    collect(all, SX_REQUEST_TARGET_HOST, context->seen.request_uri.host);
    if (registers) {
        sx_slice reg_id;
        collect(all, SX_REQUEST_PATH, sx_message_header(message, SX_HDR_PATH));
        if (sx_slice_param(sx_message_header(message, SX_HDR_CONTACT), "reg-id", &reg_id))
            collect(all, SX_REQUEST_REG_ID, reg_id);
        collect(all, SX_REQUEST_TO, sx_uri_text(sx_message_header(message, SX_HDR_TO)));
        collect(all, SX_REQUEST_CONTACT, sx_uri_text(sx_message_header(message, SX_HDR_CONTACT)));
    } else {
        collect_identities(all, message);
    }
}

/* Whether there are terms. */
static gboolean read_terms(const sx_context *context, sx_request_terms *terms) {
    const sx_message *message = context->message;
    sx_slice etag = sx_message_header(message, SX_HDR_SIP_IF_MATCH);
    *terms = (sx_request_terms){
        .etag = etag.len > 0 ? sx_hash_slice(0, etag) : 0,
        .expires = context->seen.keys.method == SX_METHOD_REGISTER
                       ? sx_expires_read(message).shortest
                       : sx_header_seconds(message, SX_HDR_EXPIRES),
        .session = sx_header_seconds(message, SX_HDR_SESSION_EXPIRES),
        .verifies = sx_message_has(message, SX_HDR_SECURITY_VERIFY),
    };
    return terms->etag != 0 || terms->expires != SX_NO_SECONDS || terms->session != SX_NO_SECONDS ||
           terms->verifies;
}

/* Of its length and end, for products differ in their versions. Not keyed, for nothing is found by it, and each request
 * pays: two that are equal by chance only hide a name. */
static guint16 product_hash(const sx_message *message) {
    sx_slice product = sx_message_header(message, SX_HDR_USER_AGENT);
    guint64 end = 0;
    if (product.len >= sizeof end)
        memcpy(&end, product.p + product.len - sizeof end, sizeof end);
    else if (product.len > 0)
        memcpy(&end, product.p, product.len);
    else
        return 0;
    end = (end ^ product.len) * G_GUINT64_CONSTANT(0x9e3779b97f4a7c15);
    return (guint16)MAX(end >> 48, 1);
}

gboolean sx_request_shares_product(const sx_transaction *transaction, const sx_message *response) {
    return transaction != NULL && transaction->product != 0 &&
           !sx_message_has(response, SX_HDR_SERVER) &&
           transaction->product == product_hash(response);
}

static void keep_request(sx_context *context) {
    sx_transaction *t = context->seen.transaction;
    sx_request_terms terms;
    collected all;
    if (t == NULL)
        return;
    t->product = product_hash(context->message);
    memset(all.at, 0, sizeof all.at);
    all.used = 0;
    collect_texts(&all, context);
    if (!read_terms(context, &terms) && all.used == 0)
        return;
    kept_request *kept = (kept_request *)sx_attachment_add(
        &t->attached, &kind, G_STRUCT_OFFSET(kept_request, texts) + all.used);
    kept->terms = terms;
    kept->supported = NULL;
    if (all.at[SX_REQUEST_TARGET_HOST] != 0 && sx_message_has(context->message, SX_HDR_SUPPORTED))
        kept->supported = sx_findings_text(
            context->out, sx_message_header(context->message, SX_HDR_SUPPORTED), SX_SHOWN);
    memcpy(kept->at, all.at, sizeof kept->at);
    memcpy(kept->texts, all.texts, all.used);
}

const char *sx_request_text(const sx_transaction *transaction, sx_request_text_id id) {
    const kept_request *kept = (const kept_request *)SX_ATTACHED(transaction, &kind);
    if (kept != NULL && id == SX_REQUEST_SUPPORTED)
        return kept->supported;
    return kept != NULL && kept->at[id] != 0 ? kept->texts + kept->at[id] - 1 : NULL;
}

sx_request_terms sx_request_terms_of(const sx_transaction *transaction) {
    static const sx_request_terms none = {0, SX_NO_SECONDS, SX_NO_SECONDS, FALSE};
    const kept_request *kept = (const kept_request *)SX_ATTACHED(transaction, &kind);
    return kept != NULL ? kept->terms : none;
}

const sx_learner sx_requests_learner = {.request = keep_request};
