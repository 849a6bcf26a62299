/* SPDX-License-Identifier: GPL-2.0-or-later
 * The family "policy" of diagnoses.
 */
#include "diagnose/family.h"

const sx_family sx_policy_family = {.rules = NULL};
