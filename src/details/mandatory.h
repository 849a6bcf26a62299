/* SPDX-License-Identifier: GPL-2.0-or-later
 * The headers that a response must carry because of its status code and method.
 */
#ifndef SX_MANDATORY_H
#define SX_MANDATORY_H

#include "wire/message.h"

/** How bad it is that a mandatory header is missing. */
typedef enum {
    SX_MISSING_NOTED,  /* expected, but no RFC in force says MUST */
    SX_MISSING_BESIDE, /* a MUST is broken; what was refused tells the receiver more */
    SX_MISSING_MUST,   /* a MUST is broken; the response can still be used */
    SX_MISSING_USELESS /* the receiver cannot go on with this response */
} sx_missing_weight;

/** One rule: responses with this code and method carry one of these headers. */
typedef struct {
    guint16 first_code, last_code;
    const char *methods;    /* each with a space on both sides; NULL: any */
    sx_header_id one_of[3]; /* any of them will do; SX_HDR_OTHER fills up */
    const char *what;       /* what is missing, for the reader: "WWW-Authenticate" */
    guint16 rfc;            /* that demands it */
    const char *section;    /* of the RFC: "8.2.6.2" */
    sx_missing_weight weight;
} sx_mandatory_rule;

/** Set of broken rules: bit n is rule n of sx_mandatory_rules. */
typedef guint64 sx_missing_set;

extern const sx_mandatory_rule sx_mandatory_rules[];
extern const guint sx_n_mandatory_rules;

/**
 * The rules that a response breaks. A response whose headers were not captured to their end breaks none: what is
 * missing may stand behind the cut.
 */
sx_missing_set sx_mandatory_missing(const sx_message *response);

/** The next rule of a set, taking it out; NULL when the set is empty. */
const sx_mandatory_rule *sx_missing_next(sx_missing_set *set);

/** The worst weight in a set that is not empty. */
sx_missing_weight sx_missing_worst(sx_missing_set set);

#endif
