/* SPDX-License-Identifier: GPL-2.0-or-later
 * Rows of the Contacts of a redirect, and of the alternatives in a 485.
 */
#include "details/details.h"
#include "evidence.h"
#include "wire/uri.h"

#define MAX_TARGETS 16 /* shown of one response */

void sx_detail_redirect(const sx_message *response, sx_finding_builder *out) {
    sx_header_walk walk = {0};
    sx_slice element;
    sx_slice q;
    if (response->code / 100 != 3 && response->code != 485)
        return;
    for (guint n = 0;
         n < MAX_TARGETS && sx_message_next_element(response, SX_HDR_CONTACT, &walk, &element);
         n++) {
        const char *target = sx_detail_text(out, sx_uri_text(element));
        if (sx_slice_param(element, "q", &q) && q.len > 0)
            (n == 0 ? sx_ev_detail_redirect_contact_q
                    : sx_ev_detail_redirect_next_q)(out, target, sx_detail_text(out, q));
        else
            (n == 0 ? sx_ev_detail_redirect_contact : sx_ev_detail_redirect_next)(out, target);
    }
}
