/* SPDX-License-Identifier: GPL-2.0-or-later
 * Expert items sipexplain.expert.<verdict>, one registration for each severity that a verdict can have.
 */
#ifndef SX_EXPERT_ITEMS_H
#define SX_EXPERT_ITEMS_H

#include "knowledge/verdict.h"
#include "ws_compat.h"

/** Registers the expert items for the protocol of this number. */
void sx_expert_register(int proto);

/** The severity a verdict has unless the finding says otherwise: PI_CHAT, PI_NOTE or PI_WARN. */
int sx_expert_usual_severity(sx_verdict verdict);

/**
 * Adds an expert item, unless the preferences ask for more severe ones only.
 * @param item what it belongs to, may be NULL
 * @param severity PI_CHAT to PI_ERROR
 * @param text valid UTF-8
 */
void sx_expert_add(packet_info *pinfo, proto_item *item, sx_verdict verdict, int severity,
                   const char *text);

#endif
