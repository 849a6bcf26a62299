/* SPDX-License-Identifier: GPL-2.0-or-later
 * Called numbers: how they are written, and which form a server took.
 */
#include <string.h>

#include "diagnose/route/route_state.h"
#include "evidence.h"
#include "labels.h"
#include "rules.h"
#include "wire/keyed_hash.h"

#define LAST_DIGITS 7
#define MANY_ACCEPTED 3 /* calls in one form that show what a server wants */

/** How a called number is written. */
typedef enum {
    FORM_OTHER, /* short, or not a number: never judged */
    FORM_E164,
    FORM_00,
    FORM_0,
    FORM_DIGITS,
    N_FORMS
} number_form;

static const sx_word form_names[N_FORMS] = {
    [FORM_E164] = SX_LABEL_NUMBER_FORMS_E164,
    [FORM_00] = SX_LABEL_NUMBER_FORMS_INTERNATIONAL,
    [FORM_0] = SX_LABEL_NUMBER_FORMS_NATIONAL,
    [FORM_DIGITS] = SX_LABEL_NUMBER_FORMS_PLAIN,
};

/** A number that rang at a server, by form and last digits. */
typedef struct {
    guint64 key;
    guint32 frame; /* of the INVITE */
} known_number;

/** Forms of the numbers that one server was asked for. */
typedef struct {
    guint64 key;                     /* of the server */
    guint64 refused[N_FORMS];        /* hash of the first number refused; 0: none */
    guint32 accepted[N_FORMS];       /* calls that rang */
    guint32 accepted_frame[N_FORMS]; /* the last of them */
} server_forms;

void sx_route_init_numbers(sx_route_memory *memory) {
    sx_map_init(&memory->numbers, sizeof(known_number), SX_ROUTE_MAX_ENTRIES);
    sx_map_init(&memory->forms, sizeof(server_forms), SX_ROUTE_MAX_ENTRIES);
}

static number_form form_of(const char *user) {
    gboolean plus = *user == '+';
    const char *digits = plus ? user + 1 : user;
    gsize n = strspn(digits, "0123456789");
    if (n < 7 || digits[n] != '\0')
        return FORM_OTHER;
    if (plus)
        return n <= 15 ? FORM_E164 : FORM_OTHER;
    if (n >= 8 && strncmp(user, "00", 2) == 0)
        return FORM_00;
    return *user == '0' ? FORM_0 : FORM_DIGITS;
}

sx_word sx_route_form(const char *user) {
    return form_names[form_of(user)];
}

static guint64 hash_user(const char *user) {
    return sx_hash_bytes(0, user, strlen(user));
}

/* A number is the same in another form if it ends with the same digits. */
static guint64 number_key(const sx_transaction *t, const char *user, number_form form) {
    guint64 digits = sx_hash_bytes(0, user + strlen(user) - LAST_DIGITS, LAST_DIGITS);
    return sx_hash_number(sx_hash_number(t->server->key, form), digits);
}

/* The called number of an INVITE outside a dialog; NULL: it is of another request, or is never judged. */
static const char *number_of(const sx_transaction *t, number_form *form) {
    const char *user = t->keys.method == SX_METHOD_INVITE && t->keys.to_tag == 0
                           ? sx_request_text(t, SX_REQUEST_TARGET)
                           : NULL;
    *form = user != NULL ? form_of(user) : FORM_OTHER;
    return *form != FORM_OTHER ? user : NULL;
}

static server_forms *forms_of(const sx_context *context, const sx_host *server) {
    return (server_forms *)sx_map_find(&sx_route_memory_of(context)->forms, server->key);
}

static server_forms *make_forms(const sx_context *context, const sx_host *server) {
    return (server_forms *)sx_map_put(&sx_route_memory_of(context)->forms, server->key);
}

/* Whether this response is the first one that shows that the number was found: it rings, or is answered at once. */
static gboolean is_found(const sx_context *context) {
    const sx_transaction *t = context->seen.transaction;
    const sx_final *success = sx_transaction_success(t);
    if (context->message->code < 200)
        return t->ring_frame == context->packet->frame && success == NULL;
    return success != NULL && success == context->seen.final && t->ring_frame == 0;
}

void sx_route_learn_numbers(sx_context *context) {
    const sx_transaction *t = context->seen.transaction;
    guint code = context->message->code;
    number_form form;
    const char *user = number_of(t, &form);
    if (user == NULL)
        return;
    if (is_found(context)) {
        server_forms *forms = make_forms(context, t->server);
        forms->accepted[form]++;
        forms->accepted_frame[form] = t->frame;
        ((known_number *)sx_map_put(&sx_route_memory_of(context)->numbers,
                                    number_key(t, user, form)))
            ->frame = t->frame;
    } else if (code == 404 || code == 484 || code == 604) {
        server_forms *forms = make_forms(context, t->server);
        if (forms->refused[form] == 0)
            forms->refused[form] = hash_user(user);
    }
}

/* The same number in another form rang at this server. */
static gboolean accepted_otherwise(const sx_context *context, const char *user, number_form own) {
    for (guint form = FORM_E164; form < N_FORMS; form++) {
        guint64 key = number_key(context->seen.transaction, user, (number_form)form);
        const known_number *known =
            (const known_number *)sx_map_find(&sx_route_memory_of(context)->numbers, key);
        if (form != own && known != NULL) {
            sx_ev_route_number_format_same_number(context->out, form_names[form], known->frame);
            return TRUE;
        }
    }
    return FALSE;
}

/* All calls that rang at this server had numbers in one other form, and this is no single refusal. */
static gboolean accepts_one_form(const sx_context *context, const server_forms *server,
                                 const char *user, number_form own) {
    guint other = FORM_OTHER;
    for (guint form = FORM_E164; form < N_FORMS; form++) {
        if (server->accepted[form] == 0)
            continue;
        if (other != FORM_OTHER)
            return FALSE;
        other = form;
    }
    if (other == FORM_OTHER || server->accepted[other] < MANY_ACCEPTED ||
        server->refused[own] == 0 || server->refused[own] == hash_user(user))
        return FALSE;
    sx_ev_route_number_format_other_numbers(context->out, server->accepted[other],
                                            form_names[other], server->accepted_frame[other]);
    return TRUE;
}

gboolean sx_rule_route_number_format(sx_context *context) {
    const sx_transaction *t = context->seen.transaction;
    guint code = context->message->code;
    number_form form;
    const char *user = number_of(t, &form);
    const server_forms *server = forms_of(context, t->server);
    if ((code != 404 && code != 484 && code != 604) || user == NULL || server == NULL ||
        server->accepted[form] > 0)
        return FALSE;
    sx_ev_route_number_format_headline(context->out, user);
    sx_ev_route_number_format_sent(context->out, user, form_names[form], t->frame);
    return accepted_otherwise(context, user, form) || accepts_one_form(context, server, user, form);
}

void sx_route_add_forms(sx_context *context) {
    guint code = context->message->code;
    const sx_transaction *t = context->seen.transaction;
    number_form own;
    if ((code != 403 && code != 404 && code != 484 && code != 604) ||
        !sx_context_is_initial(context) || t->keys.method != SX_METHOD_INVITE)
        return;
    const server_forms *server = forms_of(context, t->server);
    number_of(t, &own);
    gboolean others = FALSE;
    for (guint form = FORM_E164; server != NULL && form < N_FORMS; form++) {
        if (form == own || server->accepted[form] == 0)
            continue;
        (others ? sx_ev_detail_identity_working_others : sx_ev_detail_identity_working)(
            context->out, server->accepted[form], form_names[form], server->accepted_frame[form]);
        others = TRUE;
    }
}
