/* SPDX-License-Identifier: GPL-2.0-or-later
 * Small helpers of the unit tests.
 */
#ifndef SX_TEST_SUPPORT_H
#define SX_TEST_SUPPORT_H

#include <string.h>

#include "wire/message.h"

static inline sx_slice text_slice(const char *text) {
    return (sx_slice){text, strlen(text)};
}

static inline sx_message read_message(const char *text) {
    sx_message message;
    g_assert_cmpuint(sx_message_read(text_slice(text), SX_FRAMING_REST, &message), >, 0);
    return message;
}

#define assert_slice(s, text)                                                                      \
    do {                                                                                           \
        char *got_ = g_strndup((s).p, (s).len);                                                    \
        g_assert_cmpstr(got_, ==, text);                                                           \
        g_free(got_);                                                                              \
    } while (0)

#define RESPONSE_HEADERS                                                                           \
    "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1\r\n"                                               \
    "From: <sip:a@example.com>;tag=1\r\n"                                                          \
    "To: <sip:b@example.com>;tag=2\r\n"                                                            \
    "Call-ID: c1\r\n"

#endif
