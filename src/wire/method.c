/* SPDX-License-Identifier: GPL-2.0-or-later
 * The registered SIP methods (IANA registry "Methods").
 */
#include "wire/method.h"

typedef struct {
    const char *name;
    gsize len;
} method_entry;

#define METHOD(name) [SX_METHOD_##name] = {#name, sizeof #name - 1}
static const method_entry methods[SX_N_METHODS] = {
    METHOD(INVITE),  METHOD(REGISTER), METHOD(OPTIONS), METHOD(SUBSCRIBE), METHOD(NOTIFY),
    METHOD(BYE),     METHOD(ACK),      METHOD(CANCEL),  METHOD(PRACK),     METHOD(UPDATE),
    METHOD(MESSAGE), METHOD(REFER),    METHOD(PUBLISH), METHOD(INFO),
};

sx_method sx_method_lookup(sx_slice method) {
    for (guint i = SX_METHOD_OTHER + 1; i < SX_N_METHODS; i++) {
        const method_entry *entry = &methods[i];
        if (method.len == entry->len && method.p[0] == entry->name[0] &&
            memcmp(method.p, entry->name, method.len) == 0)
            return (sx_method)i;
    }
    return SX_METHOD_OTHER;
}

const char *sx_method_name(sx_method method) {
    return methods[method].name;
}
