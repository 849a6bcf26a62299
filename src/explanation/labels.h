/* SPDX-License-Identifier: GPL-2.0-or-later
 * The words of titles and rows that are not those of a code, a diagnosis or a detail.
 */
#ifndef SX_EXPLANATION_LABELS_H
#define SX_EXPLANATION_LABELS_H

#include <glib.h>

#define SX_LABEL_VERDICT "Verdict"
#define SX_LABEL_HEADLINE "Headline"
#define SX_LABEL_WHAT_HAPPENED "What happened"
#define SX_LABEL_ALSO "Also"
#define SX_LABEL_OUTCOME "What came of it"
#define SX_LABEL_MUST_FOLLOW "What must follow"
#define SX_LABEL_CAUSES "Likely causes"
#define SX_LABEL_FIXES "What to do"
#define SX_LABEL_REFERENCE "Reference"
#define SX_LABEL_MEANING "What it means"
#define SX_LABEL_WHEN "When you see it"
#define SX_LABEL_CODE_CAUSES "Causes"
#define SX_LABEL_CODE_FIXES "How to fix"
#define SX_LABEL_RELATED "Related codes"

#endif
