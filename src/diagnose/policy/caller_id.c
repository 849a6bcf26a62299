/* SPDX-License-Identifier: GPL-2.0-or-later
 * Caller ID: which sender numbers a server takes, and which it refuses.
 */
#include <string.h>

#include "diagnose/auth/auth.h"
#include "diagnose/policy/policy_state.h"
#include "evidence.h"
#include "labels.h"
#include "rules.h"
#include "wire/keyed_hash.h"

static guint count_digits(const char *text) {
    guint n = 0;
    while (g_ascii_isdigit(text[n]))
        n++;
    return n;
}

/* A number in international form, 7 to 15 digits, with or without "+". */
static gboolean is_international(const char *user) {
    if (*user == '+')
        user++;
    guint n = count_digits(user);
    return n >= 7 && n <= 15 && *user != '0' && user[n] == '\0';
}

sx_word sx_policy_form(const char *user) {
    gboolean plus = *user == '+';
    const char *digits = user + plus;
    guint n = count_digits(digits);
    if (n == 0 || digits[n] != '\0')
        return SX_LABEL_NUMBER_FORMS_NONE;
    if (plus)
        return n >= 7 && n <= 15 ? SX_LABEL_NUMBER_FORMS_E164 : SX_LABEL_NUMBER_FORMS_ODD_PLUS;
    if (g_str_has_prefix(digits, "00"))
        return SX_LABEL_NUMBER_FORMS_INTERNATIONAL;
    if (*digits == '0')
        return SX_LABEL_NUMBER_FORMS_NATIONAL;
    return n >= 7 ? SX_LABEL_NUMBER_FORMS_PLAIN : SX_LABEL_NUMBER_FORMS_SHORT;
}

/* The number that stands for the caller: the asserted one, if there is one. */
static const char *sender_of(const sx_transaction *transaction) {
    const char *asserted = sx_request_text(transaction, SX_REQUEST_ASSERTED);
    return asserted != NULL ? asserted : sx_request_text(transaction, SX_REQUEST_FROM);
}

static guint64 hash_text(const char *text) {
    return sx_hash_bytes(0, text, strlen(text));
}

/** The last two different numbers in international form whose calls a server took. */
typedef struct {
    guint64 key;     /* of the server */
    guint64 user[2]; /* the newest one first; 0: none */
    guint32 frame[2];
    char text[2][24]; /* the number, cut */
} server_callers;

/** A user who called as such: server and user. */
typedef struct {
    guint64 key;
    guint32 frame;
} own_call;

void sx_policy_init_caller(sx_policy_memory *memory) {
    sx_map_init(&memory->callers, sizeof(server_callers), SX_POLICY_MAX_ENTRIES);
    sx_map_init(&memory->senders, sizeof(guint64), SX_POLICY_MAX_ENTRIES);
    sx_map_init(&memory->logins, sizeof(own_call), SX_POLICY_MAX_ENTRIES);
    sx_map_init(&memory->peers, sizeof(guint64), SX_POLICY_MAX_ENTRIES);
}

/* The user of a login without its domain. */
static gsize user_length(const char *user) {
    const char *at = strchr(user, '@');
    return at != NULL ? (gsize)(at - user) : strlen(user);
}

static gboolean is_same_user(const char *login, const char *user) {
    gsize len = user_length(login);
    return len == strlen(user) && g_ascii_strncasecmp(login, user, len) == 0;
}

const char *sx_policy_not_itself(const sx_context *context G_GNUC_UNUSED,
                                 const sx_transaction *transaction) {
    const char *login = sx_auth_user(transaction);
    const char *from = sx_request_text(transaction, SX_REQUEST_FROM);
    return login != NULL && from != NULL && !is_same_user(login, from) ? login : NULL;
}

static guint64 login_key(const sx_transaction *transaction, const char *login) {
    guint64 user = sx_hash_lower(1, (sx_slice){login, user_length(login)});
    return sx_hash_number(user, transaction->server->key);
}

guint32 sx_policy_called_as_itself(const sx_context *context, const sx_transaction *transaction,
                                   const char *user) {
    const own_call *call = (const own_call *)sx_map_find(&sx_policy_memory_of(context)->logins,
                                                         login_key(transaction, user));
    return call != NULL ? call->frame : 0;
}

static void note_own_call(const sx_context *context) {
    const sx_transaction *t = context->seen.transaction;
    const char *login = sx_auth_user(t);
    const char *from = sx_request_text(t, SX_REQUEST_FROM);
    if (login == NULL || from == NULL || !is_same_user(login, from))
        return;
    ((own_call *)sx_map_put(&sx_policy_memory_of(context)->logins, login_key(t, login)))->frame =
        t->frame;
}

static void note_good_caller(const sx_context *context, const char *sender) {
    const sx_transaction *t = context->seen.transaction;
    server_callers *known =
        (server_callers *)sx_map_put(&sx_policy_memory_of(context)->callers, t->server->key);
    guint64 user = hash_text(sender);
    if (user == known->user[0])
        return;
    known->user[1] = known->user[0];
    known->frame[1] = known->frame[0];
    memcpy(known->text[1], known->text[0], sizeof known->text[1]);
    known->user[0] = user;
    known->frame[0] = t->frame;
    g_strlcpy(known->text[0], sender, sizeof known->text[0]);
}

