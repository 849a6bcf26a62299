/* SPDX-License-Identifier: GPL-2.0-or-later
 * Which message belongs to which conversation, and which one decides it.
 */
#include "report/conversations.h"

#include "diagnose/auth/auth.h"
#include "diagnose/context.h"
#include "evidence.h"
#include "labels.h"
#include "wire/keyed_hash.h"

#define GIVES_UP (32 * SX_SECOND)          /* Timers B and F (RFC 3261 section 17.1) */
#define GIVES_UP_RINGING (200 * SX_SECOND) /* Timer C, 3 min, and what it takes to end the call */
#define SURVIVES (64 * SX_SECOND)          /* talk behind which a missing ACK was no loss */

typedef struct {
    gint64 last_time;    /* of its last message */
    guint32 decided_by;  /* 1 + index of an annotation; 0: none */
    guint32 answered_by; /* the same of the 2xx, where a later message undid it */
    guint32 pending;     /* of a challenge or a redirection that nothing followed; 0: none */
    guint16 code;        /* of the final response that decided it; 0: none */
    guint8 kind, verdict;
    guint8 n_vias;         /* of that response: the fewer, the nearer to the one who asked */
    guint8 began : 1;      /* a request or response that can decide it was seen */
    guint8 ringing : 1;    /* an INVITE of it has a 1xx above 100, and nothing later */
    guint8 redirected : 1; /* what is pending is a redirection */
} conversation;

struct sx_conversations {
    GArray *all;     /* conversation */
    GArray *by_call; /* guint32: number of the conversation, by number of the call */
    GHashTable
        *aside; /* number of the conversation -> 1 + index of what undid it, 0: goes on elsewhere */
    GHashTable *by_binding; /* hash of address-of-record and server -> number of the conversation */
    gint64 last_time;       /* of the last message of all */
};

const char *sx_conversation_kind_name(sx_conversation_kind kind) {
    static const char *const names[SX_N_KINDS] = {
        [SX_KIND_CALL] = "call",
        [SX_KIND_REGISTRATION] = "registration",
        [SX_KIND_SUBSCRIPTION] = "subscription",
        [SX_KIND_PUBLICATION] = "publication",
        [SX_KIND_MESSAGE] = "message",
        [SX_KIND_PROBE] = "probe",
        [SX_KIND_OTHER] = "other",
    };
    return names[kind];
}

sx_word sx_conversation_kind_label(sx_conversation_kind kind) {
    static const sx_word labels[SX_N_KINDS] = {
        [SX_KIND_CALL] = SX_LABEL_KINDS_CALL,
        [SX_KIND_REGISTRATION] = SX_LABEL_KINDS_REGISTRATION,
        [SX_KIND_SUBSCRIPTION] = SX_LABEL_KINDS_SUBSCRIPTION,
        [SX_KIND_PUBLICATION] = SX_LABEL_KINDS_PUBLICATION,
        [SX_KIND_MESSAGE] = SX_LABEL_KINDS_MESSAGE,
        [SX_KIND_PROBE] = SX_LABEL_KINDS_PROBE,
        [SX_KIND_OTHER] = SX_LABEL_KINDS_OTHER,
    };
    return labels[kind];
}

sx_conversations *sx_conversations_new(void) {
    sx_conversations *all = g_new0(sx_conversations, 1);
    all->all = g_array_new(FALSE, TRUE, sizeof(conversation));
    all->by_call = g_array_new(FALSE, TRUE, sizeof(guint32));
    all->by_binding = g_hash_table_new(NULL, NULL);
    all->aside = g_hash_table_new(NULL, NULL);
    return all;
}

void sx_conversations_free(sx_conversations *all) {
    if (all == NULL)
        return;
    g_array_free(all->all, TRUE);
    g_array_free(all->by_call, TRUE);
    g_hash_table_destroy(all->by_binding);
    g_hash_table_destroy(all->aside);
    g_free(all);
}

static conversation *at(const sx_conversations *all, guint32 number) {
    return &g_array_index(all->all, conversation, number - 1);
}

