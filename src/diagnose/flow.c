/* SPDX-License-Identifier: GPL-2.0-or-later
 * The family "flow" of diagnoses.
 */
#include "diagnose/family.h"

const sx_family sx_flow_family = {.rules = NULL};
