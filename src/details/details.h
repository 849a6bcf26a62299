/* SPDX-License-Identifier: GPL-2.0-or-later
 * What a message itself says, header by header, as rows with typed values: see knowledge/en/details. Nothing here
 * remembers anything; it is read again whenever the message is shown.
 */
#ifndef SX_DETAILS_H
#define SX_DETAILS_H

#include "diagnose/annotation.h"
#include "diagnose/findings.h"
#include "wire/message.h"
#include "wire/packet.h"

#define SX_DETAIL_TEXT 400 /* bytes shown of one value from the wire */

/** Whether a request says something worth a row, so that it is shown without any diagnosis too. */
gboolean sx_details_on_request(const sx_message *request, const sx_packet *packet);

/**
 * Adds the rows of a message to `out`, as evidence of the finding that is being made.
 * @param packet where it was seen
 * @param has_product_of_request its User-Agent is that of its request, and may be a copy: it names nobody
 * @param out see sx_findings_begin()
 */
void sx_details_read(const sx_message *message, const sx_packet *packet,
                     gboolean has_product_of_request, sx_finding_builder *out);

/* One topic each. */
void sx_detail_reason(const sx_message *message, sx_finding_builder *out);
void sx_detail_contradiction(const sx_message *message, sx_finding_builder *out);
void sx_detail_warning(const sx_message *response, sx_finding_builder *out);
void sx_detail_limits(const sx_message *response, sx_finding_builder *out);
void sx_detail_support(const sx_message *response, sx_finding_builder *out);
void sx_detail_errors(const sx_message *response, sx_finding_builder *out);
void sx_detail_challenge(const sx_message *response, sx_finding_builder *out);
void sx_detail_redirect(const sx_message *response, sx_finding_builder *out);
void sx_detail_vendor(const sx_message *message, sx_finding_builder *out);
void sx_detail_address(const sx_message *message, const sx_packet *packet, sx_finding_builder *out);
void sx_detail_server(const sx_message *response, sx_finding_builder *out);

/** Who made the response, as the annotation tells. */
void sx_detail_answered(const sx_annotation *annotation, sx_finding_builder *out);

/** Whether an INVITE or REGISTER from a public address has private ones inside that cannot work. */
gboolean sx_detail_address_on_request(const sx_message *request, const sx_packet *packet);

/** A value from the wire for a row: trimmed, cut at SX_DETAIL_TEXT, valid UTF-8, on one line. */
const char *sx_detail_text(sx_finding_builder *out, sx_slice value);

/** The same for a quoted string: without quotes, also where the closing one is missing, and without escapes. */
const char *sx_detail_quoted(sx_finding_builder *out, sx_slice value);

/** The number that a value begins with; FALSE if there is none, or one of more than 32 bits. */
gboolean sx_detail_number(sx_slice value, guint32 *number);

#endif
