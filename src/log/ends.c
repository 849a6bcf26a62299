/* SPDX-License-Identifier: GPL-2.0-or-later
 * Addresses as logs write them, the own address as Via (RFC 3261 section 18.1.1) and Contact show it, and stand-ins.
 */
#include "log/ends.h"

#include "log/find.h"
#include "wire/uri.h"
#include "wire/via.h"

#define OWN 1
#define PEER 2
#define SERVER 3
#define NAMES 0x52 /* the fourth group of the stand-ins that are made from names */
#define SIDES 0x51

static void make_up(guint8 group, guint64 number, sx_endpoint *endpoint) {
    static const guint8 prefix[] = {0x20, 0x01, 0x0d, 0xb8, 0, 0, 0};
    memcpy(endpoint->ip, prefix, sizeof prefix);
    endpoint->ip[7] = group;
    for (guint i = 0; i < 8; i++)
        endpoint->ip[8 + i] = (guint8)(number >> (56 - 8 * i));
    endpoint->ip_len = 16;
}

/* The same in every run, unlike keyed hashes: a log that is converted twice gives the same addresses (FNV-1a). */
static guint64 name_number(sx_slice name) {
    guint64 hash = G_GUINT64_CONSTANT(0xcbf29ce484222325);
    for (gsize i = 0; i < MIN(name.len, 255); i++)
        hash = (hash ^ (guchar)g_ascii_tolower(name.p[i])) * G_GUINT64_CONSTANT(0x100000001b3);
    return hash;
}

static sx_log_end side(guint64 number) {
    sx_log_end end = {.origin = SX_LOG_MADE_UP};
    make_up(SIDES, number, &end.endpoint);
    return end;
}

/* The number of a port; 0 if the text is none. */
static guint16 port_number(sx_slice text) {
    guint digits;
    guint32 number = sx_slice_number(text, &digits);
    return digits > 0 && digits == text.len && number <= G_MAXUINT16 ? (guint16)number : 0;
}

/* As tcpdump writes it: 192.0.2.1.5060, 192.0.2.1.sip, pbx.example.com.5060. Names do not end in a number, and what is
 * above 255 is part of no address. */
static gboolean take_dotted_port(sx_slice *text, guint16 *port) {
    guint8 ip[16];
    const char *dot = sx_find_last(text->p, '.', text->len);
    if (dot == NULL)
        return FALSE;
    sx_slice host = {text->p, (gsize)(dot - text->p)};
    sx_slice tail = {dot + 1, text->len - host.len - 1};
    guint16 number = sx_slice_is(tail, "sip")       ? 5060
                     : sx_slice_is(tail, "sip-tls") ? 5061
                                                    : port_number(tail);
    if (number == 0 ||
        ((number <= 255 || !g_ascii_isdigit(tail.p[0])) && sx_uri_host_ip(host, ip) == 0))
        return FALSE;
    *text = host;
    *port = number;
    return TRUE;
}

/* Parts host and port: the port is behind the last colon, unless the whole is an address without one. */
static sx_slice take_port(sx_slice text, guint16 *port) {
    guint8 ip[16];
    const char *colon = text.len > 0 ? sx_find_last(text.p, ':', text.len) : NULL;
    if (text.len > 0 && text.p[0] == '[') {
        const char *close = memchr(text.p, ']', text.len);
        sx_slice host = {text.p + 1, (close ? (gsize)(close - text.p) : text.len) - 1};
        if (close != NULL && colon == close + 1)
            *port = port_number((sx_slice){colon + 1, text.len - (gsize)(colon - text.p) - 1});
        return host;
    }
    if (take_dotted_port(&text, port) || colon == NULL)
        return text;
    sx_slice host = {text.p, (gsize)(colon - text.p)};
    sx_slice tail = {colon + 1, text.len - host.len - 1};
    gboolean many = memchr(text.p, ':', host.len) != NULL;
    if (many && sx_uri_host_ip(host, ip) == 0)
        return text;
    *port = port_number(tail);
    return host;
}

void sx_ends_read(sx_slice text, sx_slice port, sx_log_end *end) {
    memset(end, 0, sizeof *end);
    text = sx_slice_trim(text);
    end->host = port.len > 0 ? text : take_port(text, &end->endpoint.port);
    if (port.len > 0)
        end->endpoint.port = port_number(port);
    if (end->host.len > 2 && end->host.p[0] == '[' && end->host.p[end->host.len - 1] == ']')
        end->host = (sx_slice){end->host.p + 1, end->host.len - 2};
    end->endpoint.ip_len = (guint8)sx_uri_host_ip(end->host, end->endpoint.ip);
    end->origin = SX_LOG_SAID;
    if (end->endpoint.ip_len == 0) {
        make_up(NAMES, name_number(end->host), &end->endpoint);
        end->origin = SX_LOG_NAMED;
    }
}

/* ---- the own end ------------------------------------------------------------------------------ */

static guint transport_index(const char *transport) {
    static const char *const names[] = {"UDP", "TCP", "TLS", "WS", "WSS", "SCTP"};
    for (guint i = 0; transport != NULL && i < G_N_ELEMENTS(names); i++) {
        if (strcmp(transport, names[i]) == 0)
            return i + 1;
    }
    return 0;
}

static gboolean top_via(const sx_message *message, sx_via *via) {
    sx_header_walk walk = {0};
    sx_slice element;
    if (!sx_message_next_element(message, SX_HDR_VIA, &walk, &element))
        return FALSE;
    sx_via_read(element, via);
    return TRUE;
}

