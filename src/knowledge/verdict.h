/* SPDX-License-Identifier: GPL-2.0-or-later
 * What a response means for its reader, from "expected" to "breaks a MUST".
 */
#ifndef SX_VERDICT_H
#define SX_VERDICT_H

typedef enum {
    SX_VERDICT_NORMAL,      /* an expected step of the protocol */
    SX_VERDICT_BENIGN,      /* looks like an error, nothing is wrong */
    SX_VERDICT_USER_ACTION, /* a person or a user's device decided */
    SX_VERDICT_FAILURE,     /* the request failed */
    SX_VERDICT_ANOMALY,     /* order or timing is not as it should be */
    SX_VERDICT_VIOLATION,   /* a MUST is broken */
    SX_N_VERDICTS
} sx_verdict;

/** The verdict's stable English name, as users type it ("user-action"). */
const char *sx_verdict_name(sx_verdict verdict);

#endif
