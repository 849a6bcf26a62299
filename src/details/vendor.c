/* SPDX-License-Identifier: GPL-2.0-or-later
 * Rows of what a vendor's own number, tag or wording stands for.
 */
#include "details/vendor_match.h"

#include "details/details.h"
#include "evidence.h"
#include "knowledge/facts.h"

void sx_detail_vendor(const sx_message *message, sx_finding_builder *out) {
    sx_vendor_hit hits[SX_VENDOR_MAX_HITS];
    guint n = sx_vendor_find(message, hits);
    for (guint i = 0; i < n; i++) {
        const sx_vendor_row *row = hits[i].row;
        const char *tag =
            sx_detail_text(out, hits[i].number.len > 0 ? hits[i].number : hits[i].found);
        if (tag[0] != '\0')
            sx_ev_detail_vendor_says(out, sx_vendor_of(row)->name, tag, row->means,
                                     sx_fact(row->id));
        else
            sx_ev_detail_vendor_code(out, sx_vendor_of(row)->name, row->means, sx_fact(row->id));
        sx_ev_detail_vendor_action(out, row->action);
        sx_ev_detail_vendor_source(out, row->source);
    }
}
