/* SPDX-License-Identifier: GPL-2.0-or-later
 * The family "route" of diagnoses.
 */
#include "diagnose/family.h"

const sx_family sx_route_family = {.rules = NULL};
