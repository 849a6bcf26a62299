/* SPDX-License-Identifier: GPL-2.0-or-later
 * The post-dissector: frames in, annotations out.
 */
#include <stdio.h>

#include "backlog.h"
#include "call_filter.h"
#include "expert_items.h"
#include "fields.h"
#include "frame_messages.h"
#include "gui.h"
#include "hep.h"
#include "hep_inner.h"
#include "preferences.h"
#include "reports.h"
#include "show.h"
#include "sipexplain.h"
#include "statistics.h"
#include "ws_compat.h"

WS_DLL_PUBLIC_DEF const char plugin_version[] = SX_VERSION;
WS_DLL_PUBLIC_DEF const int plugin_want_major = WIRESHARK_VERSION_MAJOR;
WS_DLL_PUBLIC_DEF const int plugin_want_minor = WIRESHARK_VERSION_MINOR;

WS_DLL_PUBLIC void plugin_register(void);
#ifdef SX_HAVE_PLUGIN_DESCRIBE
WS_DLL_PUBLIC guint32 plugin_describe(void);
#endif

#define MANY_HIDDEN 3

static int proto_sipexplain = -1;
static dissector_handle_t sipexplain_handle;
static sx_mask *mask;                /* for its messages; NULL: none */
static sx_explainer *explainer;      /* of the capture file that is open */
static sx_severity highest_severity; /* since it was opened */
static gboolean told;                /* since then: tell_once() */
static gboolean retracted;           /* a read filter has dropped a frame with SIP */
static gboolean has_window;          /* this is Wireshark */
static guint n_hidden;               /* frames with SIP that could not be got at */

/** The frame at hand, taken in. */
typedef struct {
    packet_info *pinfo;
    gboolean is_new; /* the explainer has not had it yet */
    gboolean is_reported;
    guint ordinal; /* of the message to come */
} taking;

static void take_message(const sx_message *message, const sx_packet *packet, void *user) {
    taking *frame = (taking *)user;
    if (frame->is_new)
        sx_explainer_feed(explainer, message, packet);
    if (frame->is_reported)
        sx_reports_queue(frame->pinfo, explainer, message, packet, frame->ordinal++);
}

static void put_off_message(const sx_message *message, const sx_packet *packet, void *user _U_) {
    sx_backlog_put(message, packet);
}

/** The frame at hand, and how it is looked at. */
typedef struct {
    tvbuff_t *tvb;
    packet_info *pinfo;
    proto_tree *tree; /* NULL: expert items only */
    sx_view view;
    guint ordinal; /* of the message to come */
} showing;

static void show_message(const sx_message *message, const sx_packet *packet, void *user) {
    showing *frame = (showing *)user;
    if (frame->view.in_window && frame->tree != NULL && PTREE_DATA(frame->tree)->visible)
        sx_call_filter_note(frame->pinfo, message);
    sx_explanation *explanation =
        sx_explain(explainer, message, packet, frame->ordinal++, &frame->view);
    if (explanation != NULL)
        sx_show(explanation, frame->tvb, frame->pinfo, frame->tree);
    sx_explanation_free(explanation);
}

static void report_unseen(tvbuff_t *tvb, packet_info *pinfo) {
    sx_unseen_at at;
    sx_unseen unseen = sx_frame_unseen(pinfo, tvb, &at);
    if (unseen != SX_UNSEEN_NOTHING)
        sx_reports_queue_unseen(pinfo, unseen, &at);
}

/* Wireshark's light in the status bar goes by the first visit of a frame, when nobody listens to expert items yet. */
static gboolean raises_highest_severity(void) {
    sx_severity severity = sx_explainer_severity(explainer);
    if (severity <= highest_severity)
        return FALSE;
    highest_severity = severity;
    return TRUE;
}

/* What stays empty for a reason that Wireshark does not tell is told once. */
static void tell_once(const char *why) {
    if (!told)
        fprintf(stderr, "sipexplain: %s\n", why);
    told = TRUE;
}

/* Whether frame after frame has SIP and no message of any could be got at. A single one may hold the rest of a message. */
static gboolean explainer_is_blind(packet_info *pinfo) {
    if (sx_explainer_is_past(explainer, 1) || pinfo->fd->visited || !sx_frame_hides_sip(pinfo))
        return FALSE;
    return ++n_hidden >= MANY_HIDDEN;
}

/* Whether nothing of ours is asked of this frame now. Wireshark's window asks for the severity at once. */
static gboolean nobody_looks_yet(packet_info *pinfo, proto_tree *tree) {
    return tree == NULL && !has_window && !pinfo->fd->visited && !sx_show_is_wanted(pinfo, tree) &&
           sx_reports_can_wait();
}

/* tshark that prints a line for a frame goes over the file once: its first pass of two has no columns. Without a report
 * nobody ever sees what a message is explained to be. */
