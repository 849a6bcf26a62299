/* SPDX-License-Identifier: GPL-2.0-or-later
 * What a message itself says: rows with typed fields, read from its bytes whenever it is shown.
 */
#ifndef SX_SHOW_DETAILS_H
#define SX_SHOW_DETAILS_H

#include "show.h"

/** Registers the fields sipexplain.detail.*. */
void sx_details_register(int proto);

/**
 * Reads the rows of the messages that a frame's annotations are about.
 * @return one finding for each annotation, in their order; free it with sx_findings_free()
 */
sx_finding_builder *sx_details_of_frame(const sx_stage *stage, const sx_annotation *annotations,
                                        guint count);

/** Adds the rows of an annotation to its tree. */
void sx_details_show(const sx_stage *stage, proto_tree *tree, const sx_annotation *annotation,
                     guint index);

/** Adds the values of an evidence that have fields of their own. */
void sx_details_add_values(const sx_stage *stage, proto_tree *tree, const sx_evidence *evidence);

#endif
