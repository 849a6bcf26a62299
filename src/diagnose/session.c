/* SPDX-License-Identifier: GPL-2.0-or-later
 * The family "session" of diagnoses.
 */
#include "diagnose/family.h"

const sx_family sx_session_family = {.rules = NULL};
