/* SPDX-License-Identifier: GPL-2.0-or-later
 * Expert items by diagnosis and severity.
 */
#include "expert_items.h"

#include <epan/expert.h>

#include "preferences.h"

#define N_SEVERITIES 4 /* chat, note, warn, error */

static const int severities[N_SEVERITIES] = {
    [SX_SEVERITY_CHAT] = PI_CHAT,
    [SX_SEVERITY_NOTE] = PI_NOTE,
    [SX_SEVERITY_WARN] = PI_WARN,
    [SX_SEVERITY_ERROR] = PI_ERROR,
};
static expert_field *items; /* N_SEVERITIES for each diagnosis */
static int hf_verdicts[SX_N_VERDICTS];

int sx_expert_severity(sx_severity severity) {
    return severities[severity];
}

static void register_verdicts(int proto) {
    static hf_register_info fields[SX_N_VERDICTS];
    for (guint i = 0; i < SX_N_VERDICTS; i++) {
        hf_verdicts[i] = -1;
        fields[i] = (hf_register_info){
            &hf_verdicts[i],
            {"Verdict of the expert item",
             wmem_strdup_printf(wmem_epan_scope(), "sipexplain.expert.%s",
                                sx_verdict_name((sx_verdict)i)),
             FT_NONE, BASE_NONE, NULL, 0x0, "Use sipexplain.verdict instead", HFILL}};
    }
    proto_register_field_array(proto, fields, SX_N_VERDICTS);
}

void sx_expert_register(int proto) {
    guint n = sx_n_diagnoses();
    ei_register_info *registrations = g_new0(ei_register_info, n * N_SEVERITIES);
    items = g_new(expert_field, n * N_SEVERITIES);
    guint n_registered = 0;
    for (guint i = 0; i < n * N_SEVERITIES; i++) {
        const char *id = sx_notice_id_of(i / N_SEVERITIES);
        items[i] = (expert_field)EI_INIT;
        if (id == NULL)
            continue;
        registrations[n_registered].ids = &items[i];
        registrations[n_registered++].eiinfo = (expert_field_info){
            .name = wmem_strdup_printf(wmem_epan_scope(), "sipexplain.expert.%s", id),
            .group = PI_RESPONSE_CODE,
            .severity = severities[i % N_SEVERITIES],
            .summary = sx_notice_title_of(i / N_SEVERITIES, sx_language_of_system()),
            EXPFILL};
    }
    expert_register_field_array(expert_register_protocol(proto), registrations, (int)n_registered);
    register_verdicts(proto);
}

gboolean sx_expert_add(packet_info *pinfo, proto_item *item, const sx_notice *notice) {
    if (severities[notice->severity] < sx_prefs.lowest_severity)
        return FALSE;
    expert_field *field = &items[notice->diagnosis * N_SEVERITIES + notice->severity];
    /* The same text for all of a diagnosis: only so are they one group. It was registered in the system's language. */
    if (sx_preferences_language() == sx_language_of_system())
        expert_add_info(pinfo, item, field);
    else
        expert_add_info_format(pinfo, item, field, "%s",
                               sx_notice_title_of(notice->diagnosis, sx_preferences_language()));
    return TRUE;
}

void sx_expert_hide_verdict(proto_tree *tree, tvbuff_t *tvb, sx_verdict verdict) {
    proto_item_set_hidden(proto_tree_add_item(tree, hf_verdicts[verdict], tvb, 0, 0, ENC_NA));
}
