/* SPDX-License-Identifier: GPL-2.0-or-later
 * Names of verdicts and severities: as users type them, and as they read them.
 */
#include "knowledge/verdict.h"

#include <string.h>

#include "labels.h"

const char *sx_verdict_name(sx_verdict verdict) {
    static const char *const names[SX_N_VERDICTS] = {
        [SX_VERDICT_NORMAL] = "normal",           [SX_VERDICT_BENIGN] = "benign",
        [SX_VERDICT_USER_ACTION] = "user-action", [SX_VERDICT_FAILURE] = "failure",
        [SX_VERDICT_ANOMALY] = "anomaly",         [SX_VERDICT_VIOLATION] = "violation",
    };
    return names[verdict];
}

gboolean sx_verdict_from_name(const char *name, sx_verdict *verdict) {
    for (guint i = 0; i < SX_N_VERDICTS; i++) {
        if (strcmp(sx_verdict_name((sx_verdict)i), name) == 0) {
            *verdict = (sx_verdict)i;
            return TRUE;
        }
    }
    return FALSE;
}

sx_word sx_verdict_label(sx_verdict verdict) {
    static const sx_word labels[SX_N_VERDICTS] = {
        [SX_VERDICT_NORMAL] = SX_LABEL_VERDICTS_NORMAL,
        [SX_VERDICT_BENIGN] = SX_LABEL_VERDICTS_BENIGN,
        [SX_VERDICT_USER_ACTION] = SX_LABEL_VERDICTS_USER_ACTION,
        [SX_VERDICT_FAILURE] = SX_LABEL_VERDICTS_FAILURE,
        [SX_VERDICT_ANOMALY] = SX_LABEL_VERDICTS_ANOMALY,
        [SX_VERDICT_VIOLATION] = SX_LABEL_VERDICTS_VIOLATION,
    };
    return labels[verdict];
}

const char *sx_severity_name(guint severity) {
    static const char *const names[] = {"chat", "note", "warning", "error"};
    return names[severity];
}

sx_word sx_severity_label(guint severity) {
    static const sx_word labels[] = {SX_LABEL_SEVERITIES_CHAT, SX_LABEL_SEVERITIES_NOTE,
                                     SX_LABEL_SEVERITIES_WARNING, SX_LABEL_SEVERITIES_ERROR};
    return labels[severity];
}
