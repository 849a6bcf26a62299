/* SPDX-License-Identifier: GPL-2.0-or-later
 * What the family "session" learns from the messages. Every list is bounded, whatever a call does.
 */
#include "diagnose/session.h"
#include "evidence.h"
#include "wire/body.h"
#include "wire/keyed_hash.h"
#include "wire/uri.h"

#define MAX_SIDES 4 /* of one call */
#define MAX_GLARES 8
#define MAX_TIMERS 4
#define MAX_REFERS 4
#define MAX_EVENTS 256    /* names of event packages in one capture */
#define MAX_REFUSED 10000 /* event packages times servers */

/* Of the whole capture. */
typedef struct {
    GHashTable *events;  /* hash of the name -> name */
    GHashTable *refused; /* server, package and code -> frame of the first answer */
} session_memory;

void *sx_session_memory_new(void) {
    session_memory *memory = g_new0(session_memory, 1);
    memory->events = g_hash_table_new_full(NULL, NULL, NULL, g_free);
    memory->refused = g_hash_table_new(NULL, NULL);
    return memory;
}

void sx_session_memory_free(void *kept) {
    session_memory *memory = (session_memory *)kept;
    g_hash_table_destroy(memory->events);
    g_hash_table_destroy(memory->refused);
    g_free(memory);
}

static void release_request(void *own) {
    sx_session_request *request = (sx_session_request *)own;
    if (request->replaces != NULL) {
        g_free(request->replaces->call_id_text);
        g_free(request->replaces->to_tag_text);
        g_free(request->replaces->from_tag_text);
        g_free(request->replaces);
    }
    g_free(request->rack);
}

static void release_call(void *own) {
    sx_session_call *call = (sx_session_call *)own;
    for (guint i = 0; i < call->n_sides; i++)
        g_free(call->sides[i].text);
    for (guint i = 0; i < call->n_refers; i++) {
        g_free(call->refers[i].refer_to);
        g_free(call->refers[i].referred_by);
    }
    g_free(call->sides);
    g_free(call->glares);
    g_free(call->timers);
    g_free(call->refers);
}

static const sx_attachment_kind of_request = {sizeof(sx_session_request), release_request};
static const sx_attachment_kind of_call = {sizeof(sx_session_call), release_call};

static char *keep_text(sx_slice text) {
    text = sx_slice_head(text, SX_SESSION_TEXT);
    return g_utf8_make_valid(text.p, (gssize)text.len);
}

static gpointer fold(guint64 hash) {
    return GSIZE_TO_POINTER((gsize)hash);
}

static sx_session_call *call_kept(sx_context *context) {
    return (sx_session_call *)sx_attachment_make(&context->seen.call->attached, &of_call);
}

static sx_session_request *request_kept(sx_context *context) {
    return (sx_session_request *)sx_attachment_make(&context->seen.transaction->attached,
                                                    &of_request);
}

const sx_session_call *sx_session_of_call(const sx_context *context) {
    return (const sx_session_call *)SX_ATTACHED(context->seen.call, &of_call);
}

const sx_session_request *sx_session_of_request(const sx_context *context) {
    return (const sx_session_request *)SX_ATTACHED(context->seen.transaction, &of_request);
}

const sx_session_side *sx_session_side_of(const sx_session_call *kept, guint64 tag) {
    for (guint i = 0; kept != NULL && i < kept->n_sides; i++) {
        if (kept->sides[i].tag == tag)
            return &kept->sides[i];
    }
    return NULL;
}

const sx_session_refer *sx_session_refer_by_cseq(const sx_session_call *kept, guint64 from_tag,
                                                 guint32 cseq) {
    for (guint i = 0; kept != NULL && i < kept->n_refers; i++) {
        if (kept->refers[i].from_tag == from_tag && kept->refers[i].cseq == cseq)
            return &kept->refers[i];
    }
    return NULL;
}

const sx_session_refer *sx_session_refer_of_notify(const sx_context *context) {
    const sx_session_call *kept = sx_session_of_call(context);
    const sx_keys *keys = &context->seen.keys;
    sx_slice id;
    guint digits = 0;
    guint32 cseq = 0;
    if (kept == NULL)
        return NULL;
    if (sx_slice_param(sx_message_header(context->message, SX_HDR_EVENT), "id", &id))
        cseq = sx_slice_number(id, &digits);
    if (digits > 0 && sx_session_refer_by_cseq(kept, keys->to_tag, cseq) != NULL)
        return sx_session_refer_by_cseq(kept, keys->to_tag, cseq);
    for (guint i = kept->n_refers; i > 0; i--) {
        const sx_session_refer *refer = &kept->refers[i - 1];
        if (refer->from_tag == keys->to_tag &&
            (refer->to_tag == 0 || refer->to_tag == keys->from_tag))
            return refer;
    }
    return NULL;
}

