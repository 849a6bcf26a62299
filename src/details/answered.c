/* SPDX-License-Identifier: GPL-2.0-or-later
 * Row of who made a response.
 */
#include "diagnose/answered.h"

#include "details/details.h"
#include "evidence.h"

typedef void (*who_row)(sx_finding_builder *out, const char *who);

/* The words are what users filter by: they stay. */
static const struct {
    const char *who;
    who_row row; /* NULL: passed on */
} rows[] = {
    [SX_ANSWERED_UNKNOWN] = {"unknown", sx_ev_detail_answered_unknown},
    [SX_ANSWERED_CALLEE_SUCCESS] = {"callee", sx_ev_detail_answered_success},
    [SX_ANSWERED_CALLEE_TAG] = {"callee", sx_ev_detail_answered_tag},
    [SX_ANSWERED_CALLEE_WARNING] = {"callee", sx_ev_detail_answered_warning},
    [SX_ANSWERED_CALLEE_PRODUCT] = {"callee", sx_ev_detail_answered_product},
    [SX_ANSWERED_PROXY_MODULE] = {"proxy", sx_ev_detail_answered_module},
    [SX_ANSWERED_PROXY_NOISY] = {"proxy", sx_ev_detail_answered_noisy},
    [SX_ANSWERED_PROXY_CHALLENGE] = {"proxy", sx_ev_detail_answered_challenge},
    [SX_ANSWERED_PROXY_HOPS] = {"proxy", sx_ev_detail_answered_hops},
    [SX_ANSWERED_PROXY_TIMEOUT] = {"proxy", sx_ev_detail_answered_timeout},
    [SX_ANSWERED_PROXY_AT_ONCE] = {"proxy", sx_ev_detail_answered_at_once},
    [SX_ANSWERED_OWN_OPEN] = {"own-side", sx_ev_detail_answered_open},
    [SX_ANSWERED_OWN_OTHER_CODE] = {"own-side", sx_ev_detail_answered_other_code},
    [SX_ANSWERED_OWN_NOT_SENT_ON] = {"own-side", sx_ev_detail_answered_not_sent_on},
    [SX_ANSWERED_RELAYED_CALLEE] = {"callee", NULL},
    [SX_ANSWERED_RELAYED_PROXY] = {"proxy", NULL},
    [SX_ANSWERED_RELAYED_OWN] = {"own-side", NULL},
    [SX_ANSWERED_RELAYED_UNKNOWN] = {"unknown", NULL},
};

void sx_detail_answered(const sx_annotation *annotation, sx_finding_builder *out) {
    guint answered = annotation->answered_by;
    if (answered == SX_ANSWERED_UNSAID || answered >= G_N_ELEMENTS(rows))
        return;
    const char *who = rows[answered].who;
    if (rows[answered].row != NULL)
        rows[answered].row(out, who);
    else
        sx_ev_detail_answered_passed_on(out, who, annotation->relayed_from);
}