static guint64 sender_key(const sx_transaction *transaction, const char *sender) {
    return sx_hash_number(hash_text(sender), transaction->server->key);
}

/* The same for all senders of its form: who logs in as such, and each form of a number. */
static guint64 form_key(const sx_transaction *transaction, const char *sender) {
    const char *login = sx_auth_user(transaction);
    guint64 form =
        login != NULL && is_same_user(login, sender) ? 1 : 2 + (guint64)sx_policy_form(sender);
    return sx_hash_number(form, transaction->server->key);
}

void sx_policy_learn_caller(sx_context *context) {
    guint code = context->message->code;
    const sx_transaction *transaction = context->seen.transaction;
    sx_policy_memory *memory = sx_policy_memory_of(context);
    const char *sender = sender_of(transaction);
    if (code >= 200)
        sx_map_put(&memory->peers, sx_policy_peer_key(transaction));
    if (code < 200 && (code < 180 || code > 189))
        return;
    sx_policy_note_domain(context, FALSE);
    if (sender == NULL)
        return;
    note_own_call(context);
    sx_map_put(&memory->senders, sender_key(transaction, sender));
    sx_map_put(&memory->senders, form_key(transaction, sender));
    if (is_international(sender))
        note_good_caller(context, sender);
}

/* The frame of a call that this server took from a proper number, although it refuses the present sender. */
static gboolean find_counter_example(const sx_context *context, const char *sender,
                                     const char **number, guint32 *frame) {
    const sx_transaction *transaction = context->seen.transaction;
    const sx_policy_memory *memory = sx_policy_memory_of(context);
    const server_callers *known =
        (const server_callers *)sx_map_find(&memory->callers, transaction->server->key);
    const char *digest_user = sx_auth_user(transaction);
    gboolean suspect =
        !is_international(sender) || (digest_user != NULL && strcmp(sender, digest_user) == 0);
    if (known == NULL || !suspect ||
        sx_map_find(&memory->senders, sender_key(transaction, sender)) != NULL ||
        sx_map_find(&memory->senders, form_key(transaction, sender)) != NULL)
        return FALSE;
    for (guint i = 0; i < G_N_ELEMENTS(known->user); i++) {
        if (known->frame[i] == 0 || known->user[i] == hash_text(sender))
            continue;
        *number = known->text[i];
        *frame = known->frame[i];
        return TRUE;
    }
    return FALSE;
}

static void add_identities(sx_context *context) {
    const sx_transaction *transaction = context->seen.transaction;
    const char *from = sx_request_text(transaction, SX_REQUEST_FROM);
    const char *asserted = sx_request_text(transaction, SX_REQUEST_ASSERTED);
    const char *preferred = sx_request_text(transaction, SX_REQUEST_PREFERRED);
    const char *diversion = sx_request_text(transaction, SX_REQUEST_DIVERSION);
    const char *user = sx_auth_user(transaction);
    if (from != NULL)
        sx_ev_policy_caller_id_refused_from(context->out, transaction->frame, from,
                                            sx_policy_form(from));
    else
        sx_ev_policy_caller_id_refused_no_from(context->out, transaction->frame);
    if (asserted != NULL)
        sx_ev_policy_caller_id_refused_asserted(context->out, asserted, sx_policy_form(asserted));
    if (preferred != NULL)
        sx_ev_policy_caller_id_refused_preferred(context->out, preferred,
                                                 sx_policy_form(preferred));
    if (diversion != NULL)
        sx_ev_policy_caller_id_refused_diversion(context->out, diversion,
                                                 sx_policy_form(diversion));
    if (user != NULL && from != NULL && strcmp(user, from) == 0)
        sx_ev_policy_caller_id_refused_login(context->out, from);
}

/* Codes with which providers refuse a sender. */
static gboolean is_refusal(guint code) {
    return code == 400 || code == 403 || code == 404 || code == 480 || code == 488 || code == 500 ||
           code == 603;
}

gboolean sx_rule_policy_caller_id_refused(sx_context *context) {
    static const char *const words[] = {"call", "cli", "verified", "spoof", "originat", "d3", NULL};
    static const char pattern[] = "caller.?id|calling (party|number)|\\bcli\\b|unverified|"
                                  "not verified|spoof|origination number|\\bd3[56]\\b";
    static const char called[] =
        "calls? to (un)?verified|\\b(to|called|destination) (phone )?number";
    const char *number = NULL;
    guint32 frame = 0;
    if (!is_refusal(context->message->code) || !sx_context_is_initial(context))
        return FALSE;
    const char *sender = sender_of(context->seen.transaction);
    const char *text = sx_context_text(context);
    gboolean said = sx_matches_with(text, words, pattern) && !sx_matches(text, called);
    gboolean shown = context->message->code == 403 && sender != NULL &&
                     find_counter_example(context, sender, &number, &frame);
    if (!said && !shown)
        return FALSE;
    if (sender != NULL)
        sx_ev_policy_caller_id_refused_headline(context->out, sender);
    if (said)
        sx_ev_policy_caller_id_refused_said(context->out, sx_context_said(context));
    add_identities(context);
    if (shown)
        sx_ev_policy_caller_id_refused_accepted(context->out, frame, number);
    return TRUE;
}
