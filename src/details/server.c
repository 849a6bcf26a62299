/* SPDX-License-Identifier: GPL-2.0-or-later
 * Row of the product that wrote the response.
 */
#include "details/details.h"
#include "evidence.h"

void sx_detail_server(const sx_message *response, sx_finding_builder *out) {
    const char *product = sx_detail_text(out, sx_message_product(response));
    if (product[0] == '\0')
        return;
    if (sx_message_header(response, SX_HDR_SERVER).len > 0)
        sx_ev_detail_server_server(out, product);
    else
        sx_ev_detail_server_user_agent(out, product);
}
