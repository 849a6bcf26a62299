/* SPDX-License-Identifier: GPL-2.0-or-later
 * Bounded inflating, with the decompressor that comes with GLib.
 */
#include "inflate.h"

#include <gio/gio.h>

static gboolean is_gzip(sx_slice compressed) {
    return compressed.len >= 2 && (guint8)compressed.p[0] == 0x1f &&
           (guint8)compressed.p[1] == 0x8b;
}

sx_inflate_result sx_inflate(sx_slice compressed, char *out, gsize room, gsize *len) {
    GConverter *converter = G_CONVERTER(g_zlib_decompressor_new(
        is_gzip(compressed) ? G_ZLIB_COMPRESSOR_FORMAT_GZIP : G_ZLIB_COMPRESSOR_FORMAT_ZLIB));
    GConverterResult result = G_CONVERTER_CONVERTED;
    *len = 0;
    while (result == G_CONVERTER_CONVERTED && *len < room) {
        gsize read = 0;
        gsize written = 0;
        result = g_converter_convert(converter, compressed.p, compressed.len, out + *len,
                                     room - *len, G_CONVERTER_INPUT_AT_END, &read, &written, NULL);
        compressed.p += read;
        compressed.len -= read;
        *len += written;
    }
    g_object_unref(converter);
    return result == G_CONVERTER_FINISHED ? SX_INFLATED : SX_INFLATED_IN_PART;
}
