/* SPDX-License-Identifier: GPL-2.0-or-later
 * What came of a message: how a challenge was answered, where a redirection led, how a call went on, and which later
 * findings are about it.
 */
#include "diagnose/hindsight.h"

#include <string.h>

#include "calls/related.h"
#include "diagnose/auth/auth.h"
#include "diagnose/crossing.h"
#include "diagnose/told.h"
#include "diagnose/transfer/transfer.h"
#include "evidence.h"

#define NEVER (64 * SX_SECOND) /* gaps of 17, 33 and 51 s before a login are real */
#define NOT_FOLLOWED                                                                               \
    (32 * SX_SECOND) /* a redirection, a CANCEL: Timer B (RFC 3261 section 17.1.1) */
#define MAX_SHOWN 8  /* later findings that one frame points to */

/** The message at hand. */
typedef struct {
    const sx_hindsight *known;
    const sx_annotation *annotation;
    const sx_transaction *t; /* NULL: forgotten, or never seen */
    sx_language language;
    guint32 frame, call;
    gint64 time;
    sx_finding_builder *out;
    guint told[MAX_SHOWN]; /* diagnoses of later findings that were */
    guint n_told;
    guint32 told_frame; /* of the last of them */
    gboolean said;      /* something was */
    gboolean retried;   /* also where it was sent again */
} scene;

/* The final response of a later request, where it came. */
static const sx_final *result_of(const sx_transaction *t) {
    return t != NULL ? t->final : NULL;
}

static void add_credentials(scene *s, const sx_transaction *retry) {
    const sx_final *result = result_of(retry);
    guint outcome = result != NULL ? result->outcome : SX_DIAG_NONE;
    guint32 frame = retry->frame;
    if (!sx_auth_has_credentials(retry))
        sx_ev_detail_hindsight_without_credentials(s->out, frame);
    else if (result == NULL)
        sx_ev_detail_hindsight_authenticated(s->out, frame);
    else if (result->code < 300)
        sx_ev_detail_hindsight_accepted(s->out, frame, result->code, result->frame);
    else if (outcome == SX_DIAG_AUTH_CHALLENGE || outcome == SX_DIAG_AUTH_STALE_NONCE)
        sx_ev_detail_hindsight_challenged(s->out, frame, result->code, result->frame);
    else if (result->code == 401 || result->code == 407 ||
             outcome == SX_DIAG_AUTH_CREDENTIALS_FORBIDDEN)
        sx_ev_detail_hindsight_refused(s->out, frame, result->code, result->frame);
    else
        sx_ev_detail_hindsight_ended(s->out, frame, result->code, result->frame);
}

/* The request that follows a refused one. */
static void add_next(scene *s, const sx_transaction *next) {
    const sx_final *result = result_of(next);
    const char *method = sx_transaction_method(next);
    gint64 later = sx_gap(s->time, next->time);
    if (result != NULL)
        sx_ev_detail_hindsight_next_result(s->out, method, next->frame, later, result->code,
                                           result->frame);
    else
        sx_ev_detail_hindsight_next(s->out, method, next->frame, later);
}

/* A challenge that nobody answered, as far as the client was seen to go on. */
static void add_never(scene *s) {
    const sx_host *client = s->t->client;
    gint64 later = sx_gap(s->time, client->last_sent_time);
    if (s->said || client->last_sent_frame <= s->frame || later < NEVER)
        return;
    char *address = sx_host_text(client);
    sx_ev_detail_hindsight_never(s->out, address, later);
    g_free(address);
}

/* An accepted transfer that nobody reported on, as far as its server was seen to go on. */
static void add_no_report(scene *s) {
    const sx_call *call = sx_calls_call(s->known->calls, s->t->call);
    const sx_host *server = s->t->server;
    gint64 later = sx_gap(s->time, server->last_sent_time);
    if (call == NULL || server->last_sent_frame <= s->frame || later < NEVER ||
        !sx_transfer_lacks_report(call, s->t))
        return;
    char *address = sx_host_text(server);
    sx_ev_detail_hindsight_no_report(s->out, address, later);
    g_free(address);
}

