/* SPDX-License-Identifier: GPL-2.0-or-later
 * The summary: how often each verdict, diagnosis, code, method and peer was seen, from when to when, and the display
 * filter that shows them. Counts are those of messages; a filter shows their frames.
 */
#include "report/lines.h"

#include <string.h>

#include "explanation/explaining.h"
#include "report/filter.h"
#include "wire/keyed_hash.h"

#define MAX_KEPT 10000 /* values of a group that are counted one by one; later ones are "others" */
#define MAX_WRITTEN 50 /* of them, the most frequent */
#define MAX_METHOD 64  /* bytes of a method nobody knows */

typedef enum {
    GROUP_ALL,
    GROUP_VERDICT,
    GROUP_DIAGNOSIS,
    GROUP_CODE,
    GROUP_METHOD,
    GROUP_PEER,
    GROUP_CUT,      /* messages whose end was not captured */
    GROUP_ODD_PORT, /* frames that hold SIP and were taken for something else */
    GROUP_NOT_TAKEN, /* of them, those on a port on which SIP was read: Wireshark refuses them as SIP */
    GROUP_ENCRYPTED, /* connections without their keys */
    N_GROUPS
} group;

static const struct {
    const char *name;
    sx_word label;
} groups[N_GROUPS] = {
    [GROUP_ALL] = {"all", SX_LABEL_GROUPS_ALL},
    [GROUP_VERDICT] = {"verdict", SX_LABEL_GROUPS_VERDICT},
    [GROUP_DIAGNOSIS] = {"diagnosis", SX_LABEL_GROUPS_DIAGNOSIS},
    [GROUP_CODE] = {"code", SX_LABEL_GROUPS_CODE},
    [GROUP_METHOD] = {"method", SX_LABEL_GROUPS_METHOD},
    [GROUP_PEER] = {"peer", SX_LABEL_GROUPS_PEER},
    [GROUP_CUT] = {"cut", SX_LABEL_GROUPS_CUT},
    [GROUP_ODD_PORT] = {"odd-port", SX_LABEL_GROUPS_ODD_PORT},
    [GROUP_NOT_TAKEN] = {"not-taken", SX_LABEL_GROUPS_NOT_TAKEN},
    [GROUP_ENCRYPTED] = {"encrypted", SX_LABEL_GROUPS_ENCRYPTED},
};

/** One value of a group. */
typedef struct {
    gint64 first_time, last_time;
    const char *value, *filter; /* NULL of the others */
    sx_word label;              /* of the value, for readers; 0: the value itself */
    guint32 messages, problems; /* problems: failures, anomalies, violations */
    guint32 first_frame;
    guint64 connection; /* of what is encrypted; of SIP on an odd port: the port, see port_key() */
    guint8 group;
    guint8 is_sips;   /* gboolean: on the port of SIP over TLS */
    guint8 is_stream; /* gboolean: SIP on an odd port, over TCP */
    guint8 is_others; /* gboolean: all values for which there was no room */
} line;

static const sx_column columns[] = {
    {"group", SX_LABEL_REPORTS_GROUP, SX_CELL_TEXT, SX_OF_GROUPS, 1},
    {"value", SX_LABEL_REPORTS_VALUE, SX_CELL_TEXT, 32, 2},
    {"messages", SX_LABEL_REPORTS_MESSAGES, SX_CELL_NUMBER, 8, 3},
    {"problems", SX_LABEL_REPORTS_PROBLEMS, SX_CELL_NUMBER, 8, 4},
    {"first_time", SX_LABEL_REPORTS_FIRST, SX_CELL_TEXT, 19, 7},
    {"last_time", SX_LABEL_REPORTS_LAST, SX_CELL_TEXT, 19, 8},
    {"first_frame", SX_LABEL_REPORTS_FRAME, SX_CELL_NUMBER, 7, 5},
    {"filter", SX_LABEL_REPORTS_FILTER, SX_CELL_TEXT, SX_REST, 6},
};

/* ---- counting ---- */

