/* SPDX-License-Identifier: GPL-2.0-or-later
 * The Contacts that a registrar lists (RFC 3261 section 10.3 step 8) against those that it listed before.
 */
#include "diagnose/register/register_state.h"
#include "evidence.h"
#include "rules.h"
#include "wire/expires.h"
#include "wire/keyed_hash.h"
#include "wire/uri.h"

#define MARGIN (5 * SX_SECOND) /* a binding that ends so soon may be gone */
#define MANY_PORTS 3           /* of one user at one address */

/** A Contact of a 2xx. */
typedef struct {
    sx_slice text;
    guint64 uri, place, user_host, instance;
    guint32 seconds;
    gboolean has_reg_id;
} listed_contact;

guint64 sx_register_host_port(sx_slice contact) {
    sx_uri uri;
    return sx_uri_read(contact, &uri) ? sx_hash_number(sx_hash_lower(0, uri.host), uri.port) : 0;
}

static gboolean read_contact(const sx_message *message, sx_slice element, listed_contact *contact) {
    sx_slice value;
    sx_uri uri;
    if (!sx_uri_read(element, &uri))
        return FALSE;
    *contact = (listed_contact){
        .text = sx_uri_text(element),
        .place = sx_hash_number(sx_hash_lower(0, uri.host), uri.port),
        .user_host = uri.user.len > 0 ? sx_uri_aor(&uri) : 0,
        .seconds = sx_contact_expires(message, element),
        .has_reg_id = sx_slice_param(element, "reg-id", &value),
    };
    contact->uri = sx_hash_slice(0, contact->text);
    if (sx_slice_param(element, "+sip.instance", &value) && value.len > 0)
        contact->instance = sx_hash_slice(0, value);
    return TRUE;
}

/* All Contacts of the answer; SX_MAX_BINDINGS: perhaps there are more. */
static guint read_contacts(const sx_message *message, listed_contact contacts[SX_MAX_BINDINGS]) {
    sx_header_walk walk = {0};
    sx_slice element;
    guint n = 0;
    while (n < SX_MAX_BINDINGS &&
           sx_message_next_element(message, SX_HDR_CONTACT, &walk, &element)) {
        if (read_contact(message, element, &contacts[n]))
            n++;
    }
    return n;
}

static const listed_contact *find_contact(const listed_contact *contacts, guint n, guint64 uri) {
    for (guint i = 0; i < n; i++) {
        if (contacts[i].uri == uri)
            return &contacts[i];
    }
    return NULL;
}

static const sx_kept_contact *kept_contact(const sx_registration *registration, guint64 uri) {
    for (guint i = 0; i < registration->n_contacts; i++) {
        if (registration->contacts[i].uri == uri)
            return &registration->contacts[i];
    }
    return NULL;
}

static gboolean is_own(const sx_register_request *asked, const listed_contact *contact) {
    for (guint i = 0; i < asked->n_contacts; i++) {
        if (asked->contacts[i].host_port == contact->place)
            return TRUE;
    }
    return FALSE;
}

/* Whether a phone registered a Contact of its own that was not listed before: it takes the place of its old one. */
static gboolean is_replaced(const sx_context *context, const sx_registration *registration,
                            const sx_register_request *asked, const listed_contact *contacts,
                            guint n, const sx_transaction *owner) {
    const sx_transaction *t = context->seen.transaction;
    if (owner->client != t->client && owner->keys.call_id != t->keys.call_id)
        return FALSE;
    for (guint i = 0; i < n; i++) {
        if (is_own(asked, &contacts[i]) && kept_contact(registration, contacts[i].uri) == NULL)
            return TRUE;
    }
    return FALSE;
}

static void find_dropped(const sx_context *context, sx_registration *registration,
                         const sx_register_request *asked, const listed_contact *contacts,
                         guint n) {
    sx_register_memory *memory = sx_register_memory_of(context);
    gint64 now = context->packet->time;
    if (registration->dropped_reported || n == 0 || n == SX_MAX_BINDINGS || asked->removes ||
        asked->removes_some)
        return;
    for (guint i = 0; i < registration->n_contacts; i++) {
        const sx_kept_contact *kept = &registration->contacts[i];
        const sx_transaction *owner = sx_calls_transaction(context->calls, kept->transaction);
        if (owner == NULL || kept->ends < now + MARGIN ||
            find_contact(contacts, n, kept->uri) != NULL ||
            is_replaced(context, registration, asked, contacts, n, owner))
            continue;
        registration->dropped_reported = TRUE;
        memory->dropped = owner->id;
        memory->dropped_frame = kept->frame;
        memory->dropped_ends = kept->ends;
        return;
    }
}

/* One device with several Contacts, or one user at one address with several ports. */
static void find_repeated(sx_register_memory *memory, sx_registration *registration,
                          const listed_contact *contacts, guint n) {
    for (guint i = 0; i < n && !registration->repeated_reported; i++) {
        guint same_instance = 1;
        guint same_user = 1;
        for (guint j = i + 1; j < n; j++) {
            gboolean other_place = contacts[j].place != contacts[i].place;
            same_instance += other_place && contacts[i].instance != 0 &&
                             contacts[j].instance == contacts[i].instance &&
                             !contacts[i].has_reg_id && !contacts[j].has_reg_id;
            same_user += other_place && contacts[i].user_host != 0 &&
                         contacts[j].user_host == contacts[i].user_host &&
                         (contacts[i].instance == 0 || contacts[j].instance == 0);
        }
        if (same_instance < 2 && same_user < MANY_PORTS)
            continue;
        registration->repeated_reported = TRUE;
        memory->repeated_by_instance = same_instance >= 2;
        memory->n_repeated = same_instance >= 2 ? same_instance : same_user;
    }
}