/* A redirection that nobody followed, in the same way. */
static void add_not_followed(scene *s) {
    const sx_host *client = s->t->client;
    gint64 later = sx_gap(s->time, client->last_sent_time);
    if (s->said || client->last_sent_frame <= s->frame || later < NOT_FOLLOWED)
        return;
    char *address = sx_host_text(client);
    sx_ev_detail_hindsight_not_followed(s->out, address, later);
    g_free(address);
}

/* The ACK at this hop, else the first one at any. */
static guint32 ack_frame(const scene *s, const sx_final *final) {
    const sx_call *call = sx_calls_call(s->known->calls, s->t->call);
    for (guint i = 0; call != NULL && i < call->n_acks; i++) {
        const sx_ack *ack = &call->acks[i];
        if (ack->cseq == s->t->keys.cseq && ack->to_tag == final->to_tag &&
            ack->client == s->t->client && ack->frame > s->frame)
            return ack->frame;
    }
    return final->ack_frame;
}

static const sx_final *refusal_of(const scene *s, const sx_bye *bye) {
    const sx_final *final = result_of(sx_calls_transaction(s->known->calls, bye->transaction));
    return final != NULL && final->code >= 300 ? final : NULL;
}

static gboolean is_at_hop(const scene *s, const sx_transaction *t) {
    return t != NULL && (t->client == s->t->client || t->client == s->t->server) &&
           (t->server == s->t->client || t->server == s->t->server);
}

/* The BYE of the dialog at this hop, rather one that was not refused; else the first one at any. */
static const sx_bye *bye_of(const scene *s, const sx_dialog *dialog) {
    const sx_bye *found = NULL;
    for (guint i = 0; i < dialog->n_byes; i++) {
        const sx_bye *bye = &dialog->byes[i];
        if (!is_at_hop(s, sx_calls_transaction(s->known->calls, bye->transaction)))
            continue;
        if (refusal_of(s, bye) == NULL)
            return bye;
        if (found == NULL)
            found = bye;
    }
    return found != NULL || dialog->n_byes == 0 ? found : &dialog->byes[0];
}

static void add_answered_call(scene *s, const sx_final *final) {
    const sx_call *call = sx_calls_call(s->known->calls, s->t->call);
    guint32 ack = ack_frame(s, final);
    if (ack > s->frame)
        sx_ev_detail_hindsight_ack(s->out, ack);
    const sx_dialog *dialog = call != NULL && s->t->keys.to_tag == 0
                                  ? sx_call_dialog(call, s->t->keys.from_tag, final->to_tag)
                                  : NULL;
    const sx_bye *bye = dialog != NULL ? bye_of(s, dialog) : NULL;
    const sx_final *refusal = bye != NULL ? refusal_of(s, bye) : NULL;
    if (bye == NULL || bye->frame <= s->frame)
        return;
    if (refusal != NULL)
        sx_ev_detail_hindsight_bye_refused(s->out, bye->frame, sx_gap(final->time, bye->time),
                                           refusal->code, refusal->frame);
    else
        sx_ev_detail_hindsight_bye(s->out, bye->frame, sx_gap(final->time, bye->time));
}

/* Where a server went on with a call whose attempt at hand it had ended. */
static void add_next_attempt(scene *s) {
    const sx_call *call = sx_calls_call(s->known->calls, s->t->call);
    sx_transaction_walk walk = {0};
    const sx_transaction *next = NULL;
    const sx_transaction *t;
    while (call != NULL && (t = sx_calls_walk(s->known->calls, call, &walk)) != NULL) {
        if (t->keys.method == SX_METHOD_INVITE && t->keys.cseq == s->t->keys.cseq &&
            t->client == s->t->client && t->upstream == s->t->upstream && t->frame > s->frame)
            next = t;
    }
    const sx_final *result = result_of(next);
    if (result != NULL)
        sx_ev_detail_hindsight_elsewhere_result(s->out, next->frame, result->code, result->frame);
    else if (next != NULL)
        sx_ev_detail_hindsight_elsewhere(s->out, next->frame);
}

