/* SPDX-License-Identifier: GPL-2.0-or-later
 * Warning 392 of SER-type proxies.
 */
#include "details/noisy.h"

#include <string.h>

gboolean sx_noisy_find(const sx_message *message, sx_slice *warning) {
    sx_header_walk walk = {0};
    guint digits;
    while (sx_message_next_element(message, SX_HDR_WARNING, &walk, warning)) {
        if (sx_slice_number(*warning, &digits) == 392 && digits == 3)
            return TRUE;
    }
    return FALSE;
}

sx_slice sx_noisy_field(sx_slice warning, const char *name) {
    gsize len = strlen(name);
    for (gsize i = 0; i + len < warning.len; i++) {
        if (memcmp(warning.p + i, name, len) != 0 || warning.p[i + len] != '=' ||
            (i > 0 && warning.p[i - 1] != ' ' && warning.p[i - 1] != ':'))
            continue;
        gsize begin = i + len;
        while (begin < warning.len && warning.p[begin] == '=') /* "via_cnt==1" */
            begin++;
        gsize end = begin;
        while (end < warning.len && warning.p[end] != ' ' && warning.p[end] != '"')
            end++;
        return (sx_slice){warning.p + begin, end - begin};
    }
    return (sx_slice){warning.p, 0};
}