static gboolean makes_dialogs(sx_method method) {
    return method == SX_METHOD_INVITE || method == SX_METHOD_SUBSCRIBE || method == SX_METHOD_REFER;
}

/* The tag of the sender, when a message brings it up that may form a dialog. */
static void learn_side(sx_context *context) {
    const sx_message *message = context->message;
    const sx_transaction *t = context->seen.transaction;
    const sx_keys *keys = &context->seen.keys;
    guint64 tag = message->is_response ? keys->to_tag : keys->from_tag;
    sx_slice text;
    if (tag == 0 || t->keys.to_tag != 0 || !makes_dialogs(keys->method) ||
        (message->is_response && (message->code == 100 || message->code >= 300)))
        return;
    sx_session_call *kept = call_kept(context);
    if (kept->n_sides >= MAX_SIDES || sx_session_side_of(kept, tag) != NULL)
        return;
    sx_header_id header = message->is_response ? SX_HDR_TO : SX_HDR_FROM;
    if (!sx_slice_param(sx_message_header(message, header), "tag", &text))
        return;
    kept->sides = g_renew(sx_session_side, kept->sides, kept->n_sides + 1u);
    kept->sides[kept->n_sides++] =
        (sx_session_side){.tag = tag, .text = keep_text(text), .frame = context->packet->frame};
}

/* Where the sender of INVITE, UPDATE and their 1xx and 2xx wants to be called. At several hops the first one counts. */
static void learn_contact(sx_context *context) {
    const sx_message *message = context->message;
    const sx_observation *seen = &context->seen;
    guint64 tag = message->is_response ? seen->keys.to_tag : seen->keys.from_tag;
    sx_header_walk walk = {0};
    sx_slice element;
    sx_uri uri;
    if ((seen->keys.method != SX_METHOD_INVITE && seen->keys.method != SX_METHOD_UPDATE) ||
        message->code >= 300)
        return;
    sx_session_side *side = (sx_session_side *)sx_session_side_of(sx_session_of_call(context), tag);
    if (side == NULL ||
        (side->contact != 0 && (side->from != seen->source || side->to != seen->destination)) ||
        !sx_message_next_element(message, SX_HDR_CONTACT, &walk, &element) ||
        !sx_uri_read(element, &uri))
        return;
    side->contact = sx_uri_target(&uri);
    side->contact_frame = context->packet->frame;
    side->has_record_route = sx_message_has(message, SX_HDR_RECORD_ROUTE);
    side->from = seen->source;
    side->to = seen->destination;
}

static sx_session_timer *timer_of(sx_session_call *kept, guint64 tag, guint64 other) {
    for (guint i = 0; kept != NULL && i < kept->n_timers; i++) {
        sx_session_timer *timer = &kept->timers[i];
        if ((timer->tag == tag && timer->other_tag == other) ||
            (timer->tag == other && timer->other_tag == tag))
            return timer;
    }
    return NULL;
}

/* A 2xx to INVITE or UPDATE sets the session timer anew; without Session-Expires it turns it off (RFC 4028 section 9). */
static void learn_timer(sx_context *context) {
    const sx_keys *keys = &context->seen.keys;
    sx_slice value = sx_message_header(context->message, SX_HDR_SESSION_EXPIRES);
    sx_slice who;
    guint digits;
    guint32 interval = sx_slice_number(value, &digits);
    sx_session_call *kept = (sx_session_call *)sx_session_of_call(context);
    sx_session_timer *timer = timer_of(kept, keys->from_tag, keys->to_tag);
    if (keys->from_tag == 0 || keys->to_tag == 0 || context->seen.relayed_from != NULL)
        return;
    if (timer == NULL && digits > 0) {
        kept = call_kept(context);
        if (kept->n_timers >= MAX_TIMERS)
            return;
        kept->timers = g_renew(sx_session_timer, kept->timers, kept->n_timers + 1u);
        timer = &kept->timers[kept->n_timers++];
    }
    if (timer == NULL)
        return;
    *timer = (sx_session_timer){keys->from_tag,  keys->to_tag,           digits > 0 ? interval : 0,
                                SX_NO_REFRESHER, context->packet->frame, context->packet->time};
    if (sx_slice_param(value, "refresher", &who))
        timer->refresher = sx_slice_is(who, "uas") ? SX_REFRESHER_UAS : SX_REFRESHER_UAC;
}

static gboolean refuses_notify(const sx_message *message) {
    sx_slice value = sx_message_header(message, SX_HDR_REFER_SUB);
    return sx_slice_starts(value, "false") ||
           sx_message_has_token(message, SX_HDR_REQUIRE, "nosub") ||
           sx_message_has_token(message, SX_HDR_REQUIRE, "explicitsub");
}