/* How long the server of an INVITE was seen to send after the CANCEL: so long it left the INVITE open. */
static gint64 open_for(const sx_transaction *invite, const sx_transaction *cancel) {
    return sx_gap(cancel->time, invite->server->last_sent_time);
}

static gboolean stays_open(const sx_transaction *invite, const sx_transaction *cancel) {
    return open_for(invite, cancel) >= NOT_FOLLOWED;
}

static void add_cancelled(scene *s) {
    const sx_transaction *invite = sx_calls_transaction(s->known->calls, s->t->cancel);
    const sx_final *result = result_of(invite);
    gboolean is_answered =
        result != NULL && result->code < 300 && s->annotation->kind == SX_RESPONSE;
    if (result != NULL && result->frame > (is_answered ? s->t->frame : s->frame))
        sx_ev_detail_hindsight_invite(s->out, result->code, result->frame);
    else if (is_answered)
        sx_ev_detail_hindsight_invite_before(s->out, result->code, result->frame);
    else if (invite != NULL && result == NULL && stays_open(invite, s->t))
        sx_ev_detail_hindsight_still_open(s->out, invite->frame, open_for(invite, s->t));
}

/* An INVITE that a CANCEL did not end. */
static void add_open_invite(scene *s) {
    const sx_transaction *cancel = sx_calls_transaction(s->known->calls, s->t->cancel);
    if (cancel != NULL && s->t->final == NULL && stays_open(s->t, cancel) && cancel->final != NULL)
        sx_ev_detail_hindsight_not_cancelled(s->out, cancel->frame, cancel->final->code,
                                             cancel->final->frame, open_for(s->t, cancel));
}

/* A BYE without an answer, as far as its server was seen to go on, and why it went over a connection. */
static void add_unanswered(scene *s) {
    const sx_transaction *t = s->t;
    gint64 later = sx_gap(t->time, t->server->last_sent_time);
    sx_slice transport;
    if (t->final != NULL || t->server->last_sent_frame <= s->frame || later < NOT_FOLLOWED)
        return;
    char *address = sx_host_text(t->server);
    sx_ev_detail_hindsight_unanswered(s->out, address, later);
    g_free(address);
    const sx_told *told = sx_told_at(sx_tolds_of_call(sx_calls_call(s->known->calls, t->call)),
                                     t->keys.to_tag, t->server, t->client);
    if (told != NULL && told->contact != NULL && told->to_port != 0 &&
        t->transport == SX_TRANSPORT_STREAM &&
        sx_slice_param((sx_slice){told->contact, strlen(told->contact)}, "transport", &transport) &&
        !sx_slice_is(transport, "udp"))
        sx_ev_detail_hindsight_contact_transport(s->out, told->contact_frame, told->contact);
}

/* What came of a fax that was refused T.38: the switch back to audio tells its own finding; here, that nothing came. */
static void add_after_t38(scene *s) {
    const sx_call *call = sx_calls_call(s->known->calls, s->t->call);
    sx_transaction_walk walk = {0};
    const sx_transaction *later;
    while (call != NULL && (later = sx_calls_walk(s->known->calls, call, &walk)) != NULL) {
        sx_method method = later->keys.method;
        if (later->frame <= s->frame)
            continue;
        if (method == SX_METHOD_BYE && !s->said)
            sx_ev_detail_hindsight_bye(s->out, later->frame, sx_gap(s->time, later->time));
        if (method == SX_METHOD_BYE || method == SX_METHOD_INVITE || method == SX_METHOD_UPDATE)
            return;
    }
    if (call != NULL && !s->said)
        sx_ev_detail_hindsight_no_fallback(s->out);
}