static gboolean nobody_will_look(packet_info *pinfo) {
    return pinfo->cinfo != NULL && !sx_reports_are_wanted();
}

/* Takes in a frame of which nothing is asked yet. */
static void put_off(tvbuff_t *tvb, packet_info *pinfo) {
    if (!sx_frame_messages(pinfo, NULL, put_off_message, NULL) && sx_reports_want_unseen())
        report_unseen(tvb, pinfo);
}

static int dissect_sipexplain(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data _U_) {
    sx_hep_inner_show(pinfo);
    if (nobody_looks_yet(pinfo, tree) && !sx_backlog_reaches(pinfo->num)) {
        if (!nobody_will_look(pinfo))
            put_off(tvb, pinfo);
        return 0;
    }
    sx_backlog_feed();
    sx_frame_messages_keep(pinfo, tree);
    if (!pinfo->fd->visited && sx_explainer_is_last(explainer, pinfo->num)) {
        /* A read filter dropped the frame that had this number. */
        sx_explainer_retract_frame(explainer, pinfo->num);
        retracted = TRUE;
    }
    taking taken = {pinfo, !sx_explainer_is_past(explainer, pinfo->num), sx_reports_are_wanted(),
                    0};
    gboolean has_messages =
        (taken.is_new || taken.is_reported) && sx_frame_messages(pinfo, tree, take_message, &taken);
    gboolean fed = taken.is_new && has_messages;
    gboolean is_tree_wanted = sx_show_is_tree_wanted(tree);
    if (retracted && is_tree_wanted)
        tell_once(
            "the read filter (-R) drops SIP frames, and Wireshark numbers the others anew; no "
            "diagnosis is made from there on. Use -Y instead of -R.");
    if (fed)
        sx_explainer_close_frame(explainer, pinfo->num);
    else if (is_tree_wanted && explainer_is_blind(pinfo))
        tell_once("Wireshark shows plugins no SIP in this pass; -o sipexplain.look_ahead:TRUE "
                  "makes it.");
    if (taken.is_reported && !has_messages && sx_reports_want_unseen())
        report_unseen(tvb, pinfo);
    if (!sx_show_is_wanted(pinfo, tree) && (!fed || !raises_highest_severity()))
        return 0;
    showing frame = {tvb, pinfo, is_tree_wanted ? tree : NULL, sx_show_view(pinfo), 0};
    /* What is fed only now, in the second pass of tshark -2 or on a look of sharkd, has nothing known behind it. */
    frame.view.complete = frame.view.complete && !fed;
    sx_frame_messages(pinfo, tree, show_message, &frame);
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
    mask = sx_prefs.mask ? sx_mask_new(g_getenv("SIPEXPLAIN_MASK_KEY")) : NULL;
    sx_frame_messages_open(mask);
    sx_backlog_open(explainer);
    highest_severity = SX_SEVERITY_CHAT;
    told = FALSE;
    n_hidden = 0;
    has_window = sx_gui_is_starting();
    retracted = FALSE;
    sx_show_open(proto_sipexplain);
    sx_fields_unfold();
    sx_hep_open();
    apply_preferences(); /* sharkd sets preferences without telling */
}

static void close_file(void) {
    sx_backlog_feed();
    sx_reports_end_file();
    sx_backlog_open(NULL);
    sx_explainer_free(explainer);
    explainer = NULL;
    sx_frame_messages_open(NULL);
    sx_mask_free(mask);
    mask = NULL;
}

static void proto_register_sipexplain(void) {
    proto_sipexplain = proto_register_protocol("SIP Explain", "SIP Explain", "sipexplain");
    sipexplain_handle = create_dissector_handle(dissect_sipexplain, proto_sipexplain);
    sx_fields_register(proto_sipexplain);
    sx_expert_register(proto_sipexplain);
    sx_preferences_register(proto_sipexplain, apply_preferences);
    sx_reports_register();
    sx_call_filter_register(proto_sipexplain);
    if (sx_gui_is_starting())
        sx_statistics_register();
    sx_hep_register();
    register_init_routine(open_file);
    register_cleanup_routine(close_file);
    register_postdissector(sipexplain_handle);
}

static void proto_reg_handoff_sipexplain(void) {
    sx_frame_messages_init();
    sx_hep_init();
}

static void register_statistics(void) {
    if (!sx_gui_is_starting()) /* a report under the same name would come before the window */
        sx_reports_register_statistics();
}

void plugin_register(void) {
    static proto_plugin plugin = {proto_register_sipexplain, proto_reg_handoff_sipexplain};
    static tap_plugin taps = {register_statistics};
    proto_register_plugin(&plugin);
    tap_register_plugin(&taps);
}

#ifdef SX_HAVE_PLUGIN_DESCRIBE
guint32 plugin_describe(void) {
    return WS_PLUGIN_DESC_DISSECTOR | WS_PLUGIN_DESC_TAP_LISTENER;
}
#endif
