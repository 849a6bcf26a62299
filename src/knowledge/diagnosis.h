/* SPDX-License-Identifier: GPL-2.0-or-later
 * The words of the diagnoses, and how a finding says what it saw. Rules do not include this file but evidence.h,
 * which kb.py makes: it has one type-checked function for each bullet under "Evidence".
 */
#ifndef SX_DIAGNOSIS_H
#define SX_DIAGNOSIS_H

#include <glib.h>

#include "knowledge/verdict.h"

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

typedef enum { SX_BULLET_ALWAYS, SX_BULLET_WITH, SX_BULLET_WITHOUT } sx_bullet_when;

/** A cause or a fix. Some are right only for a finding with, or without, a certain evidence. */
typedef struct {
    const char *text; /* NULL ends a list */
    guint8 when;      /* sx_bullet_when */
    guint16 evidence; /* sx_evidence_id of evidence.h; of no meaning if shown always */
} sx_bullet;

#define SX_MAX_BULLETS 5 /* of one list that are shown together */

/** All that is known of one diagnosis but its evidence. */
typedef struct {
    const char *id;
    sx_verdict verdict;
    guint8 severity; /* sx_severity */
    guint8 slot;     /* sx_slot */
    const char *reference;
    const char *const
        *beats; /* ids it hides on the same frame, ends with NULL; NULL if it hides none */
    const char *headline;
    const char *meaning;
    const sx_bullet *causes; /* most likely first */
    const sx_bullet *fixes;
    gboolean marks_request; /* on a second look the request points here */
    gboolean marks;         /* that, or frames of its evidence: sx_knowledge_evidence_marks() */
} sx_diagnosis_entry;

/**
 * The entry of a diagnosis; they stand in the order of their precedence.
 * @param diagnosis an sx_diagnosis_id of evidence.h
 */
const sx_diagnosis_entry *sx_knowledge_diagnosis(guint diagnosis);

/** Whether it is one of the outcomes by default (normal.*, failure.*), which say no more than the class of the code. */
gboolean sx_diagnosis_is_default(const sx_diagnosis_entry *entry);

/** Whether it is about headers that are missing: the annotation lists those one by one. */
gboolean sx_diagnosis_is_of_missing_header(const sx_diagnosis_entry *entry);

#define SX_MAX_EVIDENCE_ARGS 6

typedef enum { SX_ARG_FRAME, SX_ARG_SECONDS, SX_ARG_NUMBER, SX_ARG_CODE, SX_ARG_TEXT } sx_arg_type;

/** The value of one placeholder. */
typedef struct {
    sx_arg_type type;
    union {
        guint64 number;   /* of SX_ARG_SECONDS microseconds */
        const char *text; /* of SX_ARG_TEXT; may be NULL */
    } value;
} sx_evidence_arg;

/** What a rule writes its findings into; the engine defines it. */
typedef struct sx_finding_builder sx_finding_builder;

/**
 * Adds evidence to a finding. The engine defines it; the functions of evidence.h call it.
 * @param evidence an sx_evidence_id of evidence.h
 * @param args valid only during the call, as are their texts
 */
void sx_evidence_add(sx_finding_builder *out, guint evidence, const sx_evidence_arg *args,
                     guint n_args);

/**
 * The number of the field that one placeholder of an evidence fills, see sx_knowledge_field(); 0: none.
 * @param argument index of the argument
 */
guint sx_knowledge_evidence_field(guint evidence, guint argument);

/** Does the evidence replace the headline of its diagnosis? */
gboolean sx_knowledge_evidence_is_headline(guint evidence);

/** Do the frames in the evidence point to the finding on a second look? */
gboolean sx_knowledge_evidence_marks(guint evidence);

/**
 * The template with its placeholders filled. Texts come from the network: white space is one blank for each character,
 * and what cannot be printed is escaped, ESC as \033, U+202E as \u202e.
 * A placeholder whose argument is missing is left out; a text of NULL gives "?".
 * @param args in the order in which the placeholders come first, or NULL; texts are valid UTF-8
 * @return newly allocated, free with g_free(); never NULL
 */
char *sx_knowledge_evidence_text(guint evidence, const sx_evidence_arg *args, guint n_args);

/** Adds a duration to a text, with its unit and no more precision than a reader needs: "350 ms", "1.2 s", "12 min". */
void sx_knowledge_append_time(GString *text, guint64 microseconds);

/* Made by kb.py; the table of evidence ends with a row of zeros, which the number of entries does not count. */
typedef struct {
    const char *template; /* as kb_template.py compiles it */
    gboolean is_headline;
    guint8 fields[SX_MAX_EVIDENCE_ARGS]; /* of each argument; 0: none */
    gboolean marks;
} sx_evidence_entry;
extern const sx_diagnosis_entry sx_diagnosis_entries[];
extern const sx_evidence_entry sx_evidence_entries[];
extern const guint sx_n_evidence_entries;

#endif
