/* SPDX-License-Identifier: GPL-2.0-or-later
 * Expert items by verdict and severity.
 */
#include "expert_items.h"

#include <epan/expert.h>

#include "preferences.h"

#define N_SEVERITIES 4 /* chat, note, warn, error */

static const int severities[N_SEVERITIES] = {PI_CHAT, PI_NOTE, PI_WARN, PI_ERROR};
static expert_field items[SX_N_VERDICTS][N_SEVERITIES];

int sx_expert_usual_severity(sx_verdict verdict) {
    switch (verdict) {
    case SX_VERDICT_FAILURE: return PI_NOTE;
    case SX_VERDICT_ANOMALY:
    case SX_VERDICT_VIOLATION: return PI_WARN;
    default: return PI_CHAT;
    }
}

void sx_expert_register(int proto) {
    static const char *const summaries[SX_N_VERDICTS] = {
        [SX_VERDICT_NORMAL] = "SIP: an expected step",
        [SX_VERDICT_BENIGN] = "SIP: looks like an error, nothing is wrong",
        [SX_VERDICT_USER_ACTION] = "SIP: a person or a device decided",
        [SX_VERDICT_FAILURE] = "SIP: the request failed",
        [SX_VERDICT_ANOMALY] = "SIP: order or timing is not as it should be",
        [SX_VERDICT_VIOLATION] = "SIP: breaks a rule of its RFC",
    };
    static ei_register_info registrations[SX_N_VERDICTS * N_SEVERITIES];
    guint n = 0;
    for (guint verdict = 0; verdict < SX_N_VERDICTS; verdict++) {
        for (guint i = 0; i < N_SEVERITIES; i++) {
            items[verdict][i] = (expert_field)EI_INIT;
            registrations[n].ids = &items[verdict][i];
            registrations[n].eiinfo = (expert_field_info){
                .name = wmem_strdup_printf(wmem_epan_scope(), "sipexplain.expert.%s",
                                           sx_verdict_name((sx_verdict)verdict)),
                .group = PI_RESPONSE_CODE,
                .severity = severities[i],
                .summary = summaries[verdict],
                EXPFILL};
            n++;
        }
    }
    expert_register_field_array(expert_register_protocol(proto), registrations, (int)n);
}

void sx_expert_add(packet_info *pinfo, proto_item *item, sx_verdict verdict, int severity,
                   const char *text) {
    if (severity < sx_prefs.lowest_severity)
        return;
    for (guint i = 0; i < N_SEVERITIES; i++) {
        if (severities[i] == severity)
            expert_add_info_format(pinfo, item, &items[verdict][i], "%s", text);
    }
}