/* The transport of the head, else of the top Via. */
static const char *transport_of(const sx_head *head, const sx_message *message) {
    sx_via via;
    if (head->transport != NULL)
        return head->transport;
    return top_via(message, &via) ? sx_pattern_transport(via.transport) : NULL;
}

static gboolean read_host(sx_slice host, guint16 port, sx_endpoint *endpoint) {
    static const guint8 zero[16] = {0};
    memset(endpoint, 0, sizeof *endpoint);
    endpoint->ip_len = (guint8)sx_uri_host_ip(host, endpoint->ip);
    endpoint->port = port;
    return endpoint->ip_len > 0 && memcmp(endpoint->ip, zero, endpoint->ip_len) != 0;
}

/* The port where none is given (RFC 3261 section 18.1.1); 0 where that tells nothing: browsers have no port. */
static guint16 usual_port(const char *transport) {
    if (transport != NULL && transport[0] == 'W')
        return 0;
    return transport != NULL && strcmp(transport, "TLS") == 0 ? 5061 : 5060;
}

/* The own address that this message shows: its top Via where it is a request that was sent or the response to one; the
 * Contact of a response to INVITE that was sent. */
static gboolean shown(const sx_head *head, const sx_message *message, const char *transport,
                      sx_endpoint *endpoint, gboolean *by_contact) {
    guint16 usual = usual_port(transport);
    sx_via via;
    sx_uri uri;
    sx_header_walk walk = {0};
    sx_slice contact;
    *by_contact = FALSE;
    if ((head->direction == SX_LOG_SENT) == !message->is_response)
        return top_via(message, &via) && read_host(via.host, via.port ? via.port : usual, endpoint);
    *by_contact = TRUE;
    return head->direction == SX_LOG_SENT && message->code < 300 &&
           message->known_method == SX_METHOD_INVITE &&
           sx_message_next_element(message, SX_HDR_CONTACT, &walk, &contact) &&
           sx_uri_read(contact, &uri) && read_host(uri.host, uri.port ? uri.port : usual, endpoint);
}

static gboolean is_same(const sx_endpoint *a, const sx_endpoint *b) {
    return a->ip_len == b->ip_len && a->port == b->port && memcmp(a->ip, b->ip, a->ip_len) == 0;
}

void sx_ends_learn(sx_ends_own *own, const sx_head *head, const sx_message *message) {
    sx_endpoint endpoint;
    gboolean by_contact;
    const char *transport = transport_of(head, message);
    guint i = transport_index(transport);
    if (head->direction == SX_LOG_NO_DIRECTION || head->local.len > 0 || head->source.len > 0 ||
        !shown(head, message, transport, &endpoint, &by_contact))
        return;
    gboolean is_first = own->own[i].ip_len == 0;
    if (!is_first && by_contact && !own->by_contact[i])
        return;
    if (is_first || (own->by_contact[i] && !by_contact)) {
        own->own[i] = endpoint;
        own->by_contact[i] = by_contact;
        own->contradicted[i] = FALSE;
    } else if (!is_same(&own->own[i], &endpoint)) {
        own->contradicted[i] = TRUE;
    }
}

static sx_log_end own_end(const sx_ends_own *own, const sx_head *head, const char *transport) {
    sx_log_end end = side(OWN);
    guint i = transport_index(transport);
    if (head->local.len > 0) {
        sx_ends_read(head->local, (sx_slice){NULL, 0}, &end);
    } else if (own->own[i].ip_len > 0 && !own->contradicted[i]) {
        end.endpoint = own->own[i];
        end.origin = SX_LOG_LEARNED;
    }
    return end;
}

/* ---- both ------------------------------------------------------------------------------------- */

/* Nothing is said: the client is the one that wrote the top Via, the server the other one. */
static void by_via(const sx_message *sip, sx_log_message *message) {
    sx_log_end client = side(PEER);
    sx_log_end server = side(SERVER);
    sx_via via;
    if (top_via(sip, &via) && via.host.len > 0) {
        sx_ends_read(via.host, (sx_slice){NULL, 0}, &client);
        client.endpoint.port = via.port;
        client.origin = client.origin == SX_LOG_SAID ? SX_LOG_LEARNED : SX_LOG_NAMED;
        client.host = (sx_slice){NULL, 0};
    }
    message->source = sip->is_response ? server : client;
    message->destination = sip->is_response ? client : server;
}

void sx_ends_set(const sx_ends_own *own, const sx_head *head, const sx_message *sip,
                 sx_log_message *message) {
    message->transport = transport_of(head, sip);
    message->transport_said = head->transport != NULL;
    message->direction = head->direction;
    if (head->source.len > 0 && head->destination.len > 0) {
        sx_ends_read(head->source, head->source_port, &message->source);
        sx_ends_read(head->destination, head->destination_port, &message->destination);
        return;
    }
    if (head->direction == SX_LOG_NO_DIRECTION) {
        by_via(sip, message);
        return;
    }
    sx_log_end local = own_end(own, head, message->transport);
    sx_log_end peer = side(PEER);
    if (head->peer.len > 0)
        sx_ends_read(head->peer, head->destination_port, &peer);
    message->source = head->direction == SX_LOG_SENT ? local : peer;
    message->destination = head->direction == SX_LOG_SENT ? peer : local;
}
