/* SPDX-License-Identifier: GPL-2.0-or-later
 * Findings: which diagnosis, how severe, and the evidence, kept in a few words each for the life of the capture.
 */
#ifndef SX_FINDINGS_H
#define SX_FINDINGS_H

#include "knowledge/diagnosis.h"
#include "wire/packet.h"
#include "wire/slice.h"

/** One diagnosis made on one message. */
typedef struct {
    guint8
        diagnosis; /* sx_diagnosis_id; SX_DIAG_NONE where it only holds rows: what the message says */
    guint8 severity; /* sx_severity */
    guint8 n_evidence;
    guint32 first_word; /* where its evidence begins; internal */
} sx_finding;

/** A new store; also where rules write their evidence. Free it with sx_findings_free(). */
sx_finding_builder *sx_findings_new(void);
void sx_findings_free(sx_finding_builder *store);

/** How many findings there are; the next one gets this index. */
guint sx_findings_count(const sx_finding_builder *store);

/** The finding with this index; valid until the next one is added. */
const sx_finding *sx_findings_get(const sx_finding_builder *store, guint index);

/** How fine the times are of the message that findings are made on from now on; fine in a new store. */
void sx_findings_set_precision(sx_finding_builder *store, sx_precision precision);

/** Begins a finding: forgets evidence that was added and not kept. */
void sx_findings_begin(sx_finding_builder *store);

/** Whether evidence was added since sx_findings_begin(). */
gboolean sx_findings_has_new(const sx_finding_builder *store);

/**
 * Keeps what was added since sx_findings_begin() as a finding.
 * @return its index
 */
guint sx_findings_keep(sx_finding_builder *store, guint diagnosis, sx_severity severity);

/**
 * Which of the findings of one message its verdict comes from: the first one, unless that leaves nothing to worry about
 * and a finding on sequence or time tells of a failure, an anomaly or a violation, or any other of a violation.
 * @param first, count the findings of the message; count is not 0
 * @param verdict what the first one alone says
 * @return its place among them, from 0
 */
guint sx_findings_deciding(const sx_finding_builder *store, guint first, guint count,
                           sx_verdict verdict);

/** One piece of evidence, read back. Texts live as long as the store. */
typedef struct {
    guint evidence; /* sx_evidence_id */
    guint n_args;
    sx_arg args[SX_MAX_ARGS];
    gboolean untimed; /* it has a time that the messages do not bear: no text is made of it */
} sx_evidence;

/**
 * Reads the evidence of a finding one by one.
 * @param position start with 0
 * @return FALSE at the end
 */
gboolean sx_findings_next_evidence(const sx_finding_builder *store, const sx_finding *finding,
                                   guint *position, sx_evidence *evidence);

/**
 * The causes or fixes that are right for a finding.
 * @param proof the finding whose evidence decides
 * @param situation of the message; NULL: nothing is known of it
 * @return how many there are
 */
guint sx_findings_bullets(const sx_finding_builder *store, const sx_finding *proof, sx_bullets list,
                          const sx_situation *situation, sx_word shown[SX_MAX_BULLETS]);

/** The same for one that is right without a doubt; see sx_bullets_first(). */
sx_word sx_findings_first(const sx_finding_builder *store, const sx_finding *proof, sx_bullets list,
                          const sx_situation *situation, sx_word otherwise);

/**
 * The headline of a finding, from its evidence.
 * @param otherwise where there is none; 0: that of its diagnosis
 * @param situation of the message; NULL: nothing is known of it
 * @return to be freed with g_free()
 */
char *sx_findings_headline_text(const sx_finding_builder *store, const sx_finding *finding,
                                sx_language language, sx_word otherwise,
                                const sx_situation *situation);

/**
 * A copy of bytes from the wire as valid UTF-8, shared between equal ones, for the life of the store.
 * @param limit most bytes that are kept
 */
const char *sx_findings_text(sx_finding_builder *store, sx_slice bytes, gsize limit);

#endif
