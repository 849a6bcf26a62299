/* SPDX-License-Identifier: GPL-2.0-or-later
 * Which rules are asked about a message: a question of what the register of diagnoses says on codes, methods and
 * repetitions only, so that each message meets the few rules that concern it.
 */
#ifndef SX_DIAGNOSE_ASKED_H
#define SX_DIAGNOSE_ASKED_H

#include "diagnose/rule.h"

/** Rules by precedence: those of outcomes, and behind them the others. */
typedef struct {
    guint8 n_outcomes, n_all;
    const sx_rule *rules[];
} sx_asked;

/** The rules to ask about this message; kept for the process. */
const sx_asked *sx_asked_of(const sx_context *context);

#endif
