/* SPDX-License-Identifier: GPL-2.0-or-later
 * An explanation while it is made: what the files of this folder share.
 */
#ifndef SX_EXPLAINING_H
#define SX_EXPLAINING_H

#include "explanation/explanation.h"
#include "explanation/situation.h"
#include "explanation/writer.h"
#include "knowledge/knowledge.h"
#include "labels.h"
#include "recall.h"

/** All that is known of the message, and the rows so far. */
typedef struct {
    const sx_explainer *explainer;
    const sx_finding_builder *findings; /* of the explainer */
    const sx_annotation *annotation;
    const sx_message *message;
    const sx_packet *packet;
    sx_writer writer;
    sx_finding_builder *scratch; /* see SX_SCRATCH_DETAILS */
    const sx_code_entry *code;   /* NULL: a request */
    sx_text words;               /* of the code, for the method */
    sx_situation situation;
    const sx_note *notes[SX_MAX_NOTES];
    guint n_notes;
    guint lead;            /* index of the finding that headline and verdict are from */
    gboolean missing_told; /* which mandatory headers are missing stands in the rows so far */
    const char *title, *headline;
} sx_explaining;

/** A text in the language of the reader. */
static inline const char *sx_say(const sx_explaining *e, sx_word word) {
    return sx_word_text(e->writer.view->language, word);
}

/** Whether the message speaks of nothing to worry about. */
static inline gboolean sx_is_harmless(const sx_explaining *e) {
    return e->annotation->verdict <= SX_VERDICT_BENIGN;
}

/** Whether it is broken for want of a header that it must carry. */
static inline gboolean sx_lacks_mandatory(const sx_annotation *annotation) {
    return annotation->missing != 0 && sx_missing_worst(annotation->missing) >= SX_MISSING_MUST;
}

/** Finding 0 of the scratch store holds what the message says by itself, finding 1 what came of it. */
enum { SX_SCRATCH_DETAILS, SX_SCRATCH_OUTCOME };

/** The finding with this index among those of the message. */
static inline const sx_finding *sx_finding_of(const sx_explaining *e, guint index) {
    return sx_findings_get(e->findings, e->annotation->first_finding + index);
}

/** Whether the lead says no more than the code, or there is none. */
gboolean sx_code_speaks(const sx_explaining *e);

/** Sets title, headline and lead. */
void sx_explain_headline(sx_explaining *e);

/** The headline of a message that has an annotation, from its findings or its code; to be freed with g_free(). */
char *sx_headline_of(const sx_explainer *explainer, const sx_annotation *annotation,
                     sx_language language);

/** What came of a conversation, in one line; to be freed with g_free(). */
char *sx_headline_of_outcome(const sx_explainer *explainer, const sx_outcome *outcome,
                             sx_language language);

/** The diagnosis that headline and verdict of a message are from; SX_DIAG_NONE where it has no findings. */
guint sx_leading_diagnosis(const sx_explainer *explainer, const sx_annotation *annotation);

/** The finding whose evidence stands for that diagnosis; only where the message has findings. */
const sx_finding *sx_leading_proof(const sx_explainer *explainer, const sx_annotation *annotation);

/** The user's own notes. */
void sx_explain_notes(sx_explaining *e);
/** Verdict, what it answers and when; code, times and frames for filters. */
void sx_explain_context(sx_explaining *e);
/** Diagnosis and evidence of the lead; missing headers. */
void sx_explain_lead(sx_explaining *e);
/** What the message itself says, unless it was said. */
void sx_explain_details(sx_explaining *e);
/** What later frames tell. */
void sx_explain_outcome(sx_explaining *e);
/** What has to come next, where nothing is wrong. */
void sx_explain_must_follow(sx_explaining *e);
/** Causes, what to do, reference. */
void sx_explain_advice(sx_explaining *e);
/** The other findings. */
void sx_explain_others(sx_explaining *e);
/** What is different from another code that the call met before. */
void sx_explain_compared(sx_explaining *e);
/** What the code means in general. */
void sx_explain_about(sx_explaining *e);

/**
 * Evidence rows of a finding.
 * @param label before each; may be NULL
 * @param diagnosis what sipexplain.evidence.diagnosis says
 */
void sx_explain_evidence(sx_explaining *e, const sx_finding_builder *store,
                         const sx_finding *finding, const char *label, const char *diagnosis);

/** A list of causes or fixes of the code, under a title. */
void sx_explain_list_of_code(sx_explaining *e, sx_field group, const char *label, sx_field field,
                             sx_bullets list);

/** Values of an evidence that have fields of their own. */
void sx_explain_values(sx_explaining *e, const sx_evidence *evidence);

/** Makes the explanation of a message by its annotation; see sx_explain(). */
sx_explanation *sx_explain_annotation(const sx_explainer *explainer,
                                      const sx_annotation *annotation, const sx_message *message,
                                      const sx_packet *packet, const sx_view *view);

/** Severity of the message, without making an explanation. */
sx_severity sx_explain_severity(const sx_explainer *explainer, const sx_annotation *annotation);

#endif
