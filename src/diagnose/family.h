/* SPDX-License-Identifier: GPL-2.0-or-later
 * The families of diagnoses, each in a file of its name.
 */
#ifndef SX_DIAGNOSE_FAMILY_H
#define SX_DIAGNOSE_FAMILY_H

#include "diagnose/rule.h"

/** Rules that hold when nothing more specific does: every response has an outcome. */
extern const sx_rule sx_default_rules[];
extern const guint sx_n_default_rules;

#endif
