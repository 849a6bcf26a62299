/* SPDX-License-Identifier: GPL-2.0-or-later
 * The registered SIP methods (IANA registry "Methods").
 */
#include "sip_method.h"

const char *sx_method_name(sx_slice method) {
    static const char *const names[] = {
        "INVITE", "REGISTER", "OPTIONS", "SUBSCRIBE", "NOTIFY", "BYE",     "ACK",
        "CANCEL", "PRACK",    "UPDATE",  "MESSAGE",   "REFER",  "PUBLISH", "INFO",
    };
    for (guint i = 0; i < G_N_ELEMENTS(names); i++) {
        if (sx_slice_is_exactly(method, names[i]))
            return names[i];
    }
    return NULL;
}
