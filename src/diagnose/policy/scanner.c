/* SPDX-License-Identifier: GPL-2.0-or-later
 * Internet scanners: known by the name of the tool, or by many users or servers tried without any success.
 */
#include "diagnose/auth/auth.h"
#include "diagnose/policy/policy.h"
#include "diagnose/policy/policy_state.h"
#include "evidence.h"
#include "rules.h"
#include "wire/keyed_hash.h"
#include "wire/uri.h"

#define ENOUGH 10                   /* users or servers, and refusals, that make a scan */
#define WINDOW (60 * SX_SECOND)     /* ... within this time */
#define LOGIN_GRACE (2 * SX_SECOND) /* a client with an account answers a challenge by then */

/** One source address that was refused, accepted, or showed the name of a scanner. */
typedef struct {
    guint64 key;          /* of the host */
    const char *tool;     /* the name it gave itself; NULL: known by what it did */
    guint32 branch_frame; /* of a request with the branch of one for another user; 0: none */
    gboolean is_scanner;
    gboolean accepted;    /* got a 2xx to INVITE or REGISTER before it was known as a scanner */
    gboolean logs_in;     /* sends credentials: its challenges are no refusals */
    guint32 first_frame;  /* of its first request that was looked at */
    guint32 tries;        /* INVITE and REGISTER that were refused */
    gint64 since;         /* begin of the present window */
    gint64 challenged_at; /* first challenge of the window */
    guint challenges;     /* of requests without credentials, in the window */
    guint refusals;       /* 403 and 404, in the window */
    guint n_users, n_servers;
    guint64 users[ENOUGH], servers[ENOUGH];
} scanner_source;

/* Attached to a request that a proxy sent on for a scanner, or for what names itself one; there is no more to it. */
static const sx_attachment_kind forwarded = {0, NULL};

void sx_policy_init_scanner(sx_policy_memory *memory) {
    sx_map_init(&memory->sources, sizeof(scanner_source), SX_POLICY_MAX_ENTRIES);
    sx_map_init(&memory->serving, sizeof(guint64), SX_POLICY_MAX_ENTRIES);
}

static const struct {
    const char *name;
    gboolean whole; /* only as a word of its own */
} tools[] = {
    {"friendly-scanner", FALSE},
    {"sipvicious", FALSE},
    {"sundayddr", FALSE},
    {"sip-scan", FALSE},
    {"sipcli/", FALSE},
    {"siparmyknife", FALSE},
    {"smap", TRUE},
    {"iwar", TRUE},
    {"pplsip", FALSE},
    {"friendly-request", FALSE},
};

#define LETTER(c) (1u << ((guchar)(c)&31)) /* in any case */

/* Whether the two letters may begin the name of a tool: hardly any text passes this. */
static gboolean begins_tool(char first, char second) {
    static const guint32 seconds[256] = {
        ['f'] = LETTER('r'), ['s'] = LETTER('i') | LETTER('u') | LETTER('m'),
        ['i'] = LETTER('w'), ['p'] = LETTER('p'),
        ['F'] = LETTER('r'), ['S'] = LETTER('i') | LETTER('u') | LETTER('m'),
        ['I'] = LETTER('w'), ['P'] = LETTER('p'),
    };
    return (seconds[(guchar)first] & LETTER(second)) != 0;
}

static gboolean may_name_tool(sx_slice text) {
    for (gsize i = 0; i + 1 < text.len; i++) {
        if (begins_tool(text.p[i], text.p[i + 1]))
            return TRUE;
    }
    return FALSE;
}

static gboolean is_word_character(char c) {
    return g_ascii_isalnum(c) || c == '_';
}

