/* SPDX-License-Identifier: GPL-2.0-or-later
 * Messages of both sides that were under way at once (RFC 5407 section 3): told on both, on a second look.
 */
#ifndef SX_DIAGNOSE_CROSSING_H
#define SX_DIAGNOSE_CROSSING_H

#include "calls/calls.h"
#include "diagnose/annotation.h"
#include "diagnose/findings.h"

/** Adds to the finding that is being made which messages of the other side the message crossed. */
void sx_crossing_add(const sx_calls *calls, const sx_annotation *annotation,
                     sx_finding_builder *out);

#endif
