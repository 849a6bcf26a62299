/* SPDX-License-Identifier: GPL-2.0-or-later
 * Works out the situation of a message.
 */
#include "explanation/situation.h"

#include <string.h>

#include "knowledge_ids.h"
#include "wire/method.h"
#include "wire/packet.h"
#include "wire/reason.h"
#include "wire/uri.h"
#include "wire/via.h"

#define LONG_RING (10 * SX_SECOND)
#define AT_ONCE SX_SECOND
#define LEAST_DIGITS 3 /* of a telephone number */

static void tell(sx_situation *situation, guint id, gboolean is_so) {
    situation->known |= 1u << id;
    if (is_so)
        situation->bits |= 1u << id;
}

/* What is known of the request that a response answers. */
static void tell_request(sx_situation *s, const sx_annotation *a) {
    tell(s, SX_SITUATION_CREDENTIALS, (a->request & SX_REQUEST_CREDENTIALS) != 0);
    tell(s, SX_SITUATION_CHALLENGED, (a->request & SX_REQUEST_CHALLENGED) != 0);
    tell(s, SX_SITUATION_IN_DIALOG, (a->request & SX_REQUEST_IN_DIALOG) != 0);
    tell(s, SX_SITUATION_MISROUTED, (a->request & SX_REQUEST_MISROUTED) != 0);
    tell(s, SX_SITUATION_SDP, (a->request & SX_REQUEST_SDP) != 0);
    tell(s, SX_SITUATION_MULTIPART, (a->request & SX_REQUEST_MULTIPART) != 0);
    tell(s, SX_SITUATION_REMOVES, (a->request & SX_REQUEST_REMOVES) != 0);
    tell(s, SX_SITUATION_ASKS, (a->request & SX_REQUEST_ASKS) != 0);
    gboolean rang = (a->request & SX_REQUEST_RANG) != 0;
    tell(s, SX_SITUATION_RANG, rang);
    tell(s, SX_SITUATION_ALERTED, (a->request & SX_REQUEST_ALERTED) != 0);
    if (!rang || a->ring_time != SX_NO_TIME)
        tell(s, SX_SITUATION_RANG_LONG, rang && a->ring_time >= LONG_RING);
    if (rang || a->answer_time != SX_NO_TIME || a->request_frame == 0)
        tell(s, SX_SITUATION_AT_ONCE,
             !rang && a->answer_time != SX_NO_TIME && a->answer_time < AT_ONCE && a->copy_of == 0);
}

static void tell_code_and_method(sx_situation *s, const sx_annotation *a) {
    const char *method = sx_annotation_text_method(a);
    s->code = a->code;
    tell(s, SX_SITUATION_CODE, a->kind != SX_REQUEST);
    if (method == NULL)
        return;
    s->method = (guint16)sx_method_lookup((sx_slice){method, strlen(method)});
    tell(s, SX_SITUATION_METHOD, s->method != SX_METHOD_OTHER);
}

sx_situation sx_situation_of(const sx_annotation *annotation) {
    sx_situation situation = {0};
    tell_code_and_method(&situation, annotation);
    if (annotation->kind == SX_RESPONSE) {
        tell(&situation, SX_SITUATION_ORPHAN, annotation->request_frame == 0);
        tell(&situation, SX_SITUATION_RELAYED, annotation->relayed_from != 0);
    }
    if (annotation->request_frame != 0 || annotation->kind == SX_REQUEST)
        tell_request(&situation, annotation);
    return situation;
}

/* A called user of digits, or behind tel:; letters make it a name. */
static gboolean is_number(const sx_uri *uri) {
    guint digits = 0;
    for (gsize i = 0; i < uri->user.len; i++) {
        char c = uri->user.p[i];
        if (g_ascii_isdigit(c))
            digits++;
        else if (c == ';')
            break;
        else if (strchr("+*#-.()", c) == NULL)
            return FALSE;
    }
    return digits >= LEAST_DIGITS;
}

static void tell_transport(sx_situation *s, const sx_message *message) {
    sx_header_walk walk = {0};
    sx_slice via;
    if (!sx_message_next_element(message, SX_HDR_VIA, &walk, &via))
        return;
    sx_via read;
    sx_via_read(via, &read);
    sx_slice transport = read.transport;
    tell(s, SX_SITUATION_UDP, sx_slice_is(transport, "UDP"));
    tell(s, SX_SITUATION_TCP, sx_slice_is(transport, "TCP"));
    tell(s, SX_SITUATION_TLS, sx_slice_is(transport, "TLS"));
    tell(s, SX_SITUATION_WS, sx_slice_is(transport, "WS") || sx_slice_is(transport, "WSS"));
}

/* The code of the first Warning that is no debug output of a SER-type proxy; 0: none. */
static guint16 warning_of(const sx_message *message) {
    sx_header_walk walk = {0};
    sx_slice warning;
    while (sx_message_next_element(message, SX_HDR_WARNING, &walk, &warning)) {
        guint digits;
        guint32 code = sx_slice_number(warning, &digits);
        if (digits == 3 && code != 392)
            return (guint16)code;
    }
    return 0;
}

sx_situation sx_situation_read(const sx_annotation *annotation, const sx_message *message) {
    sx_situation situation = sx_situation_of(annotation);
    sx_uri uri;
    if (!message->headers_complete)
        return situation;
    gint cause = sx_reason_q850(message);
    situation.q850 = (guint16)MAX(cause, 0);
    situation.warning = warning_of(message);
    tell(&situation, SX_SITUATION_REASON, sx_message_has(message, SX_HDR_REASON));
    tell(&situation, SX_SITUATION_Q850, cause > 0);
    tell(&situation, SX_SITUATION_WARNING, situation.warning != 0);
    tell(&situation, SX_SITUATION_RETRY_AFTER, sx_message_has(message, SX_HDR_RETRY_AFTER));
    tell_transport(&situation, message);
    if (sx_uri_read(sx_message_header(message, SX_HDR_TO), &uri)) {
        gboolean number = is_number(&uri);
        tell(&situation, SX_SITUATION_NUMBER, number);
        tell(&situation, SX_SITUATION_NAME, !number && uri.user.len > 0);
    }
    return situation;
}
