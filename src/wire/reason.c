/* SPDX-License-Identifier: GPL-2.0-or-later
 * Reason headers (RFC 3326), every value of them.
 */
#include "wire/reason.h"

#include <string.h>

#include "evidence.h"
#include "knowledge/knowledge.h"
#include "knowledge/values.h"

static gint read_cause(sx_slice text) {
    guint digits;
    guint32 cause = sx_slice_number(text, &digits);
    return digits > 0 && cause <= 65535 ? (gint)cause : -1;
}

gboolean sx_reason_next(const sx_message *message, sx_header_walk *walk, sx_reason *reason) {
    sx_slice element;
    sx_slice value;
    while (sx_message_next_element(message, SX_HDR_REASON, walk, &element)) {
        const char *semicolon = memchr(element.p, ';', element.len);
        gsize len = semicolon ? (gsize)(semicolon - element.p) : element.len;
        reason->protocol = sx_slice_trim((sx_slice){element.p, len});
        if (reason->protocol.len == 0)
            continue;
        reason->cause = sx_slice_param(element, "cause", &value) ? read_cause(value) : -1;
        if (!sx_slice_param(element, "text", &reason->text))
            reason->text = (sx_slice){element.p, 0};
        if (!sx_slice_param(element, "location", &reason->location))
            reason->location = (sx_slice){element.p, 0};
        return TRUE;
    }
    return FALSE;
}

/* Protocols with a list of causes of their own. */
static const struct {
    const char *protocol;
    guint values;
} lists[] = {
    {"Q.850", SX_VALUES_Q850_CAUSE},
    {"STIR", SX_VALUES_REASON_STIR},
    {"Preemption", SX_VALUES_REASON_PREEMPTION},
    {"RELEASE_CAUSE", SX_VALUES_REASON_RELEASE_CAUSE},
    {"FAILURE_CAUSE", SX_VALUES_REASON_FAILURE_CAUSE},
    {"EMM", SX_VALUES_REASON_EMM},
    {"ESM", SX_VALUES_REASON_ESM},
    {"5GMM", SX_VALUES_REASON_5GMM},
    {"5GSM", SX_VALUES_REASON_5GSM},
};

sx_word sx_reason_meaning(const sx_reason *reason) {
    if (reason->cause < 0)
        return 0;
    if (reason->cause >= 100 && reason->cause < 700 && sx_slice_is(reason->protocol, "SIP"))
        return sx_knowledge_code((guint)reason->cause)->name;
    for (guint i = 0; i < G_N_ELEMENTS(lists); i++) {
        if (sx_slice_is(reason->protocol, lists[i].protocol))
            return sx_knowledge_value(lists[i].values, (guint32)reason->cause);
    }
    return 0;
}

/* The cause of the first Reason of Q.850; -1: none. */
static gint cause_in_reason(const sx_message *message) {
    sx_header_walk walk = {0};
    sx_reason reason;
    while (sx_reason_next(message, &walk, &reason)) {
        if (sx_slice_is(reason.protocol, "Q.850") && reason.cause >= 0)
            return reason.cause;
    }
    return -1;
}

gint sx_reason_q850(const sx_message *message) {
    gint cause = cause_in_reason(message);
    return cause >= 0 ? cause
                      : read_cause(sx_message_header(message, SX_HDR_X_ASTERISK_HANGUPCAUSECODE));
}

const char *sx_reason_q850_header(const sx_message *message) {
    return cause_in_reason(message) >= 0 ? "Reason" : "X-Asterisk-HangupCauseCode";
}

gboolean sx_reason_has(const sx_message *message, const char *protocol, gint cause) {
    sx_header_walk walk = {0};
    sx_reason reason;
    while (sx_reason_next(message, &walk, &reason)) {
        if (sx_slice_is(reason.protocol, protocol) && reason.cause == cause)
            return TRUE;
    }
    return FALSE;
}