/* ---- later findings that point to the message ---- */

/* What a later request was to the answer at hand; FALSE where it is just another finding. */
static gboolean add_retry(scene *s, guint diagnosis, const sx_transaction *retry) {
    static const struct {
        guint diagnosis;
        void (*alone)(sx_finding_builder *, guint32);
        void (*with_result)(sx_finding_builder *, guint32, guint, guint32);
    } retries[] = {
        {SX_DIAG_BENIGN_CORRECTED_RETRY, sx_ev_detail_hindsight_corrected,
         sx_ev_detail_hindsight_corrected_result},
        {SX_DIAG_POLICY_DEMAND_IGNORED, sx_ev_detail_hindsight_uncorrected,
         sx_ev_detail_hindsight_uncorrected_result},
        {SX_DIAG_BENIGN_OVERLAP_DIALLING, sx_ev_detail_hindsight_longer,
         sx_ev_detail_hindsight_longer_result},
        {SX_DIAG_BENIGN_NEXT_TARGET_TRIED, sx_ev_detail_hindsight_elsewhere,
         sx_ev_detail_hindsight_elsewhere_result},
    };
    const sx_final *result = result_of(retry);
    guint i = 0;
    while (i < G_N_ELEMENTS(retries) && retries[i].diagnosis != diagnosis)
        i++;
    if (i == G_N_ELEMENTS(retries) || retry == NULL)
        return FALSE;
    gboolean followed = diagnosis == SX_DIAG_BENIGN_NEXT_TARGET_TRIED &&
                        s->annotation->code >= 300 && s->annotation->code < 400;
    if (followed && result != NULL)
        sx_ev_detail_hindsight_followed_result(s->out, retry->frame, result->code, result->frame);
    else if (followed)
        sx_ev_detail_hindsight_followed(s->out, retry->frame);
    else if (result != NULL)
        retries[i].with_result(s->out, retry->frame, result->code, result->frame);
    else
        retries[i].alone(s->out, retry->frame);
    s->said = s->retried = TRUE;
    return TRUE;
}

/* A later finding: what it says once, where another one has the same diagnosis. */
static void add_finding(scene *s, const sx_finding *finding, guint32 frame) {
    const char *id = sx_diagnosis_id_of(finding->diagnosis);
    gboolean again = FALSE;
    for (guint i = 0; i < s->n_told; i++)
        again = again || s->told[i] == finding->diagnosis;
    char *headline = sx_findings_headline_text(s->known->findings, finding, s->language, 0, NULL);
    if (again)
        sx_ev_detail_hindsight_again(s->out, frame, id);
    else if (frame == s->told_frame)
        sx_ev_detail_hindsight_also(s->out, frame, id, headline);
    else
        sx_ev_detail_hindsight_see(s->out, frame, id, headline);
    g_free(headline);
    s->told[s->n_told++] = finding->diagnosis;
    s->told_frame = frame;
    s->said = TRUE;
}

static void add_later(scene *s, const sx_pointer *pointer, const sx_annotation *later) {
    if (pointer->finding == G_MAXUINT32) {
        sx_ev_detail_hindsight_answered(s->out, later->code, later->frame);
        return;
    }
    const sx_finding *finding = sx_findings_get(s->known->findings, pointer->finding);
    const sx_transaction *retry =
        later->kind == SX_REQUEST
            ? sx_calls_transaction_in(s->known->calls, later->frame, later->call, later->method)
            : NULL;
    if (!add_retry(s, finding->diagnosis, retry))
        add_finding(s, finding, later->frame);
}

