/* SPDX-License-Identifier: GPL-2.0-or-later
 * Shows annotations: tree, fields and expert items. A pure function of annotation and preferences.
 */
#ifndef SX_SHOW_H
#define SX_SHOW_H

#include "explain.h"
#include "ws_compat.h"

/** Where annotations are shown: the frame at hand. */
typedef struct {
    const sx_explainer *explainer; /* that made the annotations */
    tvbuff_t *tvb;
    packet_info *pinfo;
    proto_tree *tree; /* may be NULL */
} sx_stage;

/** Looks up what other protocols registered; call once, when all of them are there. */
void sx_show_init(int proto);

/** Whether anybody would see what sx_show() adds: a tree in view, a filter, a column, the expert information. */
gboolean sx_show_is_wanted(const sx_stage *stage);

/** Adds tree, fields and expert items of one annotation to the frame. */
void sx_show(const sx_stage *stage, const sx_annotation *annotation);

/**
 * Adds the outcome of the call to a frame with a SIP message that has no annotation, so that a filter finds every
 * message of the call.
 */
void sx_show_call_outcome(const sx_stage *stage);

#endif
