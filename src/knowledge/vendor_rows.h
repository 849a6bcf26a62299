/* SPDX-License-Identifier: GPL-2.0-or-later
 * The rows of the vendor files: what a product or provider writes into its messages and what it stands for. Made by
 * kb.py from en/vendors; vendor.h finds the rows of a message.
 */
#ifndef SX_VENDOR_ROWS_H
#define SX_VENDOR_ROWS_H

#include "knowledge/words.h"
#include "wire/header.h"

/** A product, a family of products or a provider. Patterns are lists of sx_fact(); 0: there are none. */
typedef struct {
    sx_word name;
    guint16 sign;      /* patterns for Server and User-Agent */
    guint16 hosts;     /* patterns for Via, Contact and Record-Route too */
    guint8 bit;        /* below 64: a number for each vendor */
    guint8 own_causes; /* gboolean: SIP causes of its rows are numbers of its own, no SIP codes */
} sx_vendor;

/** One thing that a vendor says. */
typedef struct {
    guint16 id;     /* sx_fact(); stable: "telnyx.d35" */
    guint16 vendor; /* among sx_vendors */
    sx_word means, action, source;
    guint8 diagnosis; /* sx_diagnosis_id that tells it; SX_DIAG_NONE: none */
} sx_vendor_row;

/** Where the pattern of a match is looked for. */
typedef enum {
    SX_VENDOR_IN_CODE,   /* nowhere: the status code says it */
    SX_VENDOR_IN_PHRASE, /* reason phrase of a final response that is not the registered one */
    SX_VENDOR_IN_TEXT,   /* that phrase, texts of Reason, Warnings but 392 */
    SX_VENDOR_IN_HEADER, /* first header of this kind */
    SX_VENDOR_IN_REASON, /* text of a Reason with this protocol and cause */
} sx_vendor_place;

/** One way to know a row by. All that is given must hold. */
typedef struct {
    guint16 row; /* index into sx_vendor_rows */
    guint8 place;
    guint8 is_signed; /* gboolean: needs a sign of the vendor */
    guint8 has_codes; /* gboolean: responses with these codes only */
    guint16 first_code, last_code;
    guint16 header; /* sx_header_id */
    guint16 first_cause, last_cause;
    guint16 protocol; /* of the Reason; sx_fact() */
    guint16 pattern;  /* sx_fact(), see GUIDE.md; 0: anything */
} sx_vendor_match;

/* Ends of the tables are rows that the numbers do not count. Matches: the more specific come first. */
extern const sx_vendor sx_vendors[];
extern const sx_vendor_row sx_vendor_rows[];
extern const guint sx_n_vendor_rows;
extern const sx_vendor_match sx_vendor_matches[];
extern const guint sx_n_vendor_matches;
extern const guint8 sx_vendor_headers[]; /* headers of the matches; ends with SX_HDR_OTHER */

/** Who says it. */
static inline const sx_vendor *sx_vendor_of(const sx_vendor_row *row) {
    return &sx_vendors[row->vendor];
}

#endif
