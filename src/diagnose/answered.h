/* SPDX-License-Identifier: GPL-2.0-or-later
 * Who made a response: the called end, a server on the way, or a box of this side. One byte of an annotation.
 */
#ifndef SX_ANSWERED_H
#define SX_ANSWERED_H

/** Who answered and what shows it. */
typedef enum {
    SX_ANSWERED_UNSAID,  /* nothing is said: no final response, a copy, or of no interest */
    SX_ANSWERED_UNKNOWN, /* the capture does not tell */
    SX_ANSWERED_CALLEE_SUCCESS,
    SX_ANSWERED_CALLEE_TAG,
    SX_ANSWERED_CALLEE_WARNING,
    SX_ANSWERED_CALLEE_PRODUCT,
    SX_ANSWERED_PROXY_MODULE,
    SX_ANSWERED_PROXY_NOISY,
    SX_ANSWERED_PROXY_CHALLENGE,
    SX_ANSWERED_PROXY_HOPS,
    SX_ANSWERED_PROXY_TIMEOUT,
    SX_ANSWERED_PROXY_AT_ONCE,
    SX_ANSWERED_OWN_OPEN,
    SX_ANSWERED_OWN_OTHER_CODE,
    SX_ANSWERED_OWN_NOT_SENT_ON,
    SX_ANSWERED_RELAYED_CALLEE, /* passed on: as the answer of the hop behind */
    SX_ANSWERED_RELAYED_PROXY,
    SX_ANSWERED_RELAYED_OWN,
    SX_ANSWERED_RELAYED_UNKNOWN,
} sx_answered;

#endif
