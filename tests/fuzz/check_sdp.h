/* SPDX-License-Identifier: GPL-2.0-or-later
 * What must be true of any bytes read as a session description; for the fuzzers of messages and of descriptions.
 */
#ifndef SX_CHECK_SDP_H
#define SX_CHECK_SDP_H

#include "fuzz.h"
#include "wire/sdp.h"

static inline void check_sdp_media(const sx_sdp_media *media, sx_slice text) {
    CHECK(is_inside(media->type, text) && is_inside(media->proto, text));
    CHECK(is_inside(media->level.address, text));
    CHECK(media->level.crypto == (media->level.crypto_tags != 0));
    CHECK(media->n_formats <= SX_SDP_MAX_FORMATS);
    for (guint i = 0; i < media->n_formats; i++) {
        CHECK(is_inside(media->formats[i].format, text));
        CHECK(is_inside(media->formats[i].rtpmap, text));
        CHECK(sx_sdp_codec(media, i).len == 0 || !sx_sdp_is_unmapped(media, i));
    }
    if (sx_sdp_is_secure(media) || sx_sdp_is_rtp(media) || sx_sdp_is_call_media(media))
        sx_sdp_is_black_hole(media);
}

/** Reads a copy in memory of its own, so that AddressSanitizer sees a read behind it. */
static inline gboolean check_sdp(sx_slice text, sx_sdp *sdp, sx_slice *copy) {
    *copy = exact_copy(text);
    gboolean any = sx_sdp_read(*copy, sdp);
    CHECK(any == (sdp->n_media > 0));
    CHECK(sdp->n_media <= SX_SDP_MAX_MEDIA && is_inside(sdp->session.address, *copy));
    CHECK(is_inside(sdp->qos.refused, *copy) && is_inside(sdp->bandwidth, *copy));
    CHECK(is_inside(sdp->language, *copy));
    for (guint i = 0; i < SX_N_QOS; i++) {
        CHECK(sdp->qos.of[i].strength <= SX_QOS_UNKNOWN);
        CHECK(sx_qos_strength_name(sdp->qos.of[i].strength) != NULL);
    }
    for (guint i = 0; i < sdp->n_media; i++)
        check_sdp_media(&sdp->media[i], *copy);
    return any;
}

#endif
