/* SPDX-License-Identifier: GPL-2.0-or-later
 * The post-dissector: frames in, annotations out.
 */
#include "details/details.h"
#include "evidence.h"
#include "expert_items.h"
#include "fields.h"
#include "frame_messages.h"
#include "preferences.h"
#include "show.h"
#include "show_details.h"
#include "sipexplain.h"
#include "ws_compat.h"

WS_DLL_PUBLIC_DEF const char plugin_version[] = SX_VERSION;
WS_DLL_PUBLIC_DEF const int plugin_want_major = WIRESHARK_VERSION_MAJOR;
WS_DLL_PUBLIC_DEF const int plugin_want_minor = WIRESHARK_VERSION_MINOR;

WS_DLL_PUBLIC void plugin_register(void);
#ifdef SX_HAVE_PLUGIN_DESCRIBE
WS_DLL_PUBLIC guint32 plugin_describe(void);
#endif

static int proto_sipexplain = -1;
static dissector_handle_t sipexplain_handle;
static sx_explainer *explainer; /* of the capture file that is open */

static void feed_message(const sx_message *message, const sx_packet *packet, void *user _U_) {
    sx_explainer_feed(explainer, message, packet);
}

static void show_alone(const sx_message *message, const sx_packet *packet, void *user) {
    sx_annotation annotation;
    sx_stage stage = *(const sx_stage *)user;
    if (!sx_explain_alone(explainer, message, packet, &annotation))
        return;
    sx_finding_builder *rows = sx_findings_new();
    sx_details_read(message, packet, rows);
    sx_findings_keep(rows, SX_DIAG_NONE, SX_SEVERITY_CHAT);
    stage.rows = rows;
    sx_show(&stage, &annotation, 0);
    sx_findings_free(rows);
}

static int dissect_sipexplain(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data _U_) {
    sx_stage stage = {explainer, tvb, pinfo, tree, NULL};
    guint count;
    if (!pinfo->fd->visited && sx_explainer_is_last(explainer, pinfo->num)) {
        /* A read filter dropped the frame that had this number. */
        sx_explainer_retract_frame(explainer, pinfo->num);
    }
    gboolean fed = !sx_explainer_is_past(explainer, pinfo->num) &&
                   sx_frame_messages(pinfo, tree, feed_message, NULL);
    if (fed)
        sx_explainer_close_frame(explainer, pinfo->num);
    gboolean wanted = sx_show_is_wanted(&stage);
    if (!wanted && (pinfo->fd->visited || !fed))
        return 0;
    const sx_annotation *annotations = sx_explainer_frame(explainer, pinfo->num, &count);
    sx_finding_builder *rows = NULL;
    if (wanted && count > 0 && tree != NULL)
        stage.rows = rows = sx_details_of_frame(&stage, annotations, count);
    for (guint i = 0; i < count; i++) {
        if (wanted || sx_show_lights_lamp(explainer, &annotations[i]))
            sx_show(&stage, &annotations[i], i);
    }
    sx_findings_free(rows);
    if (!wanted)
        return 0;
    if (count == 0 && !sx_explainer_knows_frame(explainer, pinfo->num))
        sx_frame_messages(pinfo, tree, show_alone, &stage); /* met after later ones: no context */
    else if (count == 0)
        sx_show_later(&stage);
    return 0; /* nothing dissected: frame.protocols stays as it was */
}

static void apply_preferences(void) {
    GArray *wanted = NULL;
    int sip = proto_get_id_by_filter_name("sip");
    if (sx_prefs.look_ahead && sip > 0) {
        wanted = g_array_new(FALSE, FALSE, sizeof(int));
        g_array_append_val(wanted, sip);
    }
    set_postdissector_wanted_hfids(sipexplain_handle, wanted);
}

static void open_file(void) {
    explainer = sx_explainer_new(sx_prefs.diagnose);
    sx_show_open(proto_sipexplain);
    apply_preferences(); /* sharkd sets preferences without telling */
}

static void close_file(void) {
    sx_explainer_free(explainer);
    explainer = NULL;
}

static void proto_register_sipexplain(void) {
    proto_sipexplain = proto_register_protocol("SIP Explain", "SIP Explain", "sipexplain");
    sipexplain_handle = create_dissector_handle(dissect_sipexplain, proto_sipexplain);
    sx_fields_register(proto_sipexplain);
    sx_details_register(proto_sipexplain);
    sx_expert_register(proto_sipexplain);
    sx_preferences_register(proto_sipexplain, apply_preferences);
    register_init_routine(open_file);
    register_cleanup_routine(close_file);
    register_postdissector(sipexplain_handle);
}

static void proto_reg_handoff_sipexplain(void) {
    sx_frame_messages_init();
}

void plugin_register(void) {
    static proto_plugin plugin = {proto_register_sipexplain, proto_reg_handoff_sipexplain};
    proto_register_plugin(&plugin);
}

#ifdef SX_HAVE_PLUGIN_DESCRIBE
guint32 plugin_describe(void) {
    return WS_PLUGIN_DESC_DISSECTOR;
}
#endif
