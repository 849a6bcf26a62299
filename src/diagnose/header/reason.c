/* SPDX-License-Identifier: GPL-2.0-or-later
 * A Q.850 cause that does not go with the status code (RFC 3398, RFC 6432).
 */
#include "details/q850.h"
#include "diagnose/context.h"
#include "evidence.h"
#include "rules.h"

/* The codes that go with the cause; with 31, which says nothing, many do. */
static void add_expected(const sx_context *context, guint cause) {
    if (cause == 31) {
        sx_ev_header_reason_mismatch_expected_31(context->out, cause);
        return;
    }
    char *codes = sx_q850_codes(cause);
    sx_ev_header_reason_mismatch_expected(context->out, cause, codes);
    g_free(codes);
}

/* Which of the two an ISDN gateway goes by: RFC 3398 knows the code only, RFC 6432 leaves Reason to its receiver. */
static void add_gateway(const sx_context *context, guint code, guint cause) {
    guint mapped = sx_q850_of_code(code);
    if (mapped != 0)
        sx_ev_header_reason_mismatch_by_code(context->out, mapped, sx_q850_name(mapped));
    else
        sx_ev_header_reason_mismatch_by_no_code(context->out, code);
    if (sx_reason_has(context->message, "Q.850", (gint)cause))
        sx_ev_header_reason_mismatch_by_reason(context->out, cause);
    else
        sx_ev_header_reason_mismatch_by_asterisk(context->out);
}

gboolean sx_rule_header_reason_mismatch(sx_context *context) {
    guint code = context->message->code;
    gint cause = sx_reason_q850(context->message);
    if (cause < 0 || sx_q850_fits((guint)cause, code))
        return FALSE;
    sx_ev_header_reason_mismatch_headline(context->out, code, (guint64)cause);
    add_expected(context, (guint)cause);
    add_gateway(context, code, (guint)cause);
    if (context->seen.relayed_from != NULL)
        context->severity = SX_SEVERITY_CHAT;
    return TRUE;
}