static void add_all_later(scene *s) {
    const GArray *all = s->known->pointers;
    const sx_pointer *last = NULL;
    guint shown = 0;
    for (guint i = sx_hindsight_first_pointer(s->known, s->frame);
         i < all->len && shown < MAX_SHOWN; i++) {
        const sx_pointer *pointer = &g_array_index(all, sx_pointer, i);
        if (pointer->frame != s->frame)
            break;
        if ((last != NULL && sx_pointer_compare(last, pointer) == 0) ||
            (pointer->call != 0 && pointer->call != s->call))
            continue;
        sx_annotation later = sx_annotations_get(s->known->annotations, pointer->annotation);
        last = pointer;
        add_later(s, pointer, &later);
        shown++;
    }
}

/* ---- all of it ---- */

static void add_answer(scene *s) {
    const sx_annotation *annotation = s->annotation;
    guint code = annotation->code;
    const sx_final *final = s->t->final;
    while (final != NULL && final->frame != s->frame)
        final = final->next;
    if (code < 200) {
        if (s->t->keys.method == SX_METHOD_INVITE && result_of(s->t) != NULL &&
            s->t->final->frame > s->frame)
            sx_ev_detail_hindsight_final(s->out, s->t->final->code, s->t->final->frame,
                                         sx_gap(s->time, s->t->final->time));
        return;
    }
    if (s->t->keys.method == SX_METHOD_CANCEL)
        add_cancelled(s);
    if (code < 300 && final != NULL && s->t->keys.method == SX_METHOD_INVITE)
        add_answered_call(s, final);
    if (code < 300 && s->t->keys.method == SX_METHOD_REFER)
        add_no_report(s);
    if (code < 300)
        return;
    const sx_transaction *next =
        annotation->retry_frame == 0
            ? NULL
            : sx_calls_transaction_in(s->known->calls, annotation->retry_frame, annotation->call,
                                      annotation->method);
    gboolean is_challenge = code == 401 || code == 407;
    if (next == NULL && final != NULL && final->outcome == SX_DIAG_MEDIA_T38_REFUSED)
        add_after_t38(s);
    if (next == NULL && final != NULL && final->outcome == SX_DIAG_BENIGN_ATTEMPT_ENDED)
        add_next_attempt(s);
    if (next != NULL && is_challenge)
        add_credentials(s, next);
    else if (next != NULL && !s->retried)
        add_next(s, next);
    else if (is_challenge)
        add_never(s);
    else if (code < 400 && s->t->keys.method == SX_METHOD_INVITE)
        add_not_followed(s);
}

static const sx_transaction *transaction_of(const scene *s) {
    const sx_annotation *annotation = s->annotation;
    gboolean is_answer = annotation->kind == SX_RESPONSE;
    const sx_transaction *t =
        sx_calls_transaction_in(s->known->calls, is_answer ? annotation->request_frame : s->frame,
                                s->call, annotation->method);
    return t != NULL && t->call == s->call ? t : NULL;
}

void sx_hindsight_add(const sx_hindsight *known, const sx_annotation *annotation,
                      sx_language language, sx_finding_builder *out) {
    scene s = {.known = known,
               .annotation = annotation,
               .frame = annotation->frame,
               .call = annotation->call,
               .language = language,
               .out = out};
    gboolean is_answer = annotation->kind == SX_RESPONSE;
    sx_crossing_add(known->calls, annotation, out);
    add_all_later(&s);
    s.t = annotation->copy_of == 0 && !annotation->quoted ? transaction_of(&s) : NULL;
    if (s.t == NULL)
        return;
    const sx_call *call_of = sx_calls_call(known->calls, s.t->call);
    sx_findings_set_precision(out,
                              call_of != NULL ? (sx_precision)call_of->precision : SX_TIME_NONE);
    s.time = s.t->time +
             (is_answer && annotation->answer_time != SX_NO_TIME ? annotation->answer_time : 0);
    if (is_answer)
        add_answer(&s);
    else if (s.t->keys.method == SX_METHOD_CANCEL)
        add_cancelled(&s);
    else if (s.t->keys.method == SX_METHOD_INVITE)
        add_open_invite(&s);
    else if (s.t->keys.method == SX_METHOD_BYE)
        add_unanswered(&s);
}
