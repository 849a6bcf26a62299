/* SPDX-License-Identifier: GPL-2.0-or-later
 * Shows the findings of an annotation: diagnosis, evidence, causes and fixes.
 */
#ifndef SX_SHOW_FINDINGS_H
#define SX_SHOW_FINDINGS_H

#include "show.h"

/** The headline: of the finding that decides, else the given one. Valid as long as the packet. */
const char *sx_findings_headline(const sx_stage *stage, const sx_annotation *annotation,
                                 const char *otherwise);

/** Severity of that finding, PI_CHAT to PI_ERROR; -1 if it goes by the verdict. */
int sx_findings_severity(const sx_explainer *explainer, const sx_annotation *annotation);

/** Adds the findings to the tree, and expert items for those that are not in the item of the message; tree may be NULL. */
void sx_findings_show(const sx_stage *stage, proto_tree *tree, const sx_annotation *annotation);

/**
 * What came of the message, on a second look at its frame.
 * @param annotation of the message; NULL if it has none
 * @return to be freed with sx_findings_free(); NULL: nothing to say
 */
sx_finding_builder *sx_findings_hindsight(const sx_stage *stage, const sx_annotation *annotation);

/** Adds it to the tree; hindsight may be NULL. */
void sx_findings_show_hindsight(const sx_stage *stage, proto_tree *tree,
                                const sx_finding_builder *hindsight);

#endif
