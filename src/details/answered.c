/* SPDX-License-Identifier: GPL-2.0-or-later
 * Row of who made a response.
 */
#include "diagnose/answered.h"

#include "details/details.h"
#include "evidence.h"
#include "labels.h"

typedef void (*who_row)(sx_finding_builder *out, sx_word who);
typedef void (*who_passed_on_row)(sx_finding_builder *out, sx_word who, guint32 relayed_frame);

/* In English the words are what users filter by: they stay. */
static const struct {
    sx_word who;
    who_row row; /* NULL: passed on */
    who_passed_on_row passed_on;
} rows[] = {
    [SX_ANSWERED_UNKNOWN] = {SX_LABEL_PARTIES_UNKNOWN, sx_ev_detail_answered_unknown},
    [SX_ANSWERED_CALLEE_SUCCESS] = {SX_LABEL_PARTIES_CALLEE, sx_ev_detail_answered_success},
    [SX_ANSWERED_CALLEE_TAG] = {SX_LABEL_PARTIES_CALLEE, sx_ev_detail_answered_tag},
    [SX_ANSWERED_CALLEE_WARNING] = {SX_LABEL_PARTIES_CALLEE, sx_ev_detail_answered_warning},
    [SX_ANSWERED_CALLEE_PRODUCT] = {SX_LABEL_PARTIES_CALLEE, sx_ev_detail_answered_product},
    [SX_ANSWERED_PROXY_MODULE] = {SX_LABEL_PARTIES_PROXY, sx_ev_detail_answered_module},
    [SX_ANSWERED_PROXY_NOISY] = {SX_LABEL_PARTIES_PROXY, sx_ev_detail_answered_noisy},
    [SX_ANSWERED_PROXY_CHALLENGE] = {SX_LABEL_PARTIES_PROXY, sx_ev_detail_answered_challenge},
    [SX_ANSWERED_PROXY_HOPS] = {SX_LABEL_PARTIES_PROXY, sx_ev_detail_answered_hops},
    [SX_ANSWERED_PROXY_TIMEOUT] = {SX_LABEL_PARTIES_PROXY, sx_ev_detail_answered_timeout},
    [SX_ANSWERED_PROXY_AT_ONCE] = {SX_LABEL_PARTIES_PROXY, sx_ev_detail_answered_at_once},
    [SX_ANSWERED_OWN_OPEN] = {SX_LABEL_PARTIES_OWN_SIDE, sx_ev_detail_answered_open},
    [SX_ANSWERED_OWN_OTHER_CODE] = {SX_LABEL_PARTIES_OWN_SIDE, sx_ev_detail_answered_other_code},
    [SX_ANSWERED_OWN_NOT_SENT_ON] = {SX_LABEL_PARTIES_OWN_SIDE, sx_ev_detail_answered_not_sent_on},
    [SX_ANSWERED_RELAYED_CALLEE] = {SX_LABEL_PARTIES_CALLEE, NULL,
                                    sx_ev_detail_answered_passed_on_callee},
    [SX_ANSWERED_RELAYED_PROXY] = {SX_LABEL_PARTIES_PROXY, NULL, sx_ev_detail_answered_passed_on},
    [SX_ANSWERED_RELAYED_OWN] = {SX_LABEL_PARTIES_OWN_SIDE, NULL, sx_ev_detail_answered_passed_on},
    [SX_ANSWERED_RELAYED_UNKNOWN] = {SX_LABEL_PARTIES_UNKNOWN, NULL,
                                     sx_ev_detail_answered_passed_on_unknown},
};

void sx_detail_answered(const sx_annotation *annotation, sx_finding_builder *out) {
    guint answered = annotation->answered_by;
    if (answered == SX_ANSWERED_UNSAID || answered >= G_N_ELEMENTS(rows))
        return;
    sx_word who = rows[answered].who;
    if (rows[answered].row != NULL)
        rows[answered].row(out, who);
    else
        rows[answered].passed_on(out, who, annotation->relayed_from);
}
