/* SPDX-License-Identifier: GPL-2.0-or-later
 * Fuzzes the reader of HEP, and what inflates a payload: any bytes as a packet of which some more were on the wire.
 */
#include "fuzz.h"
#include "inflate.h"
#include "wire/hep.h"

#define ROOM 4096

static void check_chunk(const sx_hep_chunk *chunk, sx_slice bytes, gsize len) {
    CHECK(is_inside(chunk->data, bytes) && chunk->data.len <= chunk->len);
    CHECK(chunk->start <= chunk->offset && chunk->offset + chunk->len <= len);
}

static void check_walk(sx_slice bytes, gsize len) {
    sx_hep_walk walk;
    sx_hep_chunk chunk;
    gsize end = 0;
    guint n = 0;
    if (!sx_hep_begin(&walk, bytes, len))
        return;
    while (sx_hep_next(&walk, &chunk)) {
        check_chunk(&chunk, bytes, len);
        CHECK(chunk.start >= end);
        end = chunk.offset + chunk.len;
        n++;
        sx_hep_number(&chunk);
    }
    CHECK(n <= MAX(len / 6, 10));
    CHECK(!sx_hep_next(&walk, &chunk));
}

static void check_payload(const sx_hep *hep) {
    gsize len;
    char *room = (char *)malloc(ROOM);
    sx_inflate(hep->payload.data, room, ROOM, &len);
    CHECK(len <= ROOM);
    free(room);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    gsize more = size > 0 ? data[size - 1] : 0;
    sx_slice bytes = exact_copy((sx_slice){(const char *)data, size});
    sx_hep hep;
    gboolean is_hep = sx_hep_read(&hep, bytes, bytes.len + more);
    check_walk(bytes, bytes.len + more);
    if (is_hep) {
        CHECK(hep.version >= 1 && hep.version <= 3);
        CHECK(hep.source.ip_len == 0 || hep.source.ip_len == 4 || hep.source.ip_len == 16);
        CHECK(hep.has_time || hep.time < SX_SECOND);
        CHECK(hep.time >= 0);
    }
    if (is_hep && hep.has_payload) {
        check_chunk(&hep.payload, bytes, bytes.len + more);
        check_payload(&hep);
    }
    free((char *)bytes.p);
    return 0;
}
