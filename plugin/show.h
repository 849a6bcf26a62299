/* SPDX-License-Identifier: GPL-2.0-or-later
 * Shows annotations: tree, fields and expert items. A pure function of annotation and preferences.
 */
#ifndef SX_SHOW_H
#define SX_SHOW_H

#include "sipexplain.h"
#include "ws_compat.h"

/** Where annotations are shown: the frame at hand. */
typedef struct {
    const sx_explainer *explainer; /* that made the annotations */
    tvbuff_t *tvb;
    packet_info *pinfo;
    proto_tree *tree; /* may be NULL */
    const sx_finding_builder
        *rows; /* what the messages say: one finding for each annotation; may be NULL */
} sx_stage;

/** To be called whenever a capture file is opened, with the number of our protocol. */
void sx_show_open(int proto);

/** Whether anybody would see what sx_show() adds: a tree in view, a filter, a column, the expert information. */
gboolean sx_show_is_wanted(const sx_stage *stage);

/**
 * Whether the expert items of an annotation are the most severe so far: Wireshark's lamp in the status bar goes by the
 * first visit, when nobody listens yet.
 */
gboolean sx_show_lights_lamp(const sx_explainer *explainer, const sx_annotation *annotation);

/**
 * Adds tree, fields and expert items of one annotation to the frame.
 * @param index which finding of stage->rows belongs to it
 */
void sx_show(const sx_stage *stage, const sx_annotation *annotation, guint index);

/**
 * Adds to a frame with a SIP message that has no annotation what later frames tell: the outcome of the call, so that a
 * filter finds every message of it, and what came of the message.
 */
void sx_show_later(const sx_stage *stage);

#endif