static void learn_refer(sx_context *context) {
    const sx_observation *seen = &context->seen;
    sx_session_call *kept = call_kept(context);
    if (sx_session_refer_by_cseq(kept, seen->keys.from_tag, seen->keys.cseq) != NULL)
        return;
    if (kept->n_refers == MAX_REFERS) { /* the oldest one goes */
        g_free(kept->refers[0].refer_to);
        g_free(kept->refers[0].referred_by);
        for (guint i = 1; i < MAX_REFERS; i++)
            kept->refers[i - 1] = kept->refers[i];
        kept->n_refers--;
    }
    kept->refers = g_renew(sx_session_refer, kept->refers, kept->n_refers + 1u);
    sx_session_refer *refer = &kept->refers[kept->n_refers++];
    *refer = (sx_session_refer){
        .from_tag = seen->keys.from_tag,
        .to_tag = seen->keys.to_tag,
        .cseq = seen->keys.cseq,
        .frame = context->packet->frame,
        .time = context->packet->time,
        .client = seen->source,
        .server = seen->destination,
        .wants_no_notify = refuses_notify(context->message),
    };
    sx_uri uri;
    sx_slice target = sx_message_header(context->message, SX_HDR_REFER_TO);
    if (sx_uri_read(target, &uri)) /* without Replaces and the like */
        target = (sx_slice){uri.scheme.p, (gsize)(uri.rest.p - uri.scheme.p)};
    refer->refer_to = keep_text(target);
    if (sx_message_has(context->message, SX_HDR_REFERRED_BY))
        refer->referred_by = keep_text(sx_message_header(context->message, SX_HDR_REFERRED_BY));
}

static void learn_refer_answer(sx_context *context) {
    const sx_keys *keys = &context->seen.keys;
    sx_session_refer *refer = (sx_session_refer *)sx_session_refer_by_cseq(
        sx_session_of_call(context), keys->from_tag, keys->cseq);
    if (refer == NULL || refer->accepted_frame != 0)
        return;
    refer->accepted_code = context->message->code;
    refer->accepted_frame = context->packet->frame;
    refer->accepted_time = context->packet->time;
    refer->wants_no_notify |= refuses_notify(context->message);
}

static sx_slice without_params(sx_slice value) {
    gsize end = 0;
    while (end < value.len && value.p[end] != ';')
        end++;
    return sx_slice_trim((sx_slice){value.p, end});
}

/* The name of an event package; one copy for the capture. */
static const char *intern_event(sx_context *context, sx_slice name) {
    session_memory *memory = (session_memory *)context->memory[SX_FAMILY_SESSION];
    name = sx_slice_head(name, SX_SESSION_TEXT);
    if (name.len == 0)
        return NULL;
    gpointer key = fold(sx_hash_slice(0, name));
    char *known = (char *)g_hash_table_lookup(memory->events, key);
    if (known == NULL && g_hash_table_size(memory->events) < MAX_EVENTS) {
        known = keep_text(name);
        g_hash_table_insert(memory->events, key, known);
    }
    return known != NULL ? known : "another";
}

static void learn_event(sx_context *context) {
    const sx_message *message = context->message;
    sx_slice name = without_params(sx_message_header(message, SX_HDR_EVENT));
    sx_session_request *request = request_kept(context);
    sx_message fragment;
    request->event = intern_event(context, name);
    request->is_refer = sx_slice_is(name, "refer");
    if (context->seen.keys.method != SX_METHOD_NOTIFY || !request->is_refer)
        return;
    const sx_session_refer *refer = sx_session_refer_of_notify(context);
    sx_session_call *kept = (sx_session_call *)sx_session_of_call(context);
    if (refer != NULL)
        request->refer_frame = refer->frame;
    for (guint i = 0; kept != NULL && i < kept->n_refers; i++)
        kept->refers[i].notified = TRUE;
    if (sx_body_sipfrag(message, &fragment))
        request->fragment_code = fragment.code;
}

static void learn_replaces(sx_context *context) {
    sx_slice value = sx_message_header(context->message, SX_HDR_REPLACES);
    sx_slice call_id = without_params(value);
    sx_slice to_tag = {value.p, 0};
    sx_slice from_tag = {value.p, 0};
    sx_slice ignored;
    sx_slice_param(value, "to-tag", &to_tag);
    sx_slice_param(value, "from-tag", &from_tag);
    sx_session_replaces *replaces = g_new0(sx_session_replaces, 1);
    replaces->call_id = sx_hash_slice(0, call_id);
    replaces->to_tag = sx_hash_slice(0, to_tag);
    replaces->from_tag = sx_hash_slice(0, from_tag);
    replaces->early_only = sx_slice_param(value, "early-only", &ignored);
    replaces->call_id_text = keep_text(call_id);
    replaces->to_tag_text = keep_text(to_tag);
    replaces->from_tag_text = keep_text(from_tag);
    request_kept(context)->replaces = replaces;
}

