/* SPDX-License-Identifier: GPL-2.0-or-later
 * The SDP reader: what counts for which m= line, broken descriptions, ends in every place.
 */
#include "support.h"
#include "wire/sdp.h"

static sx_sdp read_sdp(const char *text) {
    sx_sdp sdp;
    g_assert_true(sx_sdp_read(text_slice(text), &sdp));
    return sdp;
}

static const char two_media[] = "v=0\r\n"
                                "o=- 1 1 IN IP4 192.0.2.1\r\n"
                                "s=-\r\n"
                                "c=IN IP4 192.0.2.1/127\r\n"
                                "t=0 0\r\n"
                                "a=sendonly\r\n"
                                "m=audio 10000 RTP/AVP 0 97 101\r\n"
                                "a=rtpmap:97 opus/48000/2\r\n"
                                "a=rtpmap:101 telephone-event/8000\r\n"
                                "a=ptime:20\r\n"
                                "a=sendrecv\r\n"
                                "m=video 10002/2 UDP/TLS/RTP/SAVPF 31 98\r\n"
                                "c=IN IP6 2001:db8::1\r\n"
                                "a=fingerprint:sha-256 AA:BB\r\n"
                                "a=ice-ufrag:x\r\n"
                                "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:x\r\n";

static void test_media(void) {
    sx_sdp sdp = read_sdp(two_media);
    const sx_sdp_media *audio = &sdp.media[0];
    const sx_sdp_media *video = &sdp.media[1];
    g_assert_cmpuint(sdp.n_media, ==, 2);
    assert_slice(audio->type, "audio");
    g_assert_cmpuint(audio->port, ==, 10000);
    assert_slice(audio->proto, "RTP/AVP");
    g_assert_cmpuint(audio->n_formats, ==, 3);
    assert_slice(audio->level.address, "192.0.2.1");
    g_assert_false(audio->level.ipv6);
    g_assert_cmpuint(audio->level.ptime, ==, 20);
    g_assert_cmpuint(audio->level.direction, ==, SX_SDP_SENDRECV);
    g_assert_false(audio->level.crypto || audio->level.fingerprint || audio->level.ice);
    assert_slice(video->level.address, "2001:db8::1");
    g_assert_true(video->level.ipv6);
    g_assert_cmpuint(video->port, ==, 10002);
    g_assert_cmpuint(video->level.direction, ==, SX_SDP_SENDONLY);
    g_assert_true(video->level.crypto && video->level.fingerprint && video->level.ice);
    g_assert_true(sx_sdp_is_rtp(video) && sx_sdp_is_secure(video) && sx_sdp_is_call_media(video));
    g_assert_true(sx_sdp_is_rtp(audio) && !sx_sdp_is_secure(audio));
}

static void test_codecs(void) {
    sx_sdp sdp = read_sdp(two_media);
    assert_slice(sx_sdp_codec(&sdp.media[0], 0), "PCMU");
    assert_slice(sx_sdp_codec(&sdp.media[0], 1), "opus");
    assert_slice(sx_sdp_codec(&sdp.media[0], 2), "telephone-event");
    assert_slice(sx_sdp_codec(&sdp.media[1], 0), "H261");
    assert_slice(sx_sdp_codec(&sdp.media[1], 1), "");
    sdp = read_sdp("m=audio 1 RTP/AVP 8 00000000000000000000018 999999999999 8x 1 -8 35\n"
                   "a=rtpmap:8 speex/8000\na=rtpmap:\na=rtpmap:1\na=rtpmap:7 x\n");
    assert_slice(sx_sdp_codec(&sdp.media[0], 0), "speex");
    assert_slice(sx_sdp_codec(&sdp.media[0], 1), "G729");
    for (guint i = 2; i < sdp.media[0].n_formats; i++)
        assert_slice(sx_sdp_codec(&sdp.media[0], i), "");
}

static void test_fax(void) {
    sx_sdp sdp = read_sdp("c=IN IP4 0.0.0.0\nm=image 4000 udptl t38\nm=audio 0 RTP/AVP 0\n");
    assert_slice(sdp.media[0].type, "image");
    assert_slice(sdp.media[0].formats[0].format, "t38");
    assert_slice(sx_sdp_codec(&sdp.media[0], 0), "");
    g_assert_false(sx_sdp_is_rtp(&sdp.media[0]) || sx_sdp_is_call_media(&sdp.media[0]));
    g_assert_true(sx_sdp_is_black_hole(&sdp.media[0]));
    g_assert_cmpuint(sdp.media[1].port, ==, 0);
}

static void test_preconditions(void) {
    sx_sdp sdp = read_sdp("m=audio 1 RTP/AVP 0\r\n"
                          "a=curr:qos local none\r\na=des:qos mandatory local sendrecv\r\n"
                          "a=des:qos failure remote sendrecv\r\na=conf:qos remote sendrecv\r\n"
                          "a=curr:other local none\r\n");
    const sx_sdp_precondition *local = &sdp.qos.of[SX_QOS_LOCAL];
    const sx_sdp_precondition *remote = &sdp.qos.of[SX_QOS_REMOTE];
    g_assert_true(local->has_current && !local->confirm && !remote->has_current);
    g_assert_cmpuint(local->current, ==, 0);
    g_assert_cmpuint(local->strength, ==, SX_QOS_MANDATORY);
    g_assert_cmpuint(local->desired, ==, SX_QOS_SENDRECV);
    g_assert_cmpuint(remote->strength, ==, SX_QOS_FAILURE);
    g_assert_true(remote->confirm);
    g_assert_cmpuint(sdp.qos.of[SX_QOS_E2E].strength, ==, SX_QOS_ABSENT);
    assert_slice(sdp.qos.refused, "des:qos failure remote sendrecv");
    sdp =
        read_sdp("m=audio 1 RTP/AVP 0\r\na=curr:x qos\r\na=des\r\na=des:sec unknown e2e send\r\n"
                 "a=curr:qos here send\r\na=curr:qos local up\r\na=des:qos strong local send\r\n");
    for (guint i = 0; i < SX_N_QOS; i++)
        g_assert_false(sdp.qos.of[i].has_current || sdp.qos.of[i].strength != SX_QOS_ABSENT);
    assert_slice(sdp.qos.refused, "des:sec unknown e2e send");
}

