/* SPDX-License-Identifier: GPL-2.0-or-later
 * Rows of addresses that cannot work: private ones in a message whose packet has a public address. What they break:
 *   Contact: requests inside the dialog and, of a REGISTER, calls to the user (RFC 3261 sections 12.1 and 10.3)
 *   Record-Route: the first hop of those requests (section 12.2.1.1)
 *   Via: the port that responses go to (section 18.2.2), unless there is rport (RFC 3581 section 4)
 *   c=: media (RFC 4566 section 5.7)
 * Silent where something else leads to the sender: WebSocket (RFC 7118 section 5), outbound flows (RFC 5626), GRUU
 * (RFC 5627), Path (RFC 3327), a source address noted by a proxy or registrar, ICE. 0.0.0.0 in c= is hold.
 */
#include <string.h>

#include "details/details.h"
#include "evidence.h"
#include "wire/body.h"
#include "wire/expires.h"
#include "wire/sdp.h"
#include "wire/uri.h"
#include "wire/via.h"

#define MAX_VALUES 16 /* Contacts, Vias, Record-Routes looked at in one message */

/* The end with a public address: the source, else the destination of a response from a private address. A request from
 * a private address was captured before the NAT, which may still replace what is inside. */
static const sx_endpoint *public_end(const sx_message *message, const sx_packet *packet) {
    const sx_endpoint *source = &packet->source;
    const sx_endpoint *destination = &packet->destination;
    if (packet->quoted)
        return NULL;
    if (sx_ip_is_public(source->ip, source->ip_len))
        return source;
    return message->is_response && sx_ip_is_private(source->ip, source->ip_len) &&
                   sx_ip_is_public(destination->ip, destination->ip_len)
               ? destination
               : NULL;
}

static gboolean is_web_socket(sx_slice transport) {
    return sx_slice_is(transport, "ws") || sx_slice_is(transport, "wss");
}

static gboolean came_by_web_socket(const sx_message *message) {
    sx_header_walk walk = {0};
    sx_slice element;
    sx_via via;
    for (guint n = 0;
         n < MAX_VALUES && sx_message_next_element(message, SX_HDR_VIA, &walk, &element); n++) {
        sx_via_read(element, &via);
        if (is_web_socket(via.transport))
            return TRUE;
    }
    return FALSE;
}

/* Whether requests to this Contact find their way although its host is private. Via tells of the sender of a request,
 * and a registrar repeats Contacts of that sender. */
static gboolean has_other_way(const sx_message *message, sx_slice contact, const sx_uri *uri) {
    static const char *const of_uri[] = {"ob", "gr", "alias"};
    static const char *const of_contact[] = {"reg-id", "pub-gruu", "temp-gruu", "received"};
    sx_slice value;
    for (guint i = 0; i < G_N_ELEMENTS(of_uri); i++) {
        if (sx_slice_param(uri->rest, of_uri[i], &value))
            return TRUE;
    }
    for (guint i = 0; i < G_N_ELEMENTS(of_contact); i++) {
        if (sx_slice_param(contact, of_contact[i], &value))
            return TRUE;
    }
    if (sx_slice_param(uri->rest, "transport", &value) && is_web_socket(value))
        return TRUE;
    return (!message->is_response || message->known_method == SX_METHOD_REGISTER) &&
           came_by_web_socket(message);
}

static gboolean is_lost_contact(const sx_message *message, sx_slice contact, sx_uri *uri) {
    return sx_uri_read(contact, uri) && sx_host_is_private(uri->host) &&
           !has_other_way(message, contact, uri);
}

/* Record-Routes of a message: the first is of the proxy next to the called side, the last of that next to the caller. */
typedef struct {
    guint n;
    sx_uri first, second, before_last, last;
} route_set;

static void read_routes(const sx_message *message, route_set *set) {
    sx_header_walk walk = {0};
    sx_slice element;
    sx_uri uri;
    set->n = 0;
    while (set->n < MAX_VALUES &&
           sx_message_next_element(message, SX_HDR_RECORD_ROUTE, &walk, &element)) {
        if (!sx_uri_read(element, &uri))
            continue;
        if (set->n == 0)
            set->first = uri;
        if (set->n == 1)
            set->second = uri;
        set->before_last = set->last;
        set->last = uri;
        set->n++;
    }
}

