/* SPDX-License-Identifier: GPL-2.0-or-later
 * The family "auth" of diagnoses.
 */
#include "diagnose/family.h"

const sx_family sx_auth_family = {.rules = NULL};