/* The line of a value, begun if there is room for it, else that of the others. */
static line *line_of(sx_report *report, group of, guint64 key, guint *row) {
    gpointer place = GSIZE_TO_POINTER((gsize)key);
    *row = GPOINTER_TO_UINT(g_hash_table_lookup(report->rows, place));
    if (*row == 0) {
        guint32 *kept = sx_report_number(report, of);
        gboolean full = *kept >= MAX_KEPT;
        gpointer others = GSIZE_TO_POINTER((gsize)sx_hash_number(of + 1, G_MAXUINT64));
        line new = {.group = (guint8)of, .is_others = full};
        *row = full ? GPOINTER_TO_UINT(g_hash_table_lookup(report->rows, others)) : 0;
        if (*row == 0) {
            ++*kept;
            g_array_append_val(report->lines, new);
            *row = report->lines->len;
            g_hash_table_insert(report->rows, full ? others : place, GUINT_TO_POINTER(*row));
        }
    }
    --*row;
    return &g_array_index(report->lines, line, *row);
}

static void add_times(line *one, gint64 first, gint64 last) {
    if (one->first_time == SX_NO_MOMENT || (first != SX_NO_MOMENT && first < one->first_time))
        one->first_time = first;
    one->last_time = MAX(one->last_time, last);
}

/* Counts a message for a value; returns the line if value and filter are still to be set. */
static line *count(sx_report *report, const sx_taken *taken, group of, guint64 key) {
    guint row;
    line *one = line_of(report, of, key, &row);
    gint64 time = sx_packet_moment(taken->packet);
    gboolean is_new = one->messages == 0;
    if (is_new) {
        one->first_frame = taken->packet->frame;
        one->first_time = one->last_time = time;
    }
    add_times(one, time, time);
    one->messages++;
    if (taken->kept != 0 && taken->annotation.verdict >= SX_VERDICT_FAILURE)
        one->problems++;
    sx_report_touch(report, row);
    return is_new && !one->is_others ? one : NULL;
}

static line *count_number(sx_report *report, const sx_taken *taken, group of, guint64 number) {
    return count(report, taken, of, sx_hash_number(of + 1, number));
}

/* Sets value and filter: the value itself, or as a constant in quotes, behind the beginning of the filter. */
static void describe(sx_report *report, line *one, const char *value, const char *filter,
                     gboolean quoted) {
    GString *whole = g_string_new(filter);
    if (quoted)
        sx_filter_append_string(whole, value);
    else
        g_string_append(whole, value);
    one->value = sx_report_keep(report, g_strdup(value));
    one->filter = sx_report_keep(report, g_string_free(whole, FALSE));
}

static void count_method(sx_report *report, const sx_taken *taken) {
    sx_slice method = taken->message->cseq_method;
    if (method.len == 0 || method.len > MAX_METHOD)
        return;
    line *fresh = count(report, taken, GROUP_METHOD, sx_hash_slice(GROUP_METHOD + 1, method));
    if (fresh == NULL)
        return;
    char *text = g_utf8_make_valid(method.p, (gssize)method.len);
    describe(report, fresh, text, "sip.CSeq.method == ", TRUE);
    g_free(text);
}

static void count_peer(sx_report *report, const sx_taken *taken, const sx_endpoint *peer) {
    if (peer->ip_len == 0)
        return;
    line *fresh =
        count(report, taken, GROUP_PEER, sx_hash_bytes(GROUP_PEER + 1, peer->ip, peer->ip_len));
    if (fresh == NULL)
        return;
    char *address = sx_ip_text(peer->ip, peer->ip_len);
    describe(report, fresh, address,
             peer->ip_len == 4 ? "sip && ip.addr == " : "sip && ipv6.addr == ", FALSE);
    g_free(address);
}

static void count_diagnoses(sx_report *report, const sx_taken *taken) {
    for (guint i = 0; i < taken->annotation.n_findings; i++) {
        guint diagnosis =
            sx_findings_get(taken->explainer->findings, taken->annotation.first_finding + i)
                ->diagnosis;
        line *fresh = count_number(report, taken, GROUP_DIAGNOSIS, diagnosis);
        if (fresh != NULL)
            describe(report, fresh, sx_diagnosis_id_of(diagnosis),
                     "sipexplain.diagnosis == ", TRUE);
    }
}

static void count_cut(sx_report *report, const sx_taken *taken) {
    line *fresh = count_number(report, taken, GROUP_CUT, 0);
    if (fresh != NULL)
        describe(report, fresh, "sip", "frame.cap_len < frame.len && ", FALSE);
}

static gboolean is_cut(const sx_taken *taken) {
    const sx_message *message = taken->message;
    return taken->packet->is_cut && !(message->headers_complete && message->body_complete);
}

/* ---- what was not seen ---- */