/* ---- which conversation ---- */

/* An address-of-record and the server that it is registered at: whom a REGISTER is sent to, or its answer comes from. */
static gpointer binding_at(const sx_message *message, const guint8 *ip, guint ip_len,
                           guint16 port) {
    sx_uri uri;
    guint64 aor = sx_uri_read(sx_message_header(message, SX_HDR_TO), &uri) ? sx_uri_aor(&uri) : 0;
    guint64 key = sx_hash_number(sx_hash_bytes(aor, ip, ip_len), port);
    return GSIZE_TO_POINTER((gsize)key);
}

static gpointer binding_of(const sx_message *message, const sx_packet *packet) {
    const sx_endpoint *server = message->is_response ? &packet->source : &packet->destination;
    return binding_at(message, server->ip, server->ip_len, server->port);
}

/* A REGISTER that a proxy sends on belongs to the registration at the hop before; 0: that is not known. */
static guint32 hop_before(const sx_conversations *all, const sx_context *context) {
    const sx_transaction *t = context->seen.transaction;
    const sx_transaction *before =
        t != NULL ? sx_calls_transaction(context->calls, t->upstream) : NULL;
    if (before == NULL)
        return 0;
    const sx_host *server = before->server;
    return GPOINTER_TO_UINT(
        g_hash_table_lookup(all->by_binding, binding_at(context->message, server->ip,
                                                        server->ip_len, before->server_port)));
}

guint32 sx_conversations_of(const sx_conversations *all, const sx_message *message,
                            const sx_packet *packet, guint32 call) {
    if (message->known_method == SX_METHOD_REGISTER)
        return GPOINTER_TO_UINT(g_hash_table_lookup(all->by_binding, binding_of(message, packet)));
    return call < all->by_call->len ? g_array_index(all->by_call, guint32, call) : 0;
}

static sx_conversation_kind kind_of_method(sx_method method) {
    switch (method) {
    case SX_METHOD_INVITE:
    case SX_METHOD_ACK:
    case SX_METHOD_BYE:
    case SX_METHOD_CANCEL:
    case SX_METHOD_PRACK:
    case SX_METHOD_UPDATE: return SX_KIND_CALL;
    case SX_METHOD_REGISTER: return SX_KIND_REGISTRATION;
    case SX_METHOD_SUBSCRIBE:
    case SX_METHOD_NOTIFY: return SX_KIND_SUBSCRIPTION;
    case SX_METHOD_PUBLISH: return SX_KIND_PUBLICATION;
    case SX_METHOD_MESSAGE: return SX_KIND_MESSAGE;
    case SX_METHOD_OPTIONS: return SX_KIND_PROBE;
    default: return SX_KIND_OTHER;
    }
}

static guint32 begin(sx_conversations *all, sx_conversation_kind kind) {
    conversation new = {.kind = (guint8)kind};
    g_array_append_val(all->all, new);
    return all->all->len;
}

/* The conversation of the message at hand, made if it is the first of it. A request inside a call belongs to the call. */
static guint32 conversation_of(sx_conversations *all, const sx_context *context, guint32 call) {
    sx_conversation_kind kind = kind_of_method((sx_method)context->seen.keys.method);
    guint32 number = sx_conversations_of(all, context->message, context->packet, call);
    if (number == 0 && kind == SX_KIND_REGISTRATION) {
        number = hop_before(all, context);
        if (number == 0)
            number = begin(all, kind);
        g_hash_table_insert(all->by_binding, binding_of(context->message, context->packet),
                            GUINT_TO_POINTER(number));
    } else if (number == 0) {
        number = begin(all, kind);
        if (all->by_call->len <= call)
            g_array_set_size(all->by_call, call + 1);
        g_array_index(all->by_call, guint32, call) = number;
    } else if (kind == SX_KIND_CALL) {
        at(all, number)->kind = SX_KIND_CALL;
    }
    return number;
}

/* ---- what decides it ---- */

