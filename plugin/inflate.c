/* SPDX-License-Identifier: GPL-2.0-or-later
 * Bounded inflating. By zlib, which Wireshark has loaded already: GIO's decompressor would bring two libraries more, a third
 * of what the plugin costs at start-up.
 */
#include "inflate.h"

#define ZLIB_CONST /* what is read is not written */
#include <zlib.h>

#define EITHER_FORMAT (32 + MAX_WBITS) /* zlib or gzip, as the head of the data says */

sx_inflate_result sx_inflate(sx_slice compressed, char *out, gsize room, gsize *len) {
    z_stream stream = {.next_in = (const Bytef *)compressed.p,
                       .avail_in = (uInt)MIN(compressed.len, G_MAXUINT),
                       .next_out = (Bytef *)out,
                       .avail_out = (uInt)MIN(room, G_MAXUINT)};
    *len = 0;
    if (inflateInit2(&stream, EITHER_FORMAT) != Z_OK)
        return SX_INFLATED_IN_PART;
    int result = inflate(&stream, Z_SYNC_FLUSH);
    *len = (gsize)((char *)stream.next_out - out);
    inflateEnd(&stream);
    return result == Z_STREAM_END ? SX_INFLATED : SX_INFLATED_IN_PART;
}
