/* SPDX-License-Identifier: GPL-2.0-or-later
 * What a rule sees and what it answers. One rule makes one diagnosis; one file holds the rules of one family.
 */
#ifndef SX_DIAGNOSE_RULE_H
#define SX_DIAGNOSE_RULE_H

#include "calls/calls.h"
#include "details/mandatory.h"
#include "diagnose/findings.h"
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
} sx_rule_on;

/** The families that learn from messages, in this order. */
typedef enum {
    SX_FAMILY_AUTH,
    SX_FAMILY_MEDIA,
    SX_FAMILY_SESSION,
    SX_FAMILY_POLICY,
    SX_FAMILY_ROUTE,
    SX_FAMILY_FLOW,
    SX_N_FAMILIES
} sx_family_id;

/** One message and all that is known when it comes. */
typedef struct {
    sx_calls *calls;
    const sx_message *message;
    const sx_packet *packet;
    sx_observation seen;
    sx_missing_set
        missing; /* mandatory headers that a response does not have; of a quoted one: none */
    sx_finding_builder *out;     /* where evidence goes */
    sx_severity severity;        /* of the diagnosis; a rule may change it */
    void *memory[SX_N_FAMILIES]; /* what each family remembers of the whole capture */
    GStringChunk *scratch;       /* emptied before each message */
    const char *text;            /* see sx_context_text() */
    struct sx_hops **hops;       /* what was told at other hops */
} sx_context;

#define SX_RULE_RANGES 4 /* of codes, for one rule */

/**
 * One rule; the table of all is made from knowledge/diagnoses.csv, in the order of precedence.
 * holds: whether the diagnosis is right for this message. It adds its evidence to context->out by the functions of
 * evidence.h; what it added is dropped when it answers FALSE. It must not change the memory but for the bits of `reported`.
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
};

/** The same of a final response. */
enum {
    SX_REPORTED_ACK_MISSING = 1 << 0, /* ack.missing, its private-contact form, -for-failure */
    SX_REPORTED_ACK_FAILING = 1 << 1, /* ack.misdirected, ack.not-arriving */
};

/** A family of diagnoses: what it learns from every message. Any function may be NULL. */
typedef struct {
    void *(*memory_new)(void); /* once a capture */
    void (*memory_free)(void *memory);
    void (*before)(
        sx_context *context); /* before the rules: learn what they need from this message */
    void (*after)(sx_context *context,
                  guint outcome);         /* after them: sx_diagnosis_id of the outcome */
    void (*details)(sx_context *context); /* after that: rows about this message that need others */
} sx_family;

/**
 * TXT of the rules: reason phrase, texts of Reason and of Warning (but code 392), in lower case, separated by " | ".
 * @return valid until the next message; never NULL
 */
const char *sx_context_text(sx_context *context);

/** The same texts as they were sent, separated by "; ": for evidence. Valid until the next message; never NULL. */
const char *sx_context_said(sx_context *context);

/**
 * Whether a text matches a regular expression (GRegex syntax; write it in lower case for sx_context_text()).
 * @param pattern a string constant: compiled once and kept
 */
gboolean sx_matches(const char *text, const char *pattern);

/**
 * The same, but fast where the text does not match.
 * @param words ends with NULL; whatever matches the pattern has one of these
 */
gboolean sx_matches_with(const char *text, const char *const words[], const char *pattern);

/** The status code, 0 for a request. */
static inline guint sx_context_code(const sx_context *context) {
    return context->message->is_response ? context->message->code : 0;
}

/** Time from the first copy of the request to this message in microseconds, never negative; 0 for orphans. */
gint64 sx_context_since_request(const sx_context *context);

/** A short-lived copy of a slice as valid UTF-8, for evidence; valid until the next message. */
const char *sx_context_copy(sx_context *context, sx_slice text);

#endif