/* Whether an answer to this request can decide a conversation of this kind. */
static gboolean can_decide(const sx_context *context, sx_conversation_kind kind) {
    const sx_transaction *t = context->seen.transaction;
    sx_method method = (sx_method)context->seen.keys.method;
    gboolean initial = t == NULL || t->keys.to_tag == 0;
    switch (kind) {
    case SX_KIND_CALL: return method == SX_METHOD_INVITE && initial;
    case SX_KIND_SUBSCRIPTION: return method == SX_METHOD_SUBSCRIBE;
    default: return kind_of_method(method) == kind;
    }
}

static void decide(conversation *c, const sx_annotation *annotation, guint32 index, guint code,
                   guint n_vias) {
    c->decided_by = index;
    c->code = (guint16)code;
    c->verdict = annotation->verdict;
    c->n_vias = (guint8)MIN(n_vias, G_MAXUINT8);
    c->pending = 0;
    c->answered_by = 0;
}

static gboolean is_challenge(guint code, guint lead) {
    return (code == 401 || code == 407) &&
           (lead == SX_DIAG_AUTH_CHALLENGE || lead == SX_DIAG_AUTH_STALE_NONCE);
}

/* A redirection that an INVITE has to follow. */
static gboolean is_redirect(const conversation *c, guint code, guint lead) {
    return c->kind == SX_KIND_CALL && code >= 300 && code < 400 && lead == SX_DIAG_NORMAL_REDIRECT;
}

/* A call that came to nothing failed, whatever rule the answer broke besides; one that nobody hears is no success. */
static guint8 verdict_of(const conversation *c, guint code, const sx_annotation *annotation,
                         guint lead) {
    gboolean lost = code == 0 || code >= 300 || lead == SX_DIAG_SESSION_GHOST_CALL ||
                    lead == SX_DIAG_SESSION_ANSWERED_AFTER_BYE;
    if (c->kind == SX_KIND_CALL && lost && annotation->verdict > SX_VERDICT_FAILURE)
        return SX_VERDICT_FAILURE;
    return annotation->verdict;
}

/* What the one who asked was told last counts, not what a branch of the request met further on. */
static void note_final(conversation *c, const sx_context *context, const sx_annotation *annotation,
                       guint32 index, guint lead) {
    guint code = annotation->code;
    guint n_vias = context->seen.keys.n_vias;
    gboolean refreshes = c->kind != SX_KIND_CALL;
    gboolean redirect = is_redirect(c, code, lead);
    c->ringing = FALSE;
    if (is_challenge(code, lead) || redirect) {
        if (c->decided_by == 0 || refreshes)
            c->pending = index;
        c->redirected = redirect;
        return;
    }
    /* A call that was given up because of silence failed by the silence. */
    if (code == 487 && c->decided_by != 0 && c->code == 0) {
        c->code = (guint16)code;
        return;
    }
    if (c->decided_by == 0 || c->code == 0 || n_vias < c->n_vias ||
        (n_vias == c->n_vias && (refreshes || c->code >= 300))) {
        decide(c, annotation, index, code, n_vias);
        c->verdict = verdict_of(c, code, annotation, lead);
    }
}

/* The finding of a message whose id begins like this; SX_DIAG_NONE if there is none. */
static guint finding_of(const sx_context *context, const sx_annotation *annotation,
                        const char *prefix) {
    for (guint i = 0; i < annotation->n_findings; i++) {
        guint diagnosis = sx_findings_get(context->out, annotation->first_finding + i)->diagnosis;
        if (g_str_has_prefix(sx_diagnosis_id_of(diagnosis), prefix))
            return diagnosis;
    }
    return SX_DIAG_NONE;
}

/* Ends of a call that are failures though it was answered. */
static gboolean undoes_answer(const sx_context *context, const sx_annotation *annotation) {
    if (annotation->verdict < SX_VERDICT_FAILURE)
        return FALSE;
    if (annotation->kind == SX_REQUEST)
        return context->seen.keys.method == SX_METHOD_BYE;
    return finding_of(context, annotation, "ack.") != SX_DIAG_NONE;
}

