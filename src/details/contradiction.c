/* SPDX-License-Identifier: GPL-2.0-or-later
 * Rows of causes in one message that contradict each other. A status code against a cause is a diagnosis of its own,
 * header.reason-mismatch.
 */
#include "details/details.h"
#include "details/q850.h"
#include "details/vendor_match.h"
#include "evidence.h"

#define MAX_REASONS 16 /* values looked at in one message */

/* What the Reason headers say; -1: nothing. */
typedef struct {
    gint cause;       /* first Q.850 value */
    gint other_cause; /* first one that differs from it */
    gint code;        /* first SIP value that is a failure */
} told;

static told read_reasons(const sx_message *message) {
    told all = {-1, -1, -1};
    sx_header_walk walk = {0};
    sx_reason reason;
    for (guint n = 0; n < MAX_REASONS && sx_reason_next(message, &walk, &reason); n++) {
        if (reason.cause < 0)
            continue;
        if (sx_slice_is(reason.protocol, "Q.850")) {
            if (all.cause < 0)
                all.cause = reason.cause;
            else if (all.other_cause < 0 && reason.cause != all.cause)
                all.other_cause = reason.cause;
        } else if (all.code < 0 && reason.cause >= 300 && reason.cause < 700 &&
                   sx_slice_is(reason.protocol, "SIP") &&
                   sx_vendor_own_cause(message, &reason) == NULL) {
            all.code = reason.cause;
        }
    }
    return all;
}

static gboolean contradicts_asterisk(const sx_message *message, guint cause, guint32 *code) {
    guint digits;
    *code = sx_slice_number(sx_message_header(message, SX_HDR_X_ASTERISK_HANGUPCAUSECODE), &digits);
    return digits > 0 && *code != 0 && *code != cause; /* 0: Asterisk had no cause */
}

void sx_detail_contradiction(const sx_message *message, sx_finding_builder *out) {
    told all = read_reasons(message);
    gboolean any = all.other_cause >= 0;
    guint32 asterisk;
    if (all.cause < 0)
        return;
    guint cause = (guint)all.cause;
    if (any)
        sx_ev_detail_contradiction_two_causes(out, cause, (guint)all.other_cause);
    if (all.code >= 0 && !sx_q850_fits(cause, (guint)all.code)) {
        sx_ev_detail_contradiction_sip(out, (guint)all.code, cause);
        any = TRUE;
    }
    if (contradicts_asterisk(message, cause, &asterisk)) {
        sx_ev_detail_contradiction_asterisk(out, asterisk, cause);
        any = TRUE;
    }
    if (any && !message->is_response && all.other_cause < 0)
        sx_ev_detail_contradiction_gateway(out, cause);
}