static void test_marks(void) {
    sx_sdp sdp = read_sdp(
        "b=AS:64\na=group:BUNDLE 0 1\na=lang:de\nm=audio 1 RTP/SAVP 0 96\n"
        "a=crypto:3 X inline:x\na=crypto:99 X\na=crypto:\na=rtcp-mux\n"
        "a=pcfg:1 t=1\na=hlang-send:en\nb=TIAS:1\nm=audio 1 RTP/AVP 0 96\na=rtpmap:96 x/1\n");
    g_assert_true(sdp.bundle);
    assert_slice(sdp.bandwidth, "AS:64");
    assert_slice(sdp.language, "de");
    g_assert_cmpuint(sdp.media[0].level.crypto_tags, ==, 1u << 3 | 1u);
    g_assert_true(sdp.media[0].level.rtcp_mux && sdp.media[0].level.negotiates);
    g_assert_false(sdp.media[1].level.rtcp_mux || sdp.media[1].level.negotiates);
    g_assert_true(sx_sdp_is_unmapped(&sdp.media[0], 1) && !sx_sdp_is_unmapped(&sdp.media[0], 0));
    g_assert_false(sx_sdp_is_unmapped(&sdp.media[1], 1));
    sdp = read_sdp("a=group:LS 1\nm=audio 1 RTP/AVP 0\n");
    g_assert_false(sdp.bundle || sdp.bandwidth.len > 0 || sdp.language.len > 0);
}

static void test_tolerance(void) {
    sx_sdp sdp = read_sdp("c=IN IP4\rc=\r\rx\n=\nm=\nm=audio\nm=audio x RTP/AVP 0\n"
                          "m=audio 70000 RTP/AVP 0\nc=IN IP4 10.0.0.1\na=inactive\n"
                          " m=audio 5 RTP/AVP\n\n\nc= IN  IP4 192.0.2.1 \na=PTIME: 99999999\n");
    g_assert_cmpuint(sdp.n_media, ==, 1);
    g_assert_cmpuint(sdp.media[0].port, ==, 5);
    g_assert_cmpuint(sdp.media[0].n_formats, ==, 0);
    assert_slice(sdp.media[0].level.address, "192.0.2.1");
    g_assert_cmpuint(sdp.media[0].level.direction, ==, SX_SDP_SENDRECV);
    g_assert_cmpuint(sdp.media[0].level.ptime, ==, 65535);
    g_assert_false(sx_sdp_read(text_slice(""), &sdp));
    g_assert_false(sx_sdp_read(text_slice("v=0\r\nc=IN IP4 1.2.3.4\r\n"), &sdp));
}

static void test_limits(void) {
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < 40; i++) {
        g_string_append(text, "m=audio 1 RTP/AVP");
        for (guint j = 0; j < 100; j++)
            g_string_append_printf(text, " %u", j);
        g_string_append(text, "\na=rtpmap:99 late/8000\na=sendonly\nc=IN IP4 10.0.0.1\n");
    }
    sx_sdp sdp = read_sdp(text->str);
    g_assert_cmpuint(sdp.n_media, ==, SX_SDP_MAX_MEDIA);
    g_assert_cmpuint(sdp.media[0].n_formats, ==, SX_SDP_MAX_FORMATS);
    g_assert_cmpuint(sdp.session.address.len, ==, 0);
    g_string_free(text, TRUE);
}

/* Each prefix stands in memory of exactly its size, so that a sanitizer sees one byte too many. */
static void test_truncation(void) {
    static const char odd[] = "m=audio 1 RTP/AVP 0\na=des:qos failure e2e send\nc=IN IP4 1/2";
    const char *const texts[] = {two_media, odd};
    for (guint i = 0; i < G_N_ELEMENTS(texts); i++) {
        for (gsize len = 0; len <= strlen(texts[i]); len++) {
            char *part = g_memdup2(texts[i], len);
            sx_sdp sdp;
            gboolean any = sx_sdp_read((sx_slice){part, len}, &sdp);
            g_assert_cmpuint(any, ==, sdp.n_media > 0);
            for (guint m = 0; m < sdp.n_media; m++) {
                for (guint f = 0; f < sdp.media[m].n_formats; f++)
                    g_assert_cmpuint(sx_sdp_codec(&sdp.media[m], f).len, <, 32);
            }
            g_free(part);
        }
    }
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/sdp/media", test_media);
    g_test_add_func("/sdp/codecs", test_codecs);
    g_test_add_func("/sdp/fax", test_fax);
    g_test_add_func("/sdp/preconditions", test_preconditions);
    g_test_add_func("/sdp/marks", test_marks);
    g_test_add_func("/sdp/tolerance", test_tolerance);
    g_test_add_func("/sdp/limits", test_limits);
    g_test_add_func("/sdp/truncation", test_truncation);
    return g_test_run();
}
