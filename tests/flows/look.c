/* SPDX-License-Identifier: GPL-2.0-or-later
 * Feeds conversations to the engine and prints what it says of each message, as lines of JSON: in the pass in which they
 * were fed, then in a second look. Standard input (native.py writes it) is made of lines
 *   flow NAME
 *   FRAME MICROSECONDS SOURCE PORT DESTINATION PORT udp|stream IP-ID ICMP-VERSION TYPE CODE LENGTH
 * the second kind with LENGTH bytes behind it, the SIP messages of the frame; addresses are in hexadecimal, - for none.
 * With a key as its only argument it prints the same stream masked instead.
 */
#include <stdio.h>
#include <string.h>

#include "mask/mask.h"
#include "sipexplain.h"

/** The messages of a frame. */
typedef struct {
    sx_packet packet;
    char *bytes;
    gsize len;
} frame;

static void free_frame(gpointer pointer) {
    g_free(((frame *)pointer)->bytes);
    g_free(pointer);
}

static void print_string(const char *text) {
    putchar('"');
    for (; *text != '\0'; text++) {
        if (*text == '"' || *text == '\\')
            putchar('\\');
        putchar(*text);
    }
    putchar('"');
}

static void print_value(const sx_row *row) {
    char time[40];
    guint64 number = row->value.number;
    switch (sx_row_type(row)) {
    case SX_HOLDS_GROUP: print_string(""); break;
    case SX_HOLDS_TEXT: print_string(row->value.text); break;
    case SX_HOLDS_SECONDS:
        g_snprintf(time, sizeof time, "%" G_GUINT64_FORMAT ".%06u000", number / 1000000,
                   (guint)(number % 1000000));
        print_string(time);
        break;
    default: g_snprintf(time, sizeof time, "%" G_GUINT64_FORMAT, number); print_string(time);
    }
}

/* [field, value, depth, hidden, the words in view] */
static void print_row(const sx_row *row) {
    printf("[");
    print_string(sx_field_info_of(SX_ENGLISH, row->field).name);
    printf(", ");
    print_value(row);
    printf(", %u, %s, ", row->depth, row->hidden ? "true" : "false");
    char *text = g_strdup_printf("%s%s%s", row->label ? row->label : "", row->label ? ": " : "",
                                 row->text ? row->text : "");
    print_string(text);
    g_free(text);
    printf("]");
}

static void print_explanation(const char *flow, guint look, guint32 frame_number, guint ordinal,
                              const sx_explanation *made) {
    printf("{\"flow\": ");
    print_string(flow);
    printf(", \"look\": %u, \"frame\": %u, \"ordinal\": %u, \"heading\": ", look, frame_number,
           ordinal);
    print_string(made->heading);
    printf(", \"rows\": [");
    for (guint i = 0; i < made->n_rows; i++) {
        printf(i > 0 ? ", " : "");
        print_row(&made->rows[i]);
    }
    printf("], \"notices\": [");
    for (guint i = 0; i < made->n_notices; i++) {
        printf(i > 0 ? ", [" : "[");
        print_string(sx_diagnosis_id_of(made->notices[i].diagnosis));
        printf(", %u]", made->notices[i].severity);
    }
    printf("]}\n");
}

typedef void (*taker)(sx_explainer *explainer, const sx_message *message, const sx_packet *packet,
                      guint ordinal, const char *flow);

static void feed(sx_explainer *explainer, const sx_message *message, const sx_packet *packet,
                 guint ordinal G_GNUC_UNUSED, const char *flow G_GNUC_UNUSED) {
    sx_explainer_feed(explainer, message, packet);
}

static void look(sx_explainer *explainer, const sx_message *message, const sx_packet *packet,
                 guint ordinal, const char *flow, gboolean complete) {
    sx_view view = {.columns = 100, .complete = complete};
    sx_explanation *made = sx_explain(explainer, message, packet, ordinal, &view);
    if (made != NULL)
        print_explanation(flow, complete ? 2 : 1, packet->frame, ordinal, made);
    sx_explanation_free(made);
}

static void look_at_once(sx_explainer *explainer, const sx_message *message,
                         const sx_packet *packet, guint ordinal, const char *flow) {
    look(explainer, message, packet, ordinal, flow, FALSE);
}

static void look_again(sx_explainer *explainer, const sx_message *message, const sx_packet *packet,
                       guint ordinal, const char *flow) {
    look(explainer, message, packet, ordinal, flow, TRUE);
}

static void each_message(sx_explainer *explainer, const frame *one, const char *flow, taker take) {
    sx_slice rest = {one->bytes, one->len};
    sx_message message;
    gsize used;
    for (guint ordinal = 0;
         rest.len > 0 && (used = sx_message_read(rest, SX_FRAMING_STREAM, &message)) > 0;
         ordinal++) {
        take(explainer, &message, &one->packet, ordinal, flow);
        rest.p += used;
        rest.len -= used;
    }
}

