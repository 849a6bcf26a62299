/* SPDX-License-Identifier: GPL-2.0-or-later
 * The inside of an explainer; for sipexplain.c and recall.c only.
 */
#ifndef SX_EXPLAINER_H
#define SX_EXPLAINER_H

#include "calls/calls.h"
#include "diagnose/annotations.h"
#include "diagnose/hindsight.h"
#include "diagnose/learner.h"
#include "recall.h"
#include "report/conversations.h"

/** Which call a message belongs to: one for each message that was fed, in their order. */
typedef struct {
    guint32 frame;
    guint32 call; /* 0: a quoted message */
} sx_call_mark;

struct sx_explainer {
    sx_annotations *annotations;
    GArray *marks; /* sx_call_mark, ascending by frame */
    sx_conversations *conversations;
    sx_finding_builder *findings;
    sx_calls *calls;
    sx_hindsight *hindsight; /* brought up to date when it is asked for */
    sx_scratch scratch;      /* texts that rules need for one message */
    void *memory[SX_N_LEARNERS];
    sx_bounded_map hops;
    gint64 last_time; /* of the message fed last that has one */
    gboolean diagnose;
    guint32 last_closed;
    guint32 frame;        /* of the message fed last */
    guint ordinal;        /* of that message in its frame */
    sx_severity severity; /* the highest of that frame so far */
};

/**
 * What can be said of a message without knowing any other: for a frame that is met out of order.
 * @param annotation filled in; its strings live as long as the explainer
 * @return FALSE if there is nothing to explain: most requests
 */
gboolean sx_explain_alone(sx_explainer *explainer, const sx_message *message,
                          const sx_packet *packet, sx_annotation *annotation);

/** The entry of the diagnosis of a finding. */
static inline const sx_diagnosis_entry *sx_entry_of_finding(const sx_explainer *explainer,
                                                            guint index) {
    return sx_knowledge_diagnosis(sx_findings_get(explainer->findings, index)->diagnosis);
}

#endif
