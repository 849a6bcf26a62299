/* SPDX-License-Identifier: GPL-2.0-or-later
 * The words of the diagnoses, and how a finding says what it saw. Rules do not include this file but evidence.h,
 * which kb.py makes: it has one type-checked function for each bullet under "Evidence".
 */
#ifndef SX_DIAGNOSIS_H
#define SX_DIAGNOSIS_H

#include "knowledge/knowledge.h"

typedef enum {
    SX_SEVERITY_CHAT,
    SX_SEVERITY_NOTE,
    SX_SEVERITY_WARN,
    SX_SEVERITY_ERROR
} sx_severity;

typedef enum {
    SX_SLOT_OUTCOME, /* what became of the request: one for each response */
    SX_SLOT_FLOW,    /* sequence and time */
    SX_SLOT_DETAIL   /* further facts */
} sx_slot;

/** All that is known of one diagnosis but its evidence. */
typedef struct {
    guint16 id;           /* sx_fact(): see sx_diagnosis_id_of() */
    guint8 verdict;       /* sx_verdict */
    guint8 severity;      /* sx_severity */
    guint8 slot;          /* sx_slot */
    guint8 marks_request; /* gboolean: on a second look the request points here */
    guint8 is_default;    /* gboolean: see sx_diagnosis_is_default() */
    guint8 marks; /* gboolean: that, or frames of its evidence: sx_knowledge_evidence_marks() */
    guint16 first_beaten; /* among sx_beaten: diagnoses that it hides on the same frame */
    guint16 n_beaten;
    sx_word reference;
    sx_text words;
} sx_diagnosis_entry;

/**
 * The entry of a diagnosis; they stand in the order of their precedence.
 * @param diagnosis an sx_diagnosis_id
 */
const sx_diagnosis_entry *sx_knowledge_diagnosis(guint diagnosis);

/** The stable id of a diagnosis, such as "auth.loop", by its number; NULL: unused. */
const char *sx_diagnosis_id_of(guint diagnosis);

/** Whether it is one of the outcomes by default (normal.*, failure.*), which say no more than the class of the code. */
static inline gboolean sx_diagnosis_is_default(const sx_diagnosis_entry *entry) {
    return entry->is_default;
}

/** Whether it is about headers that are missing: the annotation lists those one by one. */
gboolean sx_diagnosis_is_of_missing_header(const sx_diagnosis_entry *entry);

/** What a rule writes its findings into; the engine defines it. */
typedef struct sx_finding_builder sx_finding_builder;

/**
 * Adds evidence to a finding. The engine defines it; the functions of evidence.h call it.
 * @param evidence an sx_evidence_id
 * @param args valid only during the call, as are their texts
 */
void sx_evidence_add(sx_finding_builder *out, guint evidence, const sx_arg *args, guint n_args);

/**
 * The field that one placeholder of an evidence fills, an sx_field; SX_FIELD_NONE: none.
 * @param argument index of the argument
 */
guint sx_knowledge_evidence_field(guint evidence, guint argument);

/** Does the evidence replace the headline of its diagnosis? */
gboolean sx_knowledge_evidence_is_headline(guint evidence);

/** Do the frames in the evidence point to the finding on a second look? */
gboolean sx_knowledge_evidence_marks(guint evidence);

/** Prints an evidence; see sx_word_format(). @return newly allocated, free with g_free(); never NULL */
char *sx_knowledge_evidence_text(sx_language language, guint evidence, const sx_arg *args,
                                 guint n_args);

/* Made by kb.py; the table of evidence ends with a row of zeros, which the number of entries does not count. */
typedef struct {
    sx_word template;
    guint8 fields[SX_MAX_ARGS]; /* sx_field of each argument; SX_FIELD_NONE */
    guint8 is_headline;         /* gboolean */
    guint8 marks;               /* gboolean */
} sx_evidence_entry;
extern const sx_diagnosis_entry sx_diagnosis_entries[];
extern const guint8 sx_beaten[]; /* sx_diagnosis_id */
extern const sx_evidence_entry sx_evidence_entries[];
extern const guint sx_n_evidence_entries;

#endif
