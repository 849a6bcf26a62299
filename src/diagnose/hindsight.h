/* SPDX-License-Identifier: GPL-2.0-or-later
 * What came of a message: sentences for a second look at its frame, when later ones are known. Nothing is stored for
 * them; they are worked out from what is remembered anyway, whenever the frame is shown.
 */
#ifndef SX_DIAGNOSE_HINDSIGHT_H
#define SX_DIAGNOSE_HINDSIGHT_H

#include "calls/calls.h"
#include "diagnose/annotations.h"
#include "diagnose/findings.h"

/** A later message that points to an earlier frame. */
typedef struct {
    guint32 frame;      /* the earlier one */
    guint32 annotation; /* index of the annotation of the later one */
    guint32 finding;    /* that points there; G_MAXUINT32: the request in that frame was answered */
    guint32 call;       /* it is about the messages of this call there; 0: about any */
} sx_pointer;

/** All that is known. */
typedef struct {
    const sx_calls *calls;
    const sx_annotations *annotations;
    const sx_finding_builder *findings;
    GArray *pointers; /* sx_pointer, ascending by frame */
    guint n_read;     /* annotations whose pointers are in there */
} sx_hindsight;

/** Brings the pointers up to date: a linear walk over the annotations that are new since the last time. */
void sx_hindsight_update(sx_hindsight *known);

/** The order of pointers: by frame, then by what points there. For sorting. */
gint sx_pointer_compare(gconstpointer a, gconstpointer b);

/** Index of the first pointer to this frame, or to the next frame that has one. */
guint sx_hindsight_first_pointer(const sx_hindsight *known, guint32 frame);

/** Adds what came of a message, as evidence of the finding that is being made in `out`. */
void sx_hindsight_add(const sx_hindsight *known, const sx_annotation *annotation,
                      sx_language language, sx_finding_builder *out);

#endif
