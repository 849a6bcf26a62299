/* SPDX-License-Identifier: GPL-2.0-or-later
 * The families of diagnoses, each in files of its name. What a family remembers it keeps behind its own pointers:
 * context->memory[] for the whole capture, call->family[] and transaction->family[] for one of those.
 */
#ifndef SX_DIAGNOSE_FAMILY_H
#define SX_DIAGNOSE_FAMILY_H

#include "diagnose/rule.h"

extern const sx_family sx_auth_family;  /* auth.*, stir.* : auth.c */
extern const sx_family sx_media_family; /* media.*, benign.t38-fallback : media.c, sdp.c */
extern const sx_family
    sx_session_family; /* benign.* of calls, session.*, transfer.*, subscribe.* : session.c ... */
extern const sx_family
    sx_policy_family; /* policy.*, callee.*, register.*, vendor.* : policy.c ... */
extern const sx_family
    sx_route_family; /* route.*, header.*, timer.* outcomes, retries : route.c ... */
extern const sx_family
    sx_flow_family; /* ack.*, retransmit.*, timer.* flows, duplicates : flow.c ... */

#endif