/* A proxy with two networks writes two Record-Routes, r2=on in both; its other side may be meant. */
static gboolean is_lost_route(const sx_uri *route, const sx_uri *other) {
    sx_slice value;
    return sx_host_is_private(route->host) &&
           !(other != NULL && sx_slice_param(route->rest, "r2", &value) &&
             !sx_host_is_private(other->host));
}

/* The Record-Route with which the receiver of the message begins; NULL if it can be reached, or is not known. */
static const sx_uri *find_lost_route(const sx_message *message, const route_set *set) {
    gboolean several = set->n > 1;
    if (set->n == 0)
        return NULL;
    if (!message->is_response)
        return is_lost_route(&set->first, several ? &set->second : NULL) ? &set->first : NULL;
    if (message->count[SX_HDR_VIA] != 1 || set->n >= MAX_VALUES)
        return NULL; /* more proxies before the caller, with Record-Routes of their own */
    return is_lost_route(&set->last, several ? &set->before_last : NULL) ? &set->last : NULL;
}

/* Whether responses go to another port than the request came from: no rport, and UDP. */
static gboolean has_lost_via(const sx_message *message, const sx_packet *packet, sx_via *via) {
    sx_slice value;
    if (packet->transport != SX_TRANSPORT_UDP || packet->source.port == 0)
        return FALSE;
    sx_slice element = sx_message_header(message, SX_HDR_VIA);
    sx_slice rest = element;
    sx_via_read(element, via); /* what follows a comma is behind the parameters */
    if (via->port == 0)
        via->port = 5060;
    return via->port != packet->source.port && sx_host_is_private(via->host) &&
           !is_web_socket(via->transport) && sx_slice_next_element(&rest, &element) &&
           !sx_slice_param(element, "rport", &value);
}

/* The address of the first c= line, read without the rest of the description; empty if there is none. */
static sx_slice first_connection(const sx_message *message) {
    static const char start[] = "c=IN IP";
    sx_slice rest = message->body;
    while (rest.len > sizeof start) {
        if (rest.p[0] == 'c' && memcmp(rest.p, start, sizeof start - 1) == 0) {
            sx_slice address = sx_slice_after(rest, sizeof start);
            const char *end = memchr(address.p, '\n', address.len);
            return sx_slice_trim((sx_slice){address.p, end ? (gsize)(end - address.p) : 0});
        }
        const char *line = memchr(rest.p, '\n', rest.len);
        if (line == NULL)
            break;
        rest.len -= (gsize)(line + 1 - rest.p);
        rest.p = line + 1;
    }
    return (sx_slice){rest.p, 0};
}

/* The m= line whose media gets lost; NULL if there is none. */
static const sx_sdp_media *find_lost_media(const sx_message *message, sx_sdp *sdp) {
    sx_slice body;
    if (!sx_body_find(message, "application/sdp", &body) || !sx_sdp_read(body, sdp))
        return NULL;
    for (guint i = 0; i < sdp->n_media; i++) {
        const sx_sdp_media *media = &sdp->media[i];
        if (media->port != 0 && media->level.direction != SX_SDP_INACTIVE &&
            media->level.direction != SX_SDP_SENDONLY && sx_sdp_is_call_media(media) &&
            !media->level.ice && !sx_sdp_is_black_hole(media) &&
            sx_host_is_private(media->level.address))
            return media;
    }
    return NULL;
}

static const char *text_of(const sx_uri *uri, sx_finding_builder *out) {
    return sx_detail_text(out, (sx_slice){uri->scheme.p, (gsize)(uri->rest.p - uri->scheme.p)});
}

/* Contact of INVITE and of its 2xx. A proxy with a Record-Route that is private itself reaches a private Contact. */
static gboolean add_dialog_contact(const sx_message *message, sx_finding_builder *out) {
    sx_header_walk walk = {0};
    sx_slice contact;
    sx_uri uri;
    route_set routes;
    if (!sx_uri_read(sx_message_header(message, SX_HDR_CONTACT), &uri) ||
        !sx_host_is_private(uri.host)) /* the usual case, at little cost */
        return FALSE;
    if (!sx_message_next_element(message, SX_HDR_CONTACT, &walk, &contact) ||
        !is_lost_contact(message, contact, &uri))
        return FALSE;
    read_routes(message, &routes);
    const sx_uri *proxy = message->is_response ? &routes.first : &routes.last;
    if (routes.n > 0 && sx_host_is_private(proxy->host))
        return FALSE;
    if (out == NULL)
        return TRUE;
    if (routes.n > 0)
        sx_ev_detail_address_contact_behind(out, text_of(&uri, out),
                                            sx_detail_text(out, proxy->host));
    else if (message->is_response)
        sx_ev_detail_address_contact_answer(out, text_of(&uri, out));
    else
        sx_ev_detail_address_contact_invite(out, text_of(&uri, out));
    return TRUE;
}

