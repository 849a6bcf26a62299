/* SPDX-License-Identifier: GPL-2.0-or-later
 * What a rule sees and what it answers. One rule makes one diagnosis; a folder holds the rules of one family.
 */
#ifndef SX_DIAGNOSE_RULE_H
#define SX_DIAGNOSE_RULE_H

#include "calls/bounded_map.h"
#include "calls/calls.h"
#include "details/mandatory.h"
#include "diagnose/findings.h"
#include "diagnose/scratch.h"
#include "knowledge/diagnosis.h"
#include "wire/reason.h"

/** On which messages a rule is asked: the column "on" of knowledge/diagnoses.csv, and what "codes" and "requests" say. */
typedef enum {
    SX_ON_RESPONSE = 1 << 0,  /* a response whose request is known */
    SX_ON_ORPHAN = 1 << 1,    /* also on one whose request is not in this capture */
    SX_ON_REQUEST = 1 << 2,   /* a request; flow and detail rules only */
    SX_ON_COPY = 1 << 3,      /* also on retransmissions; flow and detail rules only */
    SX_ON_QUOTED = 1 << 4,    /* only on messages quoted in ICMP errors; flow rules only */
    SX_ON_DUPLICATE = 1 << 5, /* only on packets captured twice */
    SX_ON_TIMED = 1 << 6,     /* only where the messages have times, to the second at least */
} sx_rule_on;

/** One message and all that is known when it comes. */
typedef struct {
    sx_calls *calls;
    const sx_message *message;
    const sx_packet *packet;
    sx_observation seen;
    sx_missing_set
        missing; /* mandatory headers that a response does not have; of a quoted one: none */
    sx_precision precision;  /* of the times of its call, itself included */
    sx_finding_builder *out; /* where evidence goes */
    sx_severity severity;    /* of the diagnosis; a rule may change it */
    void *const *memory;     /* what each learner remembers of the whole capture: learner.h */
    sx_scratch *scratch;     /* texts for this message: context.h */
    const char *text;        /* see sx_context_text() */
    sx_uri contact;          /* see sx_context_contact(); not set before it was asked */
    gboolean knows_contact;
    sx_bounded_map *hops; /* what was reported at other hops: hops.h */
} sx_context;

#define SX_RULE_RANGES 4 /* of codes, for one rule */

/**
 * One rule; the table of all is made from knowledge/diagnoses.csv, in the order of precedence.
 * holds: whether the diagnosis is right for this message. It adds its evidence to context->out by the functions of
 * evidence.h; what it added is dropped when it answers FALSE. It must not change the memory but for the bits of
 * `reported`.
 */
typedef struct {
    guint diagnosis; /* sx_diagnosis_id of evidence.h */
    guint on;        /* sx_rule_on */
    struct {
        guint16 first, last;
    } codes[SX_RULE_RANGES]; /* of responses; 0, 0: no further range */
    guint32 methods;         /* SX_METHOD_BIT()s of the CSeq of responses */
    guint32 requests;        /* SX_METHOD_BIT()s of requests */
    gboolean (*holds)(sx_context *context);
} sx_rule;
extern const sx_rule sx_rules[];
extern const guint sx_n_rules;

#define SX_METHOD_BIT(name) (1u << SX_METHOD_##name)

/** What is reported once of a transaction: bits of its `reported`. */
enum {
    SX_REPORTED_SILENCE = 1 << 0,       /* timer.no-response, timer.fragmented-request-lost */
    SX_REPORTED_RESPONSE_LOST = 1 << 1, /* retransmit.response-lost */
    SX_REPORTED_ONLY_TRYING = 1 << 2,   /* of a CANCEL: timer.silent-after-trying */
    SX_REPORTED_NOT_COPIED = 1 << 3,    /* header.not-copied */
};

/** The same of a final response. */
enum {
    SX_REPORTED_ACK_MISSING = 1 << 0, /* ack.missing, its private-contact form, -for-failure */
    SX_REPORTED_ACK_FAILING = 1 << 1, /* ack.misdirected, ack.not-arriving */
};

#endif
