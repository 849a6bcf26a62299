/* SPDX-License-Identifier: GPL-2.0-or-later
 * The menu asks with the selected packet, but without its tree: so the filter is kept with the packet when that is shown.
 */
#include "call_filter.h"

#include <epan/conversation_filter.h>
#include <epan/proto_data.h>

#include "labels.h"

static int proto_sipexplain = -1;

static const char *noted_filter(packet_info *pinfo) {
    return (const char *)p_get_proto_data(pinfo->pool, pinfo, proto_sipexplain, 0);
}

static ws_bool is_valid(SX_CONVERSATION_FILTER_PARAMETERS) {
    return noted_filter(pinfo) != NULL;
}

static char *build(SX_CONVERSATION_FILTER_PARAMETERS) {
    return g_strdup(noted_filter(pinfo));
}

void sx_call_filter_register(int proto) {
    proto_sipexplain = proto;
    register_conversation_filter("sipexplain",
                                 sx_word_text(sx_language_of_system(), SX_LABEL_PLUGIN_CALL_FILTER),
                                 is_valid, build SX_CONVERSATION_FILTER_LAST);
}

void sx_call_filter_note(packet_info *pinfo, const sx_message *message) {
    char *filter = noted_filter(pinfo) == NULL ? sx_filter_of_conversation(message) : NULL;
    if (filter != NULL)
        p_add_proto_data(pinfo->pool, pinfo, proto_sipexplain, 0, wmem_strdup(pinfo->pool, filter));
    g_free(filter);
}