/* Contacts of REGISTER and of its 2xx. With Path calls go to the proxy that it names. */
static gboolean add_bound_contacts(const sx_message *message, sx_finding_builder *out) {
    sx_header_walk walk = {0};
    sx_slice contact;
    sx_uri uri;
    gboolean any = FALSE;
    if (sx_message_has(message, SX_HDR_PATH))
        return FALSE;
    for (guint n = 0;
         n < MAX_VALUES && sx_message_next_element(message, SX_HDR_CONTACT, &walk, &contact); n++) {
        if (!is_lost_contact(message, contact, &uri) || sx_contact_expires(message, contact) == 0)
            continue;
        any = TRUE;
        if (out == NULL)
            break;
        if (message->is_response)
            sx_ev_detail_address_contact_bound(out, text_of(&uri, out));
        else
            sx_ev_detail_address_contact_register(out, text_of(&uri, out));
    }
    return any;
}

static gboolean add_route(const sx_message *message, sx_finding_builder *out) {
    route_set routes;
    if (!sx_message_has(message, SX_HDR_RECORD_ROUTE))
        return FALSE;
    read_routes(message, &routes);
    const sx_uri *lost = find_lost_route(message, &routes);
    if (lost != NULL && out != NULL && message->is_response)
        sx_ev_detail_address_record_route_answer(out, text_of(lost, out));
    else if (lost != NULL && out != NULL)
        sx_ev_detail_address_record_route_invite(out, text_of(lost, out));
    return lost != NULL;
}

static gboolean add_via(const sx_message *message, const sx_packet *packet,
                        sx_finding_builder *out) {
    sx_via via;
    if (message->is_response || !has_lost_via(message, packet, &via))
        return FALSE;
    if (out != NULL)
        sx_ev_detail_address_via(out, sx_detail_text(out, via.sent_by), via.port,
                                 packet->source.port);
    return TRUE;
}

static gboolean add_media(const sx_message *message, sx_finding_builder *out) {
    sx_sdp sdp;
    if (!sx_host_is_private(first_connection(message)))
        return FALSE;
    const sx_sdp_media *media = find_lost_media(message, &sdp);
    if (media != NULL && out != NULL)
        sx_ev_detail_address_media(out, sx_detail_text(out, media->level.address),
                                   sx_detail_text(out, media->type), media->port);
    return media != NULL;
}

/* Adds the rows of a message, or, without `out`, finds out whether there are any. */
static gboolean add_all(const sx_message *message, const sx_packet *packet,
                        sx_finding_builder *out) {
    gboolean success = !message->is_response || (message->code >= 200 && message->code < 300);
    gboolean invite = message->known_method == SX_METHOD_INVITE;
    gboolean any = FALSE;
    if (!invite && message->known_method != SX_METHOD_REGISTER)
        return FALSE;
    if (success)
        any = invite ? add_dialog_contact(message, out) : add_bound_contacts(message, out);
    if (any && out == NULL)
        return TRUE;
    if (success && invite)
        any = add_route(message, out) || any;
    any = add_via(message, packet, out) || any;
    if (invite && (success || (message->code > 100 && message->code < 200)))
        any = add_media(message, out) || any;
    return any;
}

gboolean sx_detail_address_on_request(const sx_message *request, const sx_packet *packet) {
    return request->headers_complete && sx_ip_is_public(packet->source.ip, packet->source.ip_len) &&
           add_all(request, packet, NULL);
}

static const char *address_of(const sx_endpoint *end, sx_finding_builder *out) {
    char *text = sx_ip_text(end->ip, end->ip_len);
    const char *kept = sx_findings_text(out, (sx_slice){text, strlen(text)}, SX_DETAIL_TEXT);
    g_free(text);
    return kept;
}

void sx_detail_address(const sx_message *message, const sx_packet *packet,
                       sx_finding_builder *out) {
    const sx_endpoint *end = public_end(message, packet);
    if (end == NULL || !add_all(message, packet, NULL))
        return;
    if (end == &packet->source)
        sx_ev_detail_address_source(out, address_of(end, out));
    else
        sx_ev_detail_address_destination(out, address_of(end, out));
    add_all(message, packet, out);
}
