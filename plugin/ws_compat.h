/* SPDX-License-Identifier: GPL-2.0-or-later
 * What differs between the Wireshark versions, in one place (4.0 to 4.6).
 */
#ifndef SX_WS_COMPAT_H
#define SX_WS_COMPAT_H

#include <wireshark.h>
#include <ws_version.h>

#include <epan/packet.h>
#include <epan/stat_tap_ui.h>
#include <epan/tap.h>

/** gboolean in 4.0, bool in 4.4: what preferences point to and callbacks return. */
#if defined(__GNUC__)
typedef __typeof__(((tap_param *)0)->optional) ws_bool;
#elif WIRESHARK_VERSION_MAJOR > 4 || (WIRESHARK_VERSION_MAJOR == 4 && WIRESHARK_VERSION_MINOR >= 4)
typedef bool ws_bool;
#else
typedef gboolean ws_bool;
#endif

/* What the callback that begins a statistic returns; menus of statistics. */
#if WIRESHARK_VERSION_MAJOR > 4 || (WIRESHARK_VERSION_MAJOR == 4 && WIRESHARK_VERSION_MINOR >= 6)
#define SX_STAT_INIT_RESULT bool
#define SX_STAT_INIT_DONE return true
#define SX_MENU_SEPARATOR "//" /* what stands before it in a title is a menu */
#else
#define SX_STAT_INIT_RESULT void
#define SX_STAT_INIT_DONE return
#define SX_MENU_SEPARATOR ": "
#endif

/* The menu of telephony; what callbacks of conversation filters are given. */
#if WIRESHARK_VERSION_MAJOR > 4 || (WIRESHARK_VERSION_MAJOR == 4 && WIRESHARK_VERSION_MINOR >= 4)
#define SX_STAT_GROUP_TELEPHONY REGISTER_TELEPHONY_GROUP_UNSORTED
#define SX_CONVERSATION_FILTER_PARAMETERS packet_info *pinfo, void *user_data _U_
#define SX_CONVERSATION_FILTER_LAST , NULL
#else
#define SX_STAT_GROUP_TELEPHONY REGISTER_STAT_GROUP_TELEPHONY
#define SX_CONVERSATION_FILTER_PARAMETERS packet_info *pinfo
#define SX_CONVERSATION_FILTER_LAST
#endif

#if WIRESHARK_VERSION_MAJOR > 4 || (WIRESHARK_VERSION_MAJOR == 4 && WIRESHARK_VERSION_MINOR >= 4)
static inline void sx_set_referenced(int proto) {
    header_field_info *of = proto >= 0 ? proto_registrar_get_nth((guint)proto) : NULL;
    if (of != NULL && of->ref_type < HF_REF_TYPE_DIRECT)
        of->ref_type = HF_REF_TYPE_DIRECT;
}

static inline bool sx_frame_has_ended(wmem_allocator_t *pool _U_, wmem_cb_event_t event _U_,
                                      void *proto) {
    sx_set_referenced(GPOINTER_TO_INT(proto));
    return false;
}
#endif

/**
 * Keeps a protocol in trees that nobody sees: from 4.4 on Wireshark leaves out of them what stands below another
 * protocol, such as SIP in an ICMP error, and from 4.6 on every protocol, unless a filter names it.
 * @param pinfo the frame: when it is done Wireshark forgets what was referenced in it; NULL: of the frames that follow
 */
static inline void sx_keep_in_trees(int proto, packet_info *pinfo) {
#if WIRESHARK_VERSION_MAJOR > 4 || (WIRESHARK_VERSION_MAJOR == 4 && WIRESHARK_VERSION_MINOR >= 4)
    if (pinfo == NULL)
        sx_set_referenced(proto);
    else
        wmem_register_callback(pinfo->pool, sx_frame_has_ended, GINT_TO_POINTER(proto));
#else
    (void)proto;
    (void)pinfo;
#endif
}

#if defined(__has_include) && __has_include(<wsutil/plugins.h>)
#include <wsutil/plugins.h>
#if defined(WS_PLUGIN_DESC_DISSECTOR)
#define SX_HAVE_PLUGIN_DESCRIBE 1
#endif
#endif

#endif
