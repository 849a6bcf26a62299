/* SPDX-License-Identifier: GPL-2.0-or-later
 * Where annotations are kept for the life of a capture: there is one for each response.
 */
#ifndef SX_ANNOTATIONS_H
#define SX_ANNOTATIONS_H

#include "diagnose/annotation.h"

typedef struct sx_annotations sx_annotations;

/** A new, empty store; free it with sx_annotations_free(). */
sx_annotations *sx_annotations_new(void);
void sx_annotations_free(sx_annotations *store);

/** How many there are. */
guint sx_annotations_count(const sx_annotations *store);

/** Adds an annotation behind the others; its frame must not be below theirs. @return its index */
guint sx_annotations_add(sx_annotations *store, const sx_annotation *annotation);

/** The annotation with an index below the count. */
sx_annotation sx_annotations_get(const sx_annotations *store, guint index);

/** The call of the annotation with this index. */
guint32 sx_annotations_call(const sx_annotations *store, guint index);

/** Hindsight: notes the frames of the next request and of its final response; 0, or one noted already: changes nothing. */
void sx_annotations_note(sx_annotations *store, guint index, guint32 retry_frame,
                         guint32 final_frame);

/** Index of the first annotation whose frame is not below this one. */
guint sx_annotations_from(const sx_annotations *store, guint32 frame);

/** The same of any array that is ascending by the frame each entry begins with, a guint32. */
guint sx_index_of_frame(const GArray *entries, guint32 frame);

/** Drops all annotations from this index on. */
void sx_annotations_cut(sx_annotations *store, guint count);

#endif