static void run(const char *flow, const GPtrArray *frames) {
    sx_explainer *explainer = sx_explainer_new(TRUE);
    for (guint i = 0; i < frames->len; i++) {
        const frame *one = (const frame *)g_ptr_array_index(frames, i);
        each_message(explainer, one, flow, feed);
        sx_explainer_close_frame(explainer, one->packet.frame);
        each_message(explainer, one, flow, look_at_once);
    }
    for (guint i = 0; i < frames->len; i++)
        each_message(explainer, (const frame *)g_ptr_array_index(frames, i), flow, look_again);
    sx_explainer_free(explainer);
}

static void read_address(const char *hex, guint port, sx_endpoint *end) {
    end->port = (guint16)port;
    for (guint i = 0; i < sizeof end->ip && g_ascii_isxdigit(hex[2 * i]); i++) {
        end->ip[i] =
            (guint8)(g_ascii_xdigit_value(hex[2 * i]) * 16 + g_ascii_xdigit_value(hex[2 * i + 1]));
        end->ip_len = (guint8)(i + 1);
    }
}

static frame *read_frame(const char *line) {
    char source[40], destination[40], transport[8];
    guint number, from, to, ip_id, version, type, code;
    gint64 time;
    gsize len;
    if (sscanf(line, "%u %" G_GINT64_FORMAT " %39s %u %39s %u %7s %u %u %u %u %zu", &number, &time,
               source, &from, destination, &to, transport, &ip_id, &version, &type, &code,
               &len) != 12)
        return NULL;
    frame *one = g_new0(frame, 1);
    one->packet = (sx_packet){
        .frame = number,
        .time = time,
        .quoted = version != 0,
        .transport = strcmp(transport, "udp") == 0 ? SX_TRANSPORT_UDP : SX_TRANSPORT_STREAM,
        .ip_id = (guint16)ip_id,
        .icmp_version = (guint8)version,
        .icmp_type = (guint8)type,
        .icmp_code = (guint8)code,
    };
    read_address(source, from, &one->packet.source);
    read_address(destination, to, &one->packet.destination);
    one->bytes = g_malloc(len + 1);
    one->len = fread(one->bytes, 1, len, stdin);
    return one;
}

/* ---- masked ---- */

static void print_end(const sx_endpoint *end) {
    for (guint i = 0; i < end->ip_len; i++)
        printf("%02x", end->ip[i]);
    printf("%s %u ", end->ip_len == 0 ? "-" : "", end->port);
}

static void print_masked(sx_mask *mask, frame *one) {
    sx_packet *p = &one->packet;
    sx_slice rest = {one->bytes, one->len};
    sx_message message;
    gsize used;
    while (rest.len > 0 && (used = sx_message_read(rest, SX_FRAMING_STREAM, &message)) > 0) {
        sx_mask_message(mask, one->bytes + (rest.p - one->bytes), used);
        rest = sx_slice_after(rest, used);
    }
    sx_mask_packet(mask, p);
    printf("%u %" G_GINT64_FORMAT " ", p->frame, p->time);
    print_end(&p->source);
    print_end(&p->destination);
    printf("%s %u %u %u %u %zu\n", p->transport == SX_TRANSPORT_UDP ? "udp" : "stream", p->ip_id,
           p->icmp_version, p->icmp_type, p->icmp_code, one->len);
    fwrite(one->bytes, 1, one->len, stdout);
}

static int print_all_masked(const char *key) {
    char line[256];
    sx_mask *mask = sx_mask_new(key);
    while (fgets(line, sizeof line, stdin) != NULL) {
        g_strchomp(line);
        frame *one = read_frame(line);
        if (one != NULL) {
            print_masked(mask, one);
            free_frame(one);
        } else {
            printf("%s\n", line);
        }
    }
    sx_mask_free(mask);
    return 0;
}

int main(int argc, char **argv) {
    if (argc == 2)
        return print_all_masked(argv[1]);
    char line[256];
    char *flow = NULL;
    GPtrArray *frames = g_ptr_array_new_with_free_func(free_frame);
    while (fgets(line, sizeof line, stdin) != NULL) {
        g_strchomp(line);
        frame *one = read_frame(line);
        if (one != NULL) {
            g_ptr_array_add(frames, one);
            continue;
        }
        if (flow != NULL)
            run(flow, frames);
        g_ptr_array_set_size(frames, 0);
        g_free(flow);
        flow = g_strdup(g_str_has_prefix(line, "flow ") ? line + 5 : line);
    }
    if (flow != NULL)
        run(flow, frames);
    g_free(flow);
    g_ptr_array_free(frames, TRUE);
    return 0;
}
