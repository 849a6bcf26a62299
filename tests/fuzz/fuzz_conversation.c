/* SPDX-License-Identifier: GPL-2.0-or-later
 * Fuzzes the explainer: one input is a whole conversation, cut into frames by lines such as
 *
 *     @@ 500 192.0.2.10:5060 [2001:db8::1]:5060 tcp
 *
 * milliseconds since the frame before (may be negative), source, destination, options. The bytes below such a line, up
 * to the line end before the next one, are what the frame carries. Options: tcp; idN, the IP identification; icmpT/C,
 * the frame is an ICMP error of this type and code that quotes the bytes; quoted, the bytes stand inside another
 * message; same, still the frame before; +N, so many frames without SIP before this one; dropped, the frame takes the
 * number of the one before, which a read filter dropped; late, the frame is met out of order; log, an application wrote it
 * down; precN, an sx_precision. An input that begins with "!" is explained without diagnosing.
 */
#define _GNU_SOURCE /* memmem() */
#include "explainer.h"
#include "fuzz.h"
#include "wire/uri.h"

#define MARK "\n@@ "
#define MAX_LINE 200
#define MAX_WORDS 12
#define MAX_TIME (G_MAXINT64 / 4) /* the plugin sees to that */
#define MAX_GAP (2 * MAX_TIME / SX_MILLISECOND)
#define MAX_SKIP 1000
#define MAX_LABEL 239 /* bytes: what Wireshark shows of a row */

/** One conversation while it is fed. */
typedef struct {
    sx_explainer *explainer;
    sx_packet packet; /* of the present frame */
    gboolean late;
    GPtrArray *frames; /* seen_frame: all frames that were fed */
} conversation;

/** A frame for a second look. */
typedef struct {
    sx_packet packet;
    sx_slice bytes;
} seen_frame;

static void free_frame(gpointer frame) {
    free((char *)((seen_frame *)frame)->bytes.p);
    g_free(frame);
}

/* ---- reading the lines between the frames ---- */

static sx_endpoint read_endpoint(const char *word) {
    sx_endpoint endpoint = {.port = 5060};
    gboolean bracketed = word[0] == '[';
    const char *end = bracketed ? strchr(word, ']') : strchr(word, ':');
    sx_slice host = {word + bracketed, strlen(word + bracketed)};
    if (end != NULL) {
        host.len = (gsize)(end - host.p);
        end += bracketed;
        if (*end == ':')
            endpoint.port = (guint16)g_ascii_strtoull(end + 1, NULL, 10);
    }
    endpoint.ip_len = (guint8)sx_uri_host_ip(host, endpoint.ip);
    return endpoint;
}

static void read_icmp(const char *word, sx_packet *packet) {
    char *end;
    packet->quoted = TRUE;
    packet->icmp_version = packet->source.ip_len == 16 ? 6 : 4;
    packet->icmp_type = (guint8)g_ascii_strtoull(word, &end, 10);
    if (*end == '/')
        packet->icmp_code = (guint8)g_ascii_strtoull(end + 1, NULL, 10);
}

/* How the number of a frame follows from that of the frame before. */
typedef struct {
    gboolean same, dropped;
    guint32 skip;
} numbering;

static void read_option(const char *word, conversation *c, numbering *numbers) {
    if (strcmp(word, "tcp") == 0)
        c->packet.transport = SX_TRANSPORT_STREAM;
    else if (strcmp(word, "quoted") == 0)
        c->packet.quoted = TRUE;
    else if (strcmp(word, "same") == 0)
        numbers->same = TRUE;
    else if (strcmp(word, "dropped") == 0)
        numbers->dropped = TRUE;
    else if (strcmp(word, "late") == 0)
        c->late = TRUE;
    else if (word[0] == '+')
        numbers->skip = (guint32)MIN(g_ascii_strtoull(word + 1, NULL, 10), MAX_SKIP);
    else if (strcmp(word, "log") == 0)
        c->packet.from_log = TRUE;
    else if (g_str_has_prefix(word, "prec"))
        c->packet.precision = (guint8)MIN(g_ascii_strtoull(word + 4, NULL, 10), SX_TIME_NONE);
    else if (g_str_has_prefix(word, "id"))
        c->packet.ip_id = (guint16)g_ascii_strtoull(word + 2, NULL, 10);
    else if (g_str_has_prefix(word, "icmp"))
        read_icmp(word + 4, &c->packet);
}

/* As the plugin numbers them: a frame is closed when the next one comes. */
static void begin_frame(conversation *c, const numbering *numbers) {
    sx_packet *packet = &c->packet;
    if (numbers->same && packet->frame > 0)
        return;
    sx_explainer_close_frame(c->explainer, packet->frame);
    CHECK(sx_explainer_is_past(c->explainer, packet->frame));
    if (numbers->dropped && sx_explainer_is_last(c->explainer, packet->frame))
        sx_explainer_retract_frame(c->explainer, packet->frame);
    else
        packet->frame += 1 + numbers->skip;
    CHECK(!sx_explainer_is_past(c->explainer, packet->frame));
}

static void read_line(conversation *c, sx_slice line) {
    char *text = g_strndup(line.p, MIN(line.len, MAX_LINE));
    char **words = g_strsplit(text, " ", MAX_WORDS);
    guint n = g_strv_length(words);
    numbering numbers = {FALSE, FALSE, 0};
    gint64 gap = n > 0 ? CLAMP(g_ascii_strtoll(words[0], NULL, 10), -MAX_GAP, MAX_GAP) : 0;
    c->late = FALSE;
    c->packet = (sx_packet){
        .frame = c->packet.frame,
        .time = CLAMP(c->packet.time + gap * SX_MILLISECOND, -MAX_TIME, MAX_TIME),
        .source = read_endpoint(n > 1 ? words[1] : ""),
        .destination = read_endpoint(n > 2 ? words[2] : ""),
    };
    for (guint i = 3; i < n; i++)
        read_option(words[i], c, &numbers);
    begin_frame(c, &numbers);
    g_strfreev(words);
    g_free(text);
}

