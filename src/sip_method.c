/* SPDX-License-Identifier: GPL-2.0-or-later
 * The registered SIP methods (IANA registry "Methods").
 */
#include "sip_method.h"

static const char *const method_names[SX_N_METHODS] = {
    [SX_METHOD_INVITE] = "INVITE",   [SX_METHOD_REGISTER] = "REGISTER",
    [SX_METHOD_OPTIONS] = "OPTIONS", [SX_METHOD_SUBSCRIBE] = "SUBSCRIBE",
    [SX_METHOD_NOTIFY] = "NOTIFY",   [SX_METHOD_BYE] = "BYE",
    [SX_METHOD_ACK] = "ACK",         [SX_METHOD_CANCEL] = "CANCEL",
    [SX_METHOD_PRACK] = "PRACK",     [SX_METHOD_UPDATE] = "UPDATE",
    [SX_METHOD_MESSAGE] = "MESSAGE", [SX_METHOD_REFER] = "REFER",
    [SX_METHOD_PUBLISH] = "PUBLISH", [SX_METHOD_INFO] = "INFO",
};

sx_method sx_method_lookup(sx_slice method) {
    for (guint i = SX_METHOD_OTHER + 1; i < SX_N_METHODS && method.len > 2; i++) {
        const char *name = method_names[i];
        if (method.p[0] == name[0] && method.p[2] == name[2] && sx_slice_is_exactly(method, name))
            return (sx_method)i;
    }
    return SX_METHOD_OTHER;
}

const char *sx_method_name(sx_method method) {
    return method_names[method];
}
