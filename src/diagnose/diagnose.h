/* SPDX-License-Identifier: GPL-2.0-or-later
 * Asks the rules: one outcome for each response, and all flow and detail findings that hold.
 */
#ifndef SX_DIAGNOSE_H
#define SX_DIAGNOSE_H

#include "diagnose/answered.h"
#include "diagnose/rule.h"

/** Findings made on one message. */
typedef struct {
    guint
        first; /* index of the first one in the store; the outcome, if there is one, comes first */
    guint count;
    gboolean has_details; /* one more behind them: rows without a diagnosis */
    guint outcome;        /* sx_diagnosis_id of the outcome; SX_DIAG_NONE for requests */
    sx_answered answered_by;
} sx_diagnosed;

/** Who made this response, see answered.c; SX_ANSWERED_UNSAID of what is no first final response. */
sx_answered sx_answered_by(const sx_context *context);

/** Asks all rules about a message. */
sx_diagnosed sx_diagnose(sx_context *context);

#endif
