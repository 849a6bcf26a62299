/* SPDX-License-Identifier: GPL-2.0-or-later
 * The family "media" of diagnoses.
 */
#include "diagnose/family.h"

const sx_family sx_media_family = {.rules = NULL};
