/* SPDX-License-Identifier: GPL-2.0-or-later
 * Names of the verdicts.
 */
#include "knowledge/verdict.h"

const char *sx_verdict_name(sx_verdict verdict) {
    static const char *const names[SX_N_VERDICTS] = {
        [SX_VERDICT_NORMAL] = "normal",           [SX_VERDICT_BENIGN] = "benign",
        [SX_VERDICT_USER_ACTION] = "user-action", [SX_VERDICT_FAILURE] = "failure",
        [SX_VERDICT_ANOMALY] = "anomaly",         [SX_VERDICT_VIOLATION] = "violation",
    };
    return names[verdict];
}