static void keep(const sx_context *context, sx_registration *registration,
                 const sx_register_request *asked, const listed_contact *contacts, guint n) {
    sx_kept_contact kept[SX_REGISTER_MAX_KEPT];
    guint n_kept = 0;
    for (guint i = 0; i < n && n_kept < SX_REGISTER_MAX_KEPT; i++) {
        const sx_kept_contact *before = kept_contact(registration, contacts[i].uri);
        guint32 owner = before != NULL                ? before->transaction
                        : is_own(asked, &contacts[i]) ? context->seen.transaction->id
                                                      : 0;
        if (owner == 0 || contacts[i].seconds == SX_NO_SECONDS)
            continue;
        kept[n_kept++] = (sx_kept_contact){
            .uri = contacts[i].uri,
            .ends = context->packet->time + contacts[i].seconds * SX_SECOND,
            .transaction = owner,
            .frame = context->packet->frame,
        };
    }
    memcpy(registration->contacts, kept, n_kept * sizeof kept[0]);
    registration->n_contacts = (guint8)n_kept;
}

/* The registrar that counts down from what was asked, and the client that asks for what it was granted. */
static void follow_grant(const sx_context *context, sx_register_shrinking *shrinking,
                         const sx_register_request *asked, const listed_contact *contacts,
                         guint n) {
    guint32 frame = context->packet->frame;
    guint i = 0;
    while (i < n && n > 1 && !is_own(asked, &contacts[i]))
        i++;
    if (i == n || asked->n_contacts != 1 || asked->seconds == SX_NO_SECONDS ||
        contacts[i].seconds == 0 || contacts[i].seconds >= asked->seconds) {
        shrinking->n = 0;
        return;
    }
    if (shrinking->n == 0 || asked->seconds != shrinking->granted)
        *shrinking = (sx_register_shrinking){.asked = asked->seconds, .first_frame = frame};
    shrinking->granted = contacts[i].seconds;
    shrinking->frame = frame;
    shrinking->n++;
}

void sx_register_add_shrunk(sx_context *context) {
    const sx_transaction *t = context->seen.transaction;
    if (context->message->code != 423 || t == NULL || t->keys.method != SX_METHOD_REGISTER)
        return;
    const sx_register_request *asked = sx_register_request_of(t);
    const sx_registration *last = sx_register_last(context, t);
    if (asked == NULL || last == NULL || last->shrinking.n == 0 ||
        asked->seconds != last->shrinking.granted)
        return;
    const sx_register_shrinking *shrinking = &last->shrinking;
    sx_ev_failure_client_headline_shrunk(context->out, shrinking->granted);
    sx_ev_failure_client_granted(context->out, t->frame, shrinking->granted, shrinking->frame);
    if (shrinking->n > 1)
        sx_ev_failure_client_shrunk(context->out, shrinking->n, shrinking->first_frame,
                                    shrinking->asked, shrinking->granted);
}

void sx_register_learn_contacts(const sx_context *context, sx_registration *registration,
                                const sx_register_request *asked) {
    listed_contact contacts[SX_MAX_BINDINGS];
    guint n = read_contacts(context->message, contacts);
    if (!context->message->headers_complete || context->seen.relayed_from != NULL)
        return;
    find_dropped(context, registration, asked, contacts, n);
    if (n > 1)
        find_repeated(sx_register_memory_of(context), registration, contacts, n);
    keep(context, registration, asked, contacts, n);
    follow_grant(context, &registration->shrinking, asked, contacts, n);
}

gboolean sx_rule_register_contact_dropped(sx_context *context) {
    const sx_register_memory *memory = sx_register_memory_of(context);
    const sx_transaction *owner = sx_calls_transaction(context->calls, memory->dropped);
    const char *contact = owner != NULL ? sx_request_text(owner, SX_REQUEST_CONTACT) : NULL;
    if (contact == NULL)
        return FALSE;
    sx_ev_register_contact_dropped_headline(context->out, contact);
    sx_ev_register_contact_dropped_listed(context->out, memory->dropped_frame, contact,
                                          sx_gap(context->packet->time, memory->dropped_ends));
    sx_ev_register_contact_dropped_owner(context->out, sx_context_place(context, owner->client, 0));
    return TRUE;
}

gboolean sx_rule_register_contact_repeated(sx_context *context) {
    const sx_register_memory *memory = sx_register_memory_of(context);
    if (memory->n_repeated == 0)
        return FALSE;
    sx_ev_register_contact_repeated_headline(context->out, memory->n_repeated);
    if (memory->repeated_by_instance)
        sx_ev_register_contact_repeated_instance(context->out, memory->n_repeated);
    else
        sx_ev_register_contact_repeated_ports(context->out, memory->n_repeated);
    sx_ev_register_contact_repeated_list(context->out, sx_context_list(context, SX_HDR_CONTACT));
    return TRUE;
}