static void undo_answer(conversation *c, const sx_annotation *annotation, guint32 index) {
    /* An answer that is repeated for want of an ACK: media may flow, and the call fails only when somebody drops it. Of a
     * fork only the second phone is lost. */
    gboolean stands = annotation->kind != SX_REQUEST;
    if (c->answered_by == 0)
        c->answered_by = c->decided_by;
    c->decided_by = index;
    c->verdict = stands ? SX_VERDICT_ANOMALY : SX_VERDICT_FAILURE;
}

/* A subscription that a NOTIFY refused, a request that never got an answer: what its sender learned without one. */
static gboolean decides_alone(const conversation *c, const sx_context *context,
                              const sx_annotation *annotation, guint lead) {
    if (annotation->kind != SX_REQUEST || annotation->verdict < SX_VERDICT_FAILURE)
        return FALSE;
    if (lead == SX_DIAG_SUBSCRIBE_REFUSED_BY_NOTIFY)
        return c->kind == SX_KIND_SUBSCRIPTION;
    if (c->decided_by != 0 && (c->code != 0 || annotation->verdict <= c->verdict))
        return FALSE;
    /* A call from before the capture that ends badly. */
    gboolean ended =
        c->kind == SX_KIND_CALL && !c->began && context->seen.keys.method == SX_METHOD_BYE;
    return ended || g_str_has_prefix(sx_diagnosis_id_of(lead), "timer.");
}

/* Findings on a request that never got an answer, or on one that ended an answered call. */
static void note_finding(conversation *c, const sx_context *context,
                         const sx_annotation *annotation, guint32 index, guint lead) {
    gboolean answered = c->decided_by != 0 && c->code >= 200 && c->code < 300;
    if (c->kind == SX_KIND_CALL && answered && undoes_answer(context, annotation)) {
        undo_answer(c, annotation, index);
    } else if (decides_alone(c, context, annotation, lead)) {
        decide(c, annotation, index, 0, 0);
        c->verdict = verdict_of(c, 0, annotation, lead);
    }
}

/* A call that went on for a while and was ended in good order was not lost for want of an ACK. */
static void note_end(conversation *c, const sx_annotation *annotation) {
    if (c->answered_by == 0 || annotation->talk_time == SX_NO_TIME ||
        annotation->talk_time < SURVIVES || annotation->n_findings > 0)
        return;
    c->decided_by = c->answered_by;
    c->answered_by = 0;
    c->verdict = SX_VERDICT_NORMAL;
}

/* An ICMP error says that a message of the conversation was not delivered. */
static void note_quoted(sx_conversations *all, const sx_context *context,
                        const sx_annotation *annotation, guint32 index) {
    const sx_call *call = sx_calls_find_call(context->calls, context->seen.keys.call_id);
    guint32 number =
        call != NULL ? sx_conversations_of(all, context->message, context->packet, call->id) : 0;
    if (number == 0 || context->message->is_response || annotation->n_findings == 0)
        return;
    conversation *c = at(all, number);
    if (c->decided_by == 0)
        decide(c, annotation, index, 0, 0);
}

/* A challenge that the same request answers in a call of its own: that is what became of the first one. */
static void note_moved(sx_conversations *all, const sx_context *context) {
    const sx_transaction *t = context->seen.transaction;
    if (context->message->is_response || t == NULL || context->seen.repetition != SX_FIRST)
        return;
    const sx_transaction *first =
        sx_calls_transaction(context->calls, sx_auth_challenged_before(t));
    if (first == NULL || first->call == t->call || first->keys.method != t->keys.method ||
        first->keys.from_aor != t->keys.from_aor || first->keys.to_aor != t->keys.to_aor ||
        first->call >= all->by_call->len)
        return;
    guint32 number = g_array_index(all->by_call, guint32, first->call);
    if (number != 0)
        g_hash_table_insert(all->aside, GUINT_TO_POINTER(number), GUINT_TO_POINTER(0));
}