static void learn_reliable(sx_context *context) {
    guint digits;
    guint32 rseq = sx_slice_number(sx_message_header(context->message, SX_HDR_RSEQ), &digits);
    if (digits == 0)
        return;
    sx_session_call *kept = call_kept(context);
    kept->rseq = rseq;
    kept->rseq_cseq = context->seen.keys.cseq;
    kept->rseq_frame = context->packet->frame;
}

static void learn_from_request(sx_context *context) {
    const sx_message *message = context->message;
    switch (context->seen.keys.method) {
    case SX_METHOD_INVITE:
        if (sx_message_has(message, SX_HDR_REPLACES))
            learn_replaces(context);
        break;
    case SX_METHOD_REFER: learn_refer(context); break;
    case SX_METHOD_SUBSCRIBE:
    case SX_METHOD_NOTIFY:
    case SX_METHOD_PUBLISH: learn_event(context); break;
    case SX_METHOD_BYE:
        request_kept(context)->has_route = sx_message_has(message, SX_HDR_ROUTE);
        break;
    case SX_METHOD_PRACK:
        request_kept(context)->rack = keep_text(sx_message_header(message, SX_HDR_RACK));
        break;
    default: break;
    }
}

static void learn_from_response(sx_context *context) {
    sx_method method = context->seen.keys.method;
    guint code = context->message->code;
    if (code > 100 && code < 200 && method == SX_METHOD_INVITE)
        learn_reliable(context);
    if (code < 200 || code >= 300)
        return;
    if (method == SX_METHOD_REFER)
        learn_refer_answer(context);
    if (method == SX_METHOD_INVITE || method == SX_METHOD_UPDATE)
        learn_timer(context);
}

void sx_session_before(sx_context *context) {
    if (context->seen.repetition != SX_FIRST || context->seen.transaction == NULL)
        return;
    learn_side(context);
    learn_contact(context);
    if (context->message->is_response)
        learn_from_response(context);
    else
        learn_from_request(context);
}

static void note_glare(sx_context *context) {
    const sx_keys *keys = &context->seen.transaction->keys;
    const sx_packet *packet = context->packet;
    sx_session_call *kept = call_kept(context);
    for (guint i = 0; i < kept->n_glares; i++) {
        sx_session_glare *glare = &kept->glares[i];
        if (glare->from_tag == keys->from_tag && glare->to_tag == keys->to_tag) {
            glare->last_frame = packet->frame;
            glare->last_time = packet->time;
            return;
        }
    }
    if (kept->n_glares >= MAX_GLARES)
        return;
    kept->glares = g_renew(sx_session_glare, kept->glares, kept->n_glares + 1u);
    kept->glares[kept->n_glares++] = (sx_session_glare){keys->from_tag, keys->to_tag, packet->frame,
                                                        packet->frame,  packet->time, packet->time};
}

static gpointer refused_key(const sx_context *context, const char *event) {
    guint64 hash = sx_hash_number(context->message->code, (guint64)(gsize)event);
    return fold(sx_hash_number(hash, (guint64)(gsize)context->seen.source));
}

guint32 sx_session_refused_before(const sx_context *context, const char *event) {
    const session_memory *memory = (const session_memory *)context->memory[SX_FAMILY_SESSION];
    return GPOINTER_TO_UINT(g_hash_table_lookup(memory->refused, refused_key(context, event)));
}

static void note_refused(sx_context *context) {
    session_memory *memory = (session_memory *)context->memory[SX_FAMILY_SESSION];
    const sx_session_request *request = sx_session_of_request(context);
    if (request == NULL || request->event == NULL ||
        g_hash_table_size(memory->refused) >= MAX_REFUSED ||
        sx_session_refused_before(context, request->event) != 0)
        return;
    g_hash_table_insert(memory->refused, refused_key(context, request->event),
                        GUINT_TO_POINTER(context->packet->frame));
}

void sx_session_after(sx_context *context, guint outcome) {
    const sx_observation *seen = &context->seen;
    if (!context->message->is_response || seen->transaction == NULL ||
        seen->repetition != SX_FIRST || seen->relayed_from != NULL)
        return;
    if (context->message->code == 491 &&
        (seen->keys.method == SX_METHOD_INVITE || seen->keys.method == SX_METHOD_UPDATE))
        note_glare(context);
    if (outcome == SX_DIAG_SUBSCRIBE_NOT_SUPPORTED)
        note_refused(context);
}
