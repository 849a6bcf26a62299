/* SPDX-License-Identifier: GPL-2.0-or-later
 * What a response means for its reader, from "expected" to "breaks a MUST".
 */
#ifndef SX_VERDICT_H
#define SX_VERDICT_H

#include "knowledge/words.h"

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

/** The verdict with this name. @return FALSE if there is none */
gboolean sx_verdict_from_name(const char *name, sx_verdict *verdict);

/** The same for readers. */
sx_word sx_verdict_label(sx_verdict verdict);

/** The stable English name of a severity, as users type it ("warning"), by sx_severity. */
const char *sx_severity_name(guint severity);

/** The same for readers. */
sx_word sx_severity_label(guint severity);

#endif
