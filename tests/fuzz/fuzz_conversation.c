/* SPDX-License-Identifier: GPL-2.0-or-later
 * Fuzzes the explainer: one input is a whole conversation, cut into frames by lines such as
 *
 *     @@ 500 192.0.2.10:5060 [2001:db8::1]:5060 tcp
 *
 * milliseconds since the frame before (may be negative), source, destination, options. The bytes below such a line, up
 * to the line end before the next one, are what the frame carries. Options: tcp; idN, the IP identification; icmpT/C,
 * the frame is an ICMP error of this type and code that quotes the bytes; quoted, the bytes stand inside another
 * message; same, still the frame before; +N, so many frames without SIP before this one; dropped, the frame takes the
 * number of the one before, which a read filter dropped; late, the frame is met out of order. An input that begins with
 * "!" is explained without diagnosing.
 */
#define _GNU_SOURCE /* memmem() */
#include "explanation/wrap.h"
#include "fuzz.h"
#include "knowledge/knowledge.h"
#include "sipexplain.h"
#include "wire/uri.h"

#define MARK "\n@@ "
#define MAX_LINE 200
#define MAX_WORDS 12
#define MAX_TIME (G_MAXINT64 / 4) /* the plugin sees to that */
#define MAX_GAP (2 * MAX_TIME / SX_MILLISECOND)
#define MAX_SKIP 1000
#define ROW 120

/** One conversation while it is fed. */
typedef struct {
    sx_explainer *explainer;
    sx_packet packet; /* of the present frame */
    gboolean late;
    GArray *frames; /* guint32: the numbers of all frames that were fed */
} conversation;

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
    sx_slice rest = {text, strlen(text)};
    CHECK(g_utf8_validate(text, -1, NULL));
    while (rest.len > 0) {
        sx_slice row = sx_rows_next(&rest, ROW);
        CHECK(row.len <= ROW && (row.len > 0 || rest.len == 0));
        CHECK(g_utf8_validate(row.p, (gssize)row.len, NULL));
    }
}

static void check_evidence(const sx_evidence *evidence, guint32 newest_frame) {
    CHECK(sx_knowledge_evidence_template(evidence->evidence) != NULL);
    CHECK(evidence->n_args <= SX_MAX_EVIDENCE_ARGS);
    for (guint i = 0; i < evidence->n_args; i++) {
        const sx_evidence_arg *arg = &evidence->args[i];
        CHECK(arg->type <= SX_ARG_TEXT);
        if (arg->type == SX_ARG_FRAME)
            CHECK(arg->value.number <= newest_frame);
        if (arg->type == SX_ARG_TEXT && arg->value.text != NULL)
            CHECK(g_utf8_validate(arg->value.text, -1, NULL));
    }
    char *text = sx_knowledge_evidence_text(evidence->evidence, evidence->args, evidence->n_args);
    CHECK(text[0] != '\0');
    check_text(text);
    g_free(text);
}

static void check_findings(const conversation *c, const sx_annotation *annotation) {
    const sx_finding_builder *store = sx_explainer_findings(c->explainer);
    CHECK(annotation->first_finding + annotation->n_findings <= sx_findings_count(store));
    for (guint i = 0; i < annotation->n_findings; i++) {
        const sx_finding *finding = sx_findings_get(store, annotation->first_finding + i);
        const sx_diagnosis_entry *entry = sx_knowledge_diagnosis(finding->diagnosis);
        sx_evidence evidence;
        guint position = 0;
        CHECK(entry != NULL && finding->severity <= SX_SEVERITY_ERROR);
        CHECK(i == 0 || entry->slot != SX_SLOT_OUTCOME);
        while (sx_findings_next_evidence(store, finding, &position, &evidence))
            check_evidence(&evidence, c->packet.frame);
    }
}

static void check_time(gint64 time) {
    CHECK(time == SX_NO_TIME || time >= 0);
}

static void check_annotation(const conversation *c, const sx_annotation *annotation) {
    guint32 newest = c->packet.frame;
    sx_missing_set missing = annotation->missing;
    CHECK(annotation->kind <= SX_REQUEST && annotation->verdict < SX_N_VERDICTS);
    CHECK(sx_verdict_name((sx_verdict)annotation->verdict) != NULL);
    CHECK(annotation->request_frame <= newest && annotation->copy_of <= newest);
    CHECK(annotation->relayed_from <= newest && annotation->retry_frame <= newest);
    CHECK(annotation->final_frame <= newest);
    check_time(annotation->answer_time);
    check_time(annotation->ring_time);
    check_time(annotation->talk_time);
    if (annotation->method != NULL)
        check_text(annotation->method);
    if (annotation->phrase != NULL)
        check_text(annotation->phrase);
    while (missing != 0)
        CHECK(sx_missing_next(&missing) != NULL);
    sx_text text = sx_knowledge_text(sx_knowledge_code(annotation->code), annotation->method);
    CHECK(text.headline != NULL && text.meaning != NULL && text.when != NULL);
    check_findings(c, annotation);
}

/* What came of a message, as a second look at its frame shows it. */
static void check_hindsight(const conversation *c, guint32 frame, const sx_annotation *annotation) {
    sx_finding_builder *rows = sx_explainer_hindsight(c->explainer, frame, annotation);
    sx_evidence evidence;
    guint position = 0;
    while (rows != NULL &&
           sx_findings_next_evidence(rows, sx_findings_get(rows, 0), &position, &evidence))
        check_evidence(&evidence, c->packet.frame);
    sx_findings_free(rows);
}

static void check_frame(const conversation *c, guint32 frame) {
    guint count;
    sx_call_outcome outcome;
    const sx_annotation *annotations = sx_explainer_frame(c->explainer, frame, &count);
    CHECK((annotations == NULL) == (count == 0));
    for (guint i = 0; i < count; i++) {
        CHECK(annotations[i].frame == frame);
        check_annotation(c, &annotations[i]);
        check_hindsight(c, frame, &annotations[i]);
    }
    if (count == 0)
        check_hindsight(c, frame, NULL);
    if (sx_explainer_call_outcome(c->explainer, frame, NULL, &outcome)) {
        CHECK(sx_explainer_knows_frame(c->explainer, frame));
        CHECK(outcome.code >= 200 && outcome.verdict < SX_N_VERDICTS);
    }
}

/* ---- feeding ---- */

static void feed_message(conversation *c, const sx_message *message) {
    if (!c->late) {
        sx_explainer_feed(c->explainer, message, &c->packet);
        return;
    }
    sx_annotation annotation;
    if (sx_explain_alone(c->explainer, message, &c->packet, &annotation))
        check_annotation(c, &annotation);
}

/* The bytes go when the frame was fed, as Wireshark's do. */
static void feed_frame(conversation *c, sx_slice bytes) {
    sx_slice copy = exact_copy(bytes);
    sx_slice rest = copy;
    sx_message message;
    gsize used;
    while ((used = sx_message_read(rest, SX_FRAMING_STREAM, &message)) > 0) {
        feed_message(c, &message);
        rest.p += used;
        rest.len -= used;
    }
    free((char *)copy.p);
    if (!c->late)
        sx_explainer_close_frame(c->explainer, c->packet.frame);
    g_array_append_val(c->frames, c->packet.frame);
    check_frame(c, c->packet.frame);
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
        .frames = g_array_new(FALSE, FALSE, sizeof(guint32)),
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
        check_frame(&c, g_array_index(c.frames, guint32, i));
    g_array_free(c.frames, TRUE);
    sx_explainer_free(c.explainer);
    return 0;
}
