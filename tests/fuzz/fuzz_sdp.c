/* SPDX-License-Identifier: GPL-2.0-or-later
 * Fuzzes the reader of session descriptions: any bytes as a description, and what is kept of it as an offer.
 */
#include "check_sdp.h"
#include "diagnose/media/media_state.h"

/* What is kept of an offer must come back as it was. */
static void check_packing(const sx_sdp *sdp) {
    sx_media_summary summary, back;
    sx_media_summarize(sdp, &summary);
    memset(&back, 0x55, sizeof back);
    void *packed = g_malloc(sx_media_offer_size(&summary));
    sx_media_offer_pack(&summary, packed);
    sx_media_offer_unpack(packed, &back);
    g_free(packed);
    CHECK(back.address == summary.address && back.n_media == summary.n_media);
    CHECK(back.profiles == summary.profiles && back.qos == summary.qos);
    CHECK(memcmp(back.media, summary.media,
                 MIN(summary.n_media, SX_MEDIA_MAX_LINES) * sizeof back.media[0]) == 0);
    CHECK(!back.qos ||
          memcmp(back.preconditions, summary.preconditions, sizeof back.preconditions) == 0);
    CHECK(sx_codecs_hash(&back.codecs) == sx_codecs_hash(&summary.codecs));
    CHECK(strcmp(back.codec_names, summary.codec_names) == 0);
    CHECK(strcmp(back.lines, summary.lines) == 0);
    CHECK(summary.codecs.n == 0 || sx_codecs_meet(&back.codecs, &summary.codecs));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    sx_sdp sdp;
    sx_slice copy;
    if (check_sdp((sx_slice){(const char *)data, size}, &sdp, &copy))
        check_packing(&sdp);
    free((char *)copy.p);
    return 0;
}