/* Whether text contains word (lower case) in any case; with whole, not inside a longer word. */
static gboolean contains(sx_slice text, const char *word, gboolean whole) {
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

const char *sx_policy_scanner_tool(const sx_message *message) {
    sx_slice agent = sx_message_header(message, SX_HDR_USER_AGENT);
    sx_slice display = sx_uri_display(sx_message_header(message, SX_HDR_FROM));
    gboolean in_agent = may_name_tool(agent);
    gboolean in_display = may_name_tool(display);
    for (guint i = 0; (in_agent || in_display) && i < G_N_ELEMENTS(tools); i++) {
        if ((in_agent && contains(agent, tools[i].name, tools[i].whole)) ||
            (in_display && contains(display, tools[i].name, tools[i].whole)))
            return tools[i].name;
    }
    return NULL;
}

static scanner_source *source_of(const sx_context *context, const sx_host *host) {
    return (scanner_source *)sx_map_find(&sx_policy_memory_of(context)->sources, host->key);
}

static scanner_source *make_source(const sx_context *context, const sx_host *host, guint32 frame) {
    scanner_source *source =
        (scanner_source *)sx_map_put(&sx_policy_memory_of(context)->sources, host->key);
    if (source->first_frame == 0)
        source->first_frame = frame;
    return source;
}

/* Whether a proxy sent this request on for a scanner. */
static gboolean is_forwarded_scan(const sx_context *context) {
    const sx_transaction *transaction = context->seen.transaction;
    sx_transaction_walk walk = {0};
    const sx_transaction *other;
    if (sx_policy_memory_of(context)->n_scanners == 0)
        return FALSE;
    while ((other = sx_calls_walk(context->calls, context->seen.call, &walk)) != NULL) {
        const scanner_source *source = source_of(context, other->client);
        if (other != transaction && other->keys.n_vias < transaction->keys.n_vias &&
            source != NULL && source->is_scanner)
            return TRUE;
    }
    return FALSE;
}

static void become_scanner(const sx_context *context, scanner_source *source, const char *tool) {
    source->is_scanner = TRUE;
    source->tool = tool;
    sx_policy_memory_of(context)->n_scanners++;
}

/* Requests for three users with one branch, Call-ID and CSeq: a program that changes nothing but the user. */
static gboolean reuses_branch(const sx_context *context) {
    const sx_transaction *t = context->seen.transaction;
    for (guint i = 0; i < 2; i++) {
        const sx_transaction *older = sx_calls_transaction(context->calls, t->same_key);
        if (older == NULL || older->client != t->client || older->keys.branch == 0 ||
            older->keys.call_id != t->keys.call_id || older->keys.to_aor == t->keys.to_aor)
            return FALSE;
        t = older;
    }
    return TRUE;
}

/* A proxy that sends on what scanners send is none itself: only requests with one Via tell about their source. */
void sx_policy_learn_source(sx_context *context) {
    sx_transaction *transaction = context->seen.transaction;
    if (transaction == NULL)
        return;
    const char *tool = sx_policy_scanner_tool(context->message);
    scanner_source *source = source_of(context, transaction->client);
    if (transaction->keys.n_vias > 1) {
        if (tool != NULL || is_forwarded_scan(context))
            sx_attachment_make(&transaction->attached, &forwarded);
        return;
    }
    if (tool != NULL) {
        source = make_source(context, transaction->client, transaction->frame);
        if (!source->is_scanner)
            become_scanner(context, source, tool);
    }
    if (transaction->same_key != 0 && reuses_branch(context)) {
        source = make_source(context, transaction->client, transaction->frame);
        source->branch_frame = transaction->frame;
        if (!source->is_scanner)
            become_scanner(context, source, NULL);
    }
    if (source != NULL && sx_auth_has_credentials(transaction))
        source->logs_in = TRUE;
}

static void add_once(guint64 *all, guint *n, guint64 one) {
    for (guint i = 0; i < *n; i++) {
        if (all[i] == one)
            return;
    }
    if (*n < ENOUGH)
        all[(*n)++] = one;
}

static void begin_window(scanner_source *source, gint64 now) {
    source->since = now;
    source->challenges = source->refusals = source->n_users = source->n_servers = 0;
}

/* Enough different users or servers, enough refusals, and nothing that an honest client would show. */
static gboolean behaves_like_scanner(const sx_context *context, const scanner_source *source) {
    const sx_host *host = context->seen.transaction->client;
    gint64 waited = sx_gap(source->challenged_at, context->packet->time);
    guint refused = source->refusals;
    if (!source->logs_in && waited >= LOGIN_GRACE)
        refused += source->challenges;
    return refused >= ENOUGH && (source->n_users >= ENOUGH || source->n_servers >= ENOUGH) &&
           !source->accepted && sx_ip_is_public(host->ip, host->ip_len) &&
           sx_map_find(&sx_policy_memory_of(context)->serving, host->key) == NULL;
}

static void learn_refusal(sx_context *context, guint code) {
    const sx_transaction *transaction = context->seen.transaction;
    gint64 now = context->packet->time;
    scanner_source *source = make_source(context, transaction->client, transaction->frame);
    gboolean is_register = transaction->keys.method == SX_METHOD_REGISTER;
    source->tries++;
    if (source->is_scanner || sx_auth_has_credentials(transaction))
        return;
    if (source->since == 0 || sx_gap(source->since, now) > WINDOW)
        begin_window(source, now);
    if (code == 401 || code == 407) {
        if (source->challenges++ == 0)
            source->challenged_at = now;
    } else {
        source->refusals++;
    }
    add_once(source->users, &source->n_users,
             is_register ? transaction->keys.to_aor : transaction->keys.request_uri);
    add_once(source->servers, &source->n_servers,
             sx_hash_number(transaction->server->key, transaction->server_port));
    if (behaves_like_scanner(context, source))
        become_scanner(context, source, NULL);
}

void sx_policy_learn_answer(sx_context *context) {
    const sx_transaction *transaction = context->seen.transaction;
    guint code = context->message->code;
    sx_method method = context->seen.keys.method;
    if (method != SX_METHOD_INVITE && method != SX_METHOD_REGISTER)
        return;
    if (code < 300)
        sx_map_put(&sx_policy_memory_of(context)->serving, context->seen.source->key);
    if (transaction->keys.n_vias > 1)
        return;
    if (code >= 200 && code < 300) {
        scanner_source *source = make_source(context, transaction->client, transaction->frame);
        source->accepted = source->accepted || !source->is_scanner;
    } else if (code == 401 || code == 403 || code == 404 || code == 407) {
        learn_refusal(context, code);
    }
}

/* The source of a request if it is a known scanner; a proxy is none, whatever it sends on. */
static const scanner_source *scanner_of(const sx_context *context) {
    const sx_transaction *transaction = context->seen.transaction;
    const scanner_source *source = source_of(context, transaction->client);
    return transaction->keys.n_vias <= 1 && source != NULL && source->is_scanner ? source : NULL;
}

gboolean sx_rule_policy_scanner(sx_context *context) {
    const sx_transaction *transaction = context->seen.transaction;
    const scanner_source *source = scanner_of(context);
    if (source == NULL) {
        if (SX_ATTACHED(transaction, &forwarded) == NULL)
            return FALSE;
        sx_ev_policy_scanner_forwarded(context->out, transaction->frame);
        return TRUE;
    }
    sx_ev_policy_scanner_headline(context->out, sx_context_place(context, transaction->client, 0));
    sx_ev_policy_scanner_source(context->out, sx_context_place(context, transaction->client, 0),
                                source->first_frame);
    if (source->tool != NULL)
        sx_ev_policy_scanner_tool(context->out, source->tool);
    else if (source->branch_frame != 0)
        sx_ev_policy_scanner_branch(context->out, source->branch_frame);
    else
        sx_ev_policy_scanner_behavior(context->out, source->n_users, source->n_servers);
    return TRUE;
}

gboolean sx_rule_policy_scanner_accepted(sx_context *context) {
    const sx_transaction *transaction = context->seen.transaction;
    const scanner_source *source = scanner_of(context);
    if (source == NULL || !sx_context_is_initial(context))
        return FALSE;
    const char *user = transaction->keys.method == SX_METHOD_REGISTER
                           ? sx_request_text(transaction, SX_REQUEST_TO)
                           : sx_request_text(transaction, SX_REQUEST_TARGET);
    sx_ev_policy_scanner_accepted_source(context->out,
                                         sx_context_place(context, transaction->client, 0),
                                         source->first_frame, source->tries);
    sx_ev_policy_scanner_accepted_accepted(context->out, transaction->frame, user);
    if (sx_auth_has_credentials(transaction))
        sx_ev_policy_scanner_accepted_login(context->out);
    else
        sx_ev_policy_scanner_accepted_no_login(context->out);
    return TRUE;
}
