/* SPDX-License-Identifier: GPL-2.0-or-later
 * Rows of the Reason header, every value of it, and of Asterisk's own headers for the ISDN cause.
 */
#include "wire/reason.h"

#include "details/details.h"
#include "details/q850.h"
#include "details/vendor_match.h"
#include "evidence.h"

#define MAX_REASONS 16 /* values shown of one message */

/* Location of Q.850 as a number (3GPP) or as a token of RFC 8606 section 4; 16 if it is neither. */
static guint location_of(sx_slice text) {
    static const char *const tokens[] = {"U",     "LPN",  "LN",    "TN",    "RLN", "RPN",
                                         "LOC-6", "INTL", "LOC-8", "LOC-9", "BI"};
    guint digits;
    guint32 number = sx_slice_number(text, &digits);
    if (digits > 0)
        return MIN(number, 16);
    for (guint i = 0; i < G_N_ELEMENTS(tokens); i++) {
        if (sx_slice_is(text, tokens[i]))
            return i;
    }
    return 16;
}

static void add_q850(const sx_reason *reason, sx_finding_builder *out) {
    guint cause = (guint)reason->cause;
    sx_word name = sx_reason_meaning(reason);
    sx_word location = sx_knowledge_value(SX_VALUES_Q850_LOCATION, location_of(reason->location));
    if (name != 0)
        sx_ev_detail_reason_q850(out, cause, name);
    else
        sx_ev_detail_reason_q850_unknown(out, cause);
    if (reason->location.len > 0 && location != 0)
        sx_ev_detail_reason_q850_location(out, location);
    else if (reason->location.len > 0)
        sx_ev_detail_reason_q850_location_other(out, sx_detail_text(out, reason->location));
}

static void add_sip(const sx_message *message, const sx_reason *reason, sx_finding_builder *out) {
    guint cause = (guint)reason->cause;
    const sx_vendor_row *own = sx_vendor_own_cause(message, reason);
    if (own != NULL)
        sx_ev_detail_reason_own(out, cause, sx_vendor_of(own)->name);
    else if (cause == 200 && sx_slice_is_exactly(message->method, "CANCEL"))
        sx_ev_detail_reason_sip_elsewhere(out, cause);
    else if (sx_reason_meaning(reason) != 0)
        sx_ev_detail_reason_sip(out, cause, sx_reason_meaning(reason));
    else
        sx_ev_detail_reason_sip_unknown(out, cause);
}

static void add_other(const sx_reason *reason, sx_finding_builder *out) {
    const char *protocol = sx_detail_text(out, reason->protocol);
    sx_word meaning = sx_reason_meaning(reason);
    if (meaning != 0)
        sx_ev_detail_reason_named(out, protocol, (guint)reason->cause, meaning);
    else
        sx_ev_detail_reason_other(out, protocol, (guint)reason->cause);
}

static void add_reason(const sx_message *message, const sx_reason *reason,
                       sx_finding_builder *out) {
    if (reason->cause < 0)
        sx_ev_detail_reason_no_cause(out, sx_detail_text(out, reason->protocol));
    else if (sx_slice_is(reason->protocol, "Q.850"))
        add_q850(reason, out);
    else if (sx_slice_is(reason->protocol, "SIP"))
        add_sip(message, reason, out);
    else
        add_other(reason, out);
    if (reason->text.len > 0)
        sx_ev_detail_reason_text(out, sx_detail_quoted(out, reason->text));
}

static void add_asterisk(const sx_message *message, sx_finding_builder *out) {
    sx_slice text = sx_message_header(message, SX_HDR_X_ASTERISK_HANGUPCAUSE);
    guint32 cause = 0;
    gboolean has_code =
        sx_detail_number(sx_message_header(message, SX_HDR_X_ASTERISK_HANGUPCAUSECODE), &cause);
    sx_word name = sx_q850_name(cause);
    gboolean said = has_code && sx_reason_has(message, "Q.850", (gint)MIN(cause, G_MAXINT));
    if (text.len > 0)
        sx_ev_detail_reason_hangup(out, sx_detail_text(out, text));
    if (said)
        return; /* Reason has the same cause */
    if (has_code && name != 0)
        sx_ev_detail_reason_hangup_code(out, cause, name);
    else if (has_code)
        sx_ev_detail_reason_hangup_code_unknown(out, cause);
}

void sx_detail_reason(const sx_message *message, sx_finding_builder *out) {
    sx_header_walk walk = {0};
    sx_reason reason;
    for (guint n = 0; n < MAX_REASONS && sx_reason_next(message, &walk, &reason); n++)
        add_reason(message, &reason, out);
    add_asterisk(message, out);
}
