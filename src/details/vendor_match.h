/* SPDX-License-Identifier: GPL-2.0-or-later
 * What the maker of a product or a provider says in a message, by the rows of the vendor files. It looks at one
 * message alone.
 */
#ifndef SX_VENDOR_H
#define SX_VENDOR_H

#include "knowledge/vendor_rows.h"
#include "wire/reason.h"

#define SX_VENDOR_MAX_HITS 4 /* rows of one message */

/** A row that fits the message. Slices point into the message. */
typedef struct {
    const sx_vendor_row *row;
    sx_slice number; /* digits that {number} of the pattern stands for; empty: none */
    guint16 cause;   /* of the Reason it goes by; 0: none */
    sx_slice found;  /* what the pattern matched, or the text it was looked for in; may be empty */
} sx_vendor_hit;

/**
 * The rows that fit a message, the more specific first. Of rows of one vendor that go by the same number only the
 * first is given. Linear in the size of the table, and next to nothing for a message with no sign of any row.
 * @param hits room for SX_VENDOR_MAX_HITS
 * @return how many there are
 */
guint sx_vendor_find(const sx_message *message, sx_vendor_hit *hits);

/**
 * The row whose vendor numbers its causes by itself, so that this one, though its protocol is SIP, is no SIP code.
 * @param reason a Reason of this message
 * @return NULL if there is none
 */
const sx_vendor_row *sx_vendor_own_cause(const sx_message *message, const sx_reason *reason);

/**
 * Whether a text fits a pattern (GUIDE.md tells the form). Only its first 200 bytes are looked at.
 * @param pattern NULL: every text does
 * @param number set to the digits that {number} stands for, empty if there are none; may be NULL
 * @param found set to what the pattern stands on; may be NULL
 */
gboolean sx_vendor_pattern_fits(sx_slice text, const char *pattern, sx_slice *number,
                                sx_slice *found);

#endif