static gboolean is_sips(const sx_packet *packet) {
    return packet->source.port == SX_PORT_SIPS || packet->destination.port == SX_PORT_SIPS;
}

/* Notes that SIP was read on a connection: its keys are there, though not each record holds SIP. */
static void note_decrypted(sx_report *report, const sx_packet *packet) {
    guint64 key = sx_hash_number(N_GROUPS + 1, sx_unseen_connection(packet));
    if (packet->transport == SX_TRANSPORT_STREAM)
        g_hash_table_add(report->rows, GSIZE_TO_POINTER((gsize)key));
}

static guint64 port_key(guint16 port, gboolean is_udp) {
    return sx_hash_number(N_GROUPS + 2, (guint64)port << 1 | (is_udp ? 1 : 0));
}

/* Notes by which port Wireshark took a message for SIP. */
static void note_port(sx_report *report, const sx_taken *taken) {
    const sx_packet *packet = taken->packet;
    guint16 port = taken->message->is_response ? packet->source.port : packet->destination.port;
    guint64 key = port_key(port, packet->transport == SX_TRANSPORT_UDP);
    g_hash_table_add(report->rows, GSIZE_TO_POINTER((gsize)key));
}

/* The group as it is known by now. */
static group group_of(const sx_report *report, const line *one) {
    gboolean read = one->group == GROUP_ODD_PORT && !one->is_others &&
                    g_hash_table_contains(report->rows, GSIZE_TO_POINTER((gsize)one->connection));
    return read ? GROUP_NOT_TAKEN : (group)one->group;
}

/* Whether this is worth a line: TLS on another port only where no SIP was found at all. A TCP segment that begins like
 * SIP, on a port where SIP was read, is a part of a message that was put together. */
static gboolean is_told(const sx_report *report, const line *one) {
    guint64 key = sx_hash_number(N_GROUPS + 1, one->connection);
    if (one->is_stream)
        return group_of(report, one) != GROUP_NOT_TAKEN;
    if (one->group != GROUP_ENCRYPTED)
        return TRUE;
    return !g_hash_table_contains(report->rows, GSIZE_TO_POINTER((gsize)key)) &&
           (one->is_sips || *sx_report_number((sx_report *)report, GROUP_ALL) == 0);
}

static void describe_unseen(sx_report *report, line *fresh, sx_unseen unseen,
                            const sx_unseen_at *at) {
    const sx_packet *packet = &at->packet;
    char *value;
    if (unseen == SX_UNSEEN_SIP) {
        value = g_strdup_printf("%s.port == %u", at->is_udp ? "udp" : "tcp", at->port);
        describe(report, fresh, value, "!sip && ", FALSE);
        fresh->connection = port_key(at->port, at->is_udp);
        fresh->is_stream = !at->is_udp;
    } else {
        value = g_strdup_printf("tcp.port == %u && tcp.port == %u", packet->source.port,
                                packet->destination.port);
        describe(report, fresh, value, "tls && ", FALSE);
        fresh->connection = sx_unseen_connection(packet);
        fresh->is_sips = is_sips(packet);
    }
    g_free(value);
}

static void take_unseen(sx_report *report, sx_unseen unseen, const sx_unseen_at *at) {
    sx_taken taken = {.packet = &at->packet};
    line *fresh;
    if (report->rows == NULL)
        report->rows = g_hash_table_new(NULL, NULL);
    if (unseen == SX_UNSEEN_CUT) {
        count_cut(report, &taken);
        return;
    }
    if (unseen == SX_UNSEEN_SIP)
        fresh = count_number(report, &taken, GROUP_ODD_PORT,
                             (guint64)at->port << 1 | (at->is_udp ? 1 : 0));
    else
        fresh = count_number(report, &taken, GROUP_ENCRYPTED, sx_unseen_connection(&at->packet));
    if (fresh != NULL)
        describe_unseen(report, fresh, unseen, at);
}

/* What the explanation of the message says. */
static void count_explained(sx_report *report, const sx_taken *taken) {
    const sx_annotation *a = &taken->annotation;
    const char *verdict = sx_verdict_name((sx_verdict)a->verdict);
    line *fresh = count_number(report, taken, GROUP_VERDICT, a->verdict);
    if (fresh != NULL) {
        describe(report, fresh, verdict, "sipexplain.verdict == ", TRUE);
        fresh->label = sx_verdict_label((sx_verdict)a->verdict);
    }
    if (a->kind == SX_RESPONSE) {
        char code[8];
        g_snprintf(code, sizeof code, "%u", a->code);
        fresh = count_number(report, taken, GROUP_CODE, a->code);
        if (fresh != NULL)
            describe(report, fresh, code, "sipexplain.code == ", FALSE);
    }
    count_diagnoses(report, taken);
}

