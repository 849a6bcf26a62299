/* SPDX-License-Identifier: GPL-2.0-or-later
 * Fuzzes the reader of logs: any bytes as a log, with and without reading ahead, all at once and little at a time. What
 * it gives must be the same each time, and again by its place.
 */
#include "fuzz.h"

#include "log/log.h"
#include "wire/message.h"

#define MOST 40 /* messages that are compared */

/** What of a message must not differ. */
typedef struct {
    sx_log_place place;
    guint hash, repairs;
    gsize len;
    sx_log_direction direction;
    gboolean cut;
    const char *format;
    sx_endpoint source, destination;
} digest;

/** An input that gives `chunk` bytes at a time. */
typedef struct {
    const char *bytes;
    gsize len, at, chunk;
} slow;

static gssize read_slow(gpointer context, char *bytes, gsize room) {
    slow *s = (slow *)context;
    gsize n = MIN(MIN(room, s->chunk), s->len - s->at);
    memcpy(bytes, s->bytes + s->at, n);
    s->at += n;
    return (gssize)n;
}

static digest digest_of(const sx_log_message *message) {
    digest d;
    memset(&d, 0, sizeof d);
    d.place = message->place;
    d.len = message->text.len;
    d.repairs = message->repairs;
    d.direction = message->direction;
    d.cut = message->cut;
    d.format = message->format;
    d.source = message->source.endpoint;
    d.destination = message->destination.endpoint;
    for (gsize i = 0; i < message->text.len; i++)
        d.hash = d.hash * 31 + (guchar)message->text.p[i];
    return d;
}

static gboolean is_same_endpoint(const sx_endpoint *a, const sx_endpoint *b) {
    return a->ip_len == b->ip_len && a->port == b->port && memcmp(a->ip, b->ip, a->ip_len) == 0;
}

static gboolean is_same(const digest *a, const digest *b) {
    return a->place.offset == b->place.offset && a->place.start == b->place.start &&
           a->place.line == b->place.line && a->place.time == b->place.time &&
           a->place.precision == b->place.precision && a->place.flags == b->place.flags &&
           a->hash == b->hash && a->len == b->len && a->repairs == b->repairs &&
           a->direction == b->direction && a->cut == b->cut && a->format == b->format &&
           is_same_endpoint(&a->source, &b->source) &&
           is_same_endpoint(&a->destination, &b->destination);
}

static void check_message(const sx_log_message *message, guint64 size) {
    sx_message sip;
    sx_packet packet;
    sx_slice copy = exact_copy(message->text);
    CHECK(message->text.len > 0 && message->text.len <= 3 * SX_LOG_LARGEST);
    CHECK(message->place.offset + message->place.start < size);
    CHECK(message->place.line >= 1);
    CHECK(message->source.endpoint.ip_len == 4 || message->source.endpoint.ip_len == 16);
    CHECK(message->destination.endpoint.ip_len == 4 || message->destination.endpoint.ip_len == 16);
    CHECK(sx_message_read(copy, SX_FRAMING_REST, &sip) > 0);
    sx_log_packet(message, 1, &packet);
    free((char *)exact_copy(message->source.host).p);
    free((char *)exact_copy(message->destination.host).p);
    free((char *)copy.p);
}

/* Reads all messages; the first ones go to digests. */
static guint read_all(sx_log *log, gsize size, digest *digests) {
    sx_log_message message;
    sx_log_result result;
    guint n = 0;
    while ((result = sx_log_next(log, &message)) == SX_LOG_MESSAGE) {
        check_message(&message, size);
        if (n < MOST)
            digests[n] = digest_of(&message);
        n++;
        CHECK(n <= size / 8);
    }
    CHECK(result == (n > 0 ? SX_LOG_END : SX_LOG_NOT_A_LOG));
    CHECK(sx_log_next(log, &message) == result);
    return n;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    digest whole[MOST], part[MOST];
    sx_log_message message;
    sx_slice text = exact_copy((sx_slice){(const char *)data, size});
    for (guint ahead = 0; ahead <= 4096; ahead += 4096) {
        sx_log_options options = {.ahead = ahead, .file_time = G_GINT64_CONSTANT(1700000000000000)};
        sx_log *log = sx_log_new(sx_log_input_memory(text.p, text.len), &options);
        guint n = read_all(log, size, whole);
        for (guint i = MIN(n, MOST); i > 0; i--) {
            CHECK(sx_log_read_at(log, &whole[i - 1].place, &message));
            digest again = digest_of(&message);
            CHECK(is_same(&whole[i - 1], &again));
        }
        sx_log_free(log);
        slow s = {text.p, text.len, 0, size % 13 + 1};
        log = sx_log_new((sx_log_input){read_slow, NULL, NULL, &s}, &options);
        CHECK(read_all(log, size, part) == n);
        for (guint i = 0; i < MIN(n, MOST); i++)
            CHECK(is_same(&whole[i], &part[i]));
        CHECK(n == 0 || !sx_log_read_at(log, &whole[0].place, &message));
        sx_log_free(log);
    }
    free((char *)text.p);
    return 0;
}
