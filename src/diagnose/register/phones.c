/* SPDX-License-Identifier: GPL-2.0-or-later
 * From which address and port a user registered, for the requests that are sent there; and what was granted.
 */
#include "diagnose/register/register_state.h"
#include "wire/expires.h"
#include "wire/keyed_hash.h"
#include "wire/uri.h"

static guint64 phone_key(const sx_host *phone, guint16 port, const sx_host *registrar) {
    return sx_hash_number(sx_hash_number(phone->key, port), registrar->key);
}

void sx_register_learn_phone(const sx_context *context) {
    const sx_transaction *t = context->seen.transaction;
    const sx_register_request *asked = sx_register_request_of(t);
    if (t->upstream != 0 || t->keys.n_vias > 1)
        return; /* a proxy that speaks for others */
    sx_registered_phone *phone = (sx_registered_phone *)sx_map_put(
        &sx_register_memory_of(context)->phones, phone_key(t->client, t->client_port, t->server));
    phone->time = context->packet->time;
    phone->transaction = t->id;
    phone->frame = t->frame;
    guint64 user = asked->n_contacts > 0 ? asked->contacts[0].user : 0;
    guint i = 0;
    while (i < G_N_ELEMENTS(phone->users) && phone->users[i] != 0 && phone->users[i] != user)
        i++;
    if (i < G_N_ELEMENTS(phone->users))
        phone->users[i] = user;
}

const sx_registered_phone *sx_register_phone(const sx_context *context,
                                             const sx_transaction *transaction) {
    return (const sx_registered_phone *)sx_map_find(
        &sx_register_memory_of(context)->phones,
        phone_key(transaction->server, transaction->server_port, transaction->client));
}

/* What the answer grants to the one Contact of the REGISTER. */
static guint32 granted_to(const sx_message *message, const sx_register_request *asked) {
    sx_header_walk walk = {0};
    sx_slice element;
    guint n = 0;
    guint32 seconds = SX_NO_SECONDS;
    guint32 only = SX_NO_SECONDS;
    if (asked->n_contacts != 1)
        return SX_NO_SECONDS;
    for (; n < SX_MAX_BINDINGS && sx_message_next_element(message, SX_HDR_CONTACT, &walk, &element);
         n++) {
        only = sx_contact_expires(message, element);
        if (sx_register_host_port(element) == asked->contacts[0].host_port)
            seconds = only;
    }
    return n == 1 ? only : seconds;
}

void sx_register_add_granted(sx_context *context, sx_granted_row row) {
    const sx_transaction *t = context->seen.transaction;
    const sx_register_request *asked =
        t->keys.method == SX_METHOD_REGISTER ? sx_register_request_of(t) : NULL;
    if (asked == NULL || asked->removes || asked->asks || asked->seconds == SX_NO_SECONDS)
        return;
    guint32 granted = granted_to(context->message, asked);
    if (granted != SX_NO_SECONDS && granted != 0 && granted != asked->seconds)
        row(context->out, asked->seconds, granted);
}