/* ---- what the explainer said ---- */

static void check_text(const char *text) {
    CHECK(g_utf8_validate(text, -1, NULL));
    for (const char *at = text; *at != '\0'; at = g_utf8_next_char(at))
        CHECK(g_unichar_isprint(g_utf8_get_char(at)));
}

static void check_row(const sx_row *row, guint depth_before) {
    sx_field_type type = sx_row_type(row);
    CHECK(row->field != SX_FIELD_NONE && row->field < SX_N_FIELDS);
    CHECK(row->depth <= depth_before + 1);
    if (type == SX_HOLDS_TEXT)
        CHECK(row->value.text != NULL && g_utf8_validate(row->value.text, -1, NULL));
    if (row->hidden || row->text == NULL)
        return;
    check_text(row->text);
    CHECK(strlen(row->text) + (row->label != NULL ? strlen(row->label) + 2 : 0) <= MAX_LABEL);
}

static void check_explanation(const sx_explanation *made, guint32 newest_frame) {
    guint depth = 0;
    check_text(made->heading);
    check_text(made->headline);
    check_text(made->title);
    CHECK(made->verdict < SX_N_VERDICTS && made->severity <= SX_SEVERITY_ERROR);
    for (guint i = 0; i < made->n_rows; i++) {
        const sx_row *row = &made->rows[i];
        sx_field_type type = sx_row_type(row);
        check_row(row, i > 0 ? depth : 0);
        depth = row->depth;
        if (type == SX_HOLDS_FRAME || type == SX_HOLDS_REQUEST_FRAME ||
            type == SX_HOLDS_ORIGINAL_FRAME)
            CHECK(row->value.number <= newest_frame);
    }
    for (guint i = 0; i < made->n_notices; i++) {
        CHECK(made->notices[i].row == SX_NO_ROW || made->notices[i].row < made->n_rows);
        CHECK(sx_diagnosis_id_of(made->notices[i].diagnosis) != NULL);
    }
}

/* ---- feeding and looking ---- */

/* All messages of a frame, read as the plugin reads them: fed, or looked at in each way. */
static void go_through(const conversation *c, const seen_frame *frame, gboolean feed,
                       gboolean complete) {
    sx_slice rest = frame->bytes;
    sx_message message;
    gsize used;
    for (guint ordinal = 0; (used = sx_message_read(rest, SX_FRAMING_STREAM, &message)) > 0;
         ordinal++) {
        if (feed)
            sx_explainer_feed(c->explainer, &message, &frame->packet);
        for (guint way = 0; way < 3 && !feed; way++) {
            sx_view view = {.in_window = way == 1,
                            .columns = way == 1 ? 64 : 100,
                            .long_texts = way == 2 ? SX_LONG_TEXTS_ALWAYS : SX_LONG_TEXTS_AUTO,
                            .complete = complete};
            sx_explanation *made =
                sx_explain(c->explainer, &message, &frame->packet, ordinal, &view);
            if (made != NULL)
                check_explanation(made, c->packet.frame);
            sx_explanation_free(made);
        }
        rest.p += used;
        rest.len -= used;
    }
}

static void feed_frame(conversation *c, sx_slice bytes) {
    seen_frame *frame = g_new(seen_frame, 1);
    *frame = (seen_frame){c->packet, exact_copy(bytes)};
    if (!c->late) {
        go_through(c, frame, TRUE, FALSE);
        sx_explainer_close_frame(c->explainer, c->packet.frame);
    }
    go_through(c, frame, FALSE, FALSE);
    g_ptr_array_add(c->frames, frame);
}

/* Where the next frame begins, behind its mark; the end of the input if there is none. */
static sx_slice next_part(sx_slice *rest) {
    const char *mark = rest->len > 0 ? memmem(rest->p, rest->len, MARK, strlen(MARK)) : NULL;
    sx_slice part = {rest->p, mark ? (gsize)(mark - rest->p) : rest->len};
    gsize used = mark ? part.len + strlen(MARK) : rest->len;
    *rest = (sx_slice){rest->p + used, rest->len - used};
    return part;
}

static void feed_part(conversation *c, sx_slice part) {
    const char *end = memchr(part.p, '\n', part.len);
    gsize line = end ? (gsize)(end - part.p) : part.len;
    gsize used = end ? line + 1 : line;
    read_line(c, (sx_slice){part.p, line});
    feed_frame(c, (sx_slice){part.p + used, part.len - used});
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    sx_slice rest = {(const char *)data, size};
    gboolean plain = sx_slice_starts(rest, "!");
    conversation c = {
        .explainer = sx_explainer_new(!plain),
        .packet = {.time = 1700000000 * SX_SECOND},
        .frames = g_ptr_array_new_with_free_func(free_frame),
    };
    rest.p += plain;
    rest.len -= plain;
    if (sx_slice_starts(rest, &MARK[1])) { /* the first mark has no line end before it */
        rest.p += strlen(MARK) - 1;
        rest.len -= strlen(MARK) - 1;
    }
    while (rest.len > 0)
        feed_part(&c, next_part(&rest));
    for (guint i = 0; i < c.frames->len; i++)
        go_through(&c, (const seen_frame *)g_ptr_array_index(c.frames, i), FALSE, TRUE);
    g_ptr_array_free(c.frames, TRUE);
    sx_explainer_free(c.explainer);
    return 0;
}