static void take(sx_report *report, const sx_taken *taken) {
    const sx_packet *packet = taken->packet;
    if (report->rows == NULL)
        report->rows = g_hash_table_new(NULL, NULL);
    line *fresh = count_number(report, taken, GROUP_ALL, 0);
    if (fresh != NULL)
        describe(report, fresh, "sip", "", FALSE);
    count_method(report, taken);
    if (is_cut(taken))
        count_cut(report, taken);
    note_decrypted(report, packet);
    note_port(report, taken);
    if (!packet->quoted) { /* nobody sent it from one of these to the other */
        gboolean same =
            packet->source.ip_len == packet->destination.ip_len &&
            memcmp(packet->source.ip, packet->destination.ip, packet->source.ip_len) == 0;
        count_peer(report, taken, &packet->source);
        if (!same)
            count_peer(report, taken, &packet->destination);
    }
    if (taken->kept != 0)
        count_explained(report, taken);
}

/* ---- writing ---- */

static void write_line(const sx_report *report, sx_table *table, const line *one) {
    group of = group_of(report, one);
    sx_table_name(table, groups[of].name, groups[of].label);
    if (one->is_others || one->label != 0)
        sx_table_name(table, one->value, one->is_others ? SX_LABEL_REPORTS_OTHERS : one->label);
    else
        sx_table_text(table, one->value);
    sx_table_number(table, one->messages);
    sx_table_number(table, one->problems);
    sx_table_moment(table, one->first_time);
    sx_table_moment(table, one->last_time);
    sx_table_number(table, one->first_frame);
    sx_table_text(table, one->filter);
}

static void write_row(sx_report *report, sx_explainer *explainer, sx_table *table, guint row) {
    (void)explainer;
    write_line(report, table, &g_array_index(report->lines, line, row));
}

/* By group, the most frequent first, the others last. */
static gint compare(gconstpointer left, gconstpointer right) {
    const line *a = (const line *)left;
    const line *b = (const line *)right;
    if (a->group != b->group)
        return a->group < b->group ? -1 : 1;
    if (a->is_others != b->is_others)
        return a->is_others ? 1 : -1;
    if (a->messages != b->messages)
        return a->messages > b->messages ? -1 : 1;
    return a->first_frame < b->first_frame ? -1 : a->first_frame > b->first_frame;
}

static void add_to_others(line *others, const line *one) {
    if (others->messages == 0) {
        *others = *one;
        others->is_others = TRUE;
        others->value = others->filter = NULL;
        return;
    }
    others->messages += one->messages;
    others->problems += one->problems;
    others->first_frame = MIN(others->first_frame, one->first_frame);
    add_times(others, one->first_time, one->last_time);
}

static void write_all(sx_report *report, sx_explainer *explainer, sx_table *table) {
    GArray *sorted = g_array_sized_new(FALSE, FALSE, sizeof(line), report->lines->len);
    (void)explainer;
    g_array_append_vals(sorted, report->lines->data, report->lines->len);
    for (guint i = 0; i < sorted->len; i++) {
        line *one = &g_array_index(sorted, line, i);
        one->group = (guint8)group_of(report, one);
    }
    g_array_sort(sorted, compare);
    line others = {0};
    guint written = 0; /* of the group at hand */
    for (guint i = 0; i < sorted->len; i++) {
        const line *one = &g_array_index(sorted, line, i);
        gboolean last =
            i + 1 == sorted->len || g_array_index(sorted, line, i + 1).group != one->group;
        if (is_told(report, one)) {
            if (one->is_others || written >= MAX_WRITTEN)
                add_to_others(&others, one);
            else
                write_line(report, table, one);
            written++;
        }
        if (last && others.messages > 0)
            write_line(report, table, &others);
        if (last) {
            others = (line){0};
            written = 0;
        }
    }
    g_array_free(sorted, TRUE);
}

const sx_report_form sx_summary_form = {.name = "summary",
                                        .columns = columns,
                                        .n_columns = G_N_ELEMENTS(columns),
                                        .line_size = sizeof(line),
                                        .take = take,
                                        .take_unseen = take_unseen,
                                        .write = write_row,
                                        .write_all = write_all};