/* A subscription that its own subscriber refused is none, whatever the 2xx says. */
static void note_refused(sx_conversations *all, const sx_context *context,
                         const sx_annotation *annotation, guint32 index, guint lead) {
    guint32 number =
        lead == SX_DIAG_SUBSCRIBE_NOTIFY_BEFORE_ANSWER
            ? sx_conversations_of(all, context->message, context->packet, annotation->call)
            : 0;
    if (number != 0 && at(all, number)->kind == SX_KIND_SUBSCRIPTION)
        g_hash_table_insert(all->aside, GUINT_TO_POINTER(number), GUINT_TO_POINTER(index));
}

/* What was noted aside; FALSE: nothing. */
static gboolean is_aside(const sx_conversations *all, guint32 number, sx_outcome *outcome) {
    const conversation *c = at(all, number);
    gpointer index;
    if (!g_hash_table_lookup_extended(all->aside, GUINT_TO_POINTER(number), NULL, &index) ||
        (index == NULL && c->decided_by != 0))
        return FALSE;
    *outcome = (sx_outcome){.kind = (sx_conversation_kind)c->kind, .verdict = SX_VERDICT_NORMAL};
    if (index != NULL) {
        outcome->state = SX_OUTCOME_DECIDED;
        outcome->verdict = SX_VERDICT_FAILURE;
        outcome->annotation = GPOINTER_TO_UINT(index);
        outcome->code = c->code;
    }
    return TRUE;
}

void sx_conversations_note(sx_conversations *all, const sx_context *context,
                           const sx_annotation *annotation, guint32 index, guint lead) {
    all->last_time = MAX(all->last_time, context->packet->time);
    note_moved(all, context);
    note_refused(all, context, annotation, index, lead);
    if (context->packet->quoted) {
        note_quoted(all, context, annotation, index);
        return;
    }
    if (annotation->call == 0)
        return;
    conversation *c = at(all, conversation_of(all, context, annotation->call));
    gboolean decides = can_decide(context, (sx_conversation_kind)c->kind);
    sx_method method = (sx_method)context->seen.keys.method;
    guint code = sx_context_code(context);
    c->last_time = MAX(c->last_time, context->packet->time);
    c->began = c->began || decides;
    decides = decides && context->seen.repetition == SX_FIRST;
    if (decides && code == 0)
        c->pending = 0; /* sent again, with credentials or without, or to another target */
    if (decides && code > 100 && code < 200 && method == SX_METHOD_INVITE)
        c->ringing = TRUE;
    if (method == SX_METHOD_CANCEL || method == SX_METHOD_BYE)
        c->ringing = FALSE;
    if (decides && code >= 200)
        note_final(c, context, annotation, index, lead);
    else if (lead != SX_DIAG_NONE)
        note_finding(c, context, annotation, index, lead);
    note_end(c, annotation);
}

guint32 sx_conversations_count(const sx_conversations *all) {
    return all->all->len;
}

sx_outcome sx_conversations_outcome(const sx_conversations *all, guint32 number) {
    sx_outcome aside;
    if (is_aside(all, number, &aside))
        return aside;
    const conversation *c = at(all, number);
    gboolean over =
        sx_gap(c->last_time, all->last_time) >= (c->ringing ? GIVES_UP_RINGING : GIVES_UP);
    sx_outcome outcome = {.kind = (sx_conversation_kind)c->kind, .verdict = SX_VERDICT_NORMAL};
    if (c->pending != 0 && over) {
        outcome.state = c->redirected ? SX_OUTCOME_REDIRECTED : SX_OUTCOME_CHALLENGED;
        outcome.verdict = SX_VERDICT_FAILURE;
        outcome.annotation = c->pending;
    } else if (c->decided_by != 0) {
        outcome.state = SX_OUTCOME_DECIDED;
        outcome.verdict = (sx_verdict)c->verdict;
        outcome.annotation = c->decided_by;
        outcome.code = c->code;
    } else if (c->began && over && c->kind != SX_KIND_OTHER) {
        outcome.state = SX_OUTCOME_UNANSWERED;
        outcome.verdict = SX_VERDICT_FAILURE;
    }
    return outcome;
}
