/* SPDX-License-Identifier: GPL-2.0-or-later
 * Prints what the reader of logs finds in a file or on standard input (-), as lines of JSON: each message, then how it
 * ended. See reader.py.
 *
 *     log_look [--ahead N] [--limit N] [--file-time MICROSECONDS] [--chunk N] [--again] [--quiet] FILE
 *     log_look --formats
 *
 * --chunk gives the reader so many bytes at a time. --again reads each message once more by its place, last one first,
 * and says of how many something differs. --quiet prints the last line only.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "log/file.h"

static const char *const directions[] = {"", "sent", "received"};
static const char *const precisions[] = {"none", "s", "ms", "us"};
static const char *const origins[] = {"made up", "named", "learned", "said"};
static const char *const results[] = {"message", "end", "not a log", "unreadable"};

typedef struct {
    sx_log_options options;
    gsize chunk;
    gboolean again, quiet;
    const char *path;
} arguments;

/* ---- an input that gives little at a time ----------------------------------------------------- */

typedef struct {
    sx_log_input inner;
    gsize chunk;
} slow;

static gssize read_slow(gpointer context, char *bytes, gsize room) {
    const slow *s = (const slow *)context;
    return s->inner.read(s->inner.context, bytes, MIN(room, s->chunk));
}

static gboolean seek_slow(gpointer context, guint64 offset) {
    const slow *s = (const slow *)context;
    return s->inner.seek != NULL && s->inner.seek(s->inner.context, offset);
}

static void close_slow(gpointer context) {
    slow *s = (slow *)context;
    s->inner.close(s->inner.context);
    g_free(s);
}

/* ---- JSON ------------------------------------------------------------------------------------- */

/* Bytes as a JSON string, one character each. */
static void print_string(sx_slice text) {
    putchar('"');
    for (gsize i = 0; i < text.len; i++) {
        guchar c = (guchar)text.p[i];
        if (c == '"' || c == '\\')
            printf("\\%c", c);
        else if (c < ' ' || c > '~')
            printf("\\u%04x", c);
        else
            putchar(c);
    }
    putchar('"');
}

static void print_text(const char *text) {
    print_string((sx_slice){text, strlen(text)});
}

static void print_end(const char *name, const sx_log_end *end) {
    char *ip = sx_ip_text(end->endpoint.ip, end->endpoint.ip_len);
    printf(", \"%s\": {\"ip\": \"%s\", \"port\": %u, \"origin\": \"%s\", \"host\": ", name, ip,
           end->endpoint.port, origins[end->origin]);
    print_string(end->host);
    printf("}");
    g_free(ip);
}

/* What the engine is told, as far as it may differ from the message. */
static void print_packet(const sx_log_message *m) {
    sx_packet packet;
    sx_log_packet(m, 7, &packet);
    printf(", \"packet\": {\"frame\": %u, \"time\": %" G_GINT64_FORMAT
           ", \"stream\": %s, \"ports\": [%u, %u]}",
           packet.frame, packet.time, packet.transport == SX_TRANSPORT_STREAM ? "true" : "false",
           packet.source.port, packet.destination.port);
}

static void print_message(const sx_log_message *m) {
    printf("{\"format\": \"%s\", \"line\": %u, \"offset\": %" G_GUINT64_FORMAT ", \"start\": %u",
           m->format, m->place.line, m->place.offset, m->place.start);
    printf(", \"time\": %" G_GINT64_FORMAT ", \"precision\": \"%s\", \"flags\": %u", m->place.time,
           precisions[m->place.precision], m->place.flags);
    printf(", \"direction\": \"%s\", \"transport\": \"%s\", \"transport_said\": %s",
           directions[m->direction], m->transport ? m->transport : "",
           m->transport_said ? "true" : "false");
    print_end("source", &m->source);
    print_end("destination", &m->destination);
    print_packet(m);
    printf(", \"cut\": %s, \"repairs\": %u, \"text\": ", m->cut ? "true" : "false", m->repairs);
    print_string(m->text);
    printf("}\n");
}

static void print_last(sx_log *log, sx_log_result result, guint messages, guint differ) {
    const sx_log_remarked *remarks = sx_log_remarks(log);
    gboolean first = TRUE;
    printf("{\"result\": \"%s\", \"messages\": %u, \"differ\": %u, \"remarks\": {", results[result],
           messages, differ);
    for (guint i = 0; i < SX_LOG_N_REMARKS; i++) {
        if (remarks[i].messages == 0)
            continue;
        printf(first ? "" : ", ");
        char *text = sx_log_remark_text(SX_ENGLISH, (sx_log_remark)i, &remarks[i]);
        print_text(text);
        g_free(text);
        printf(": [%u, %u]", remarks[i].messages, remarks[i].line);
        first = FALSE;
    }
    printf("}}\n");
}

/* ---- reading ---------------------------------------------------------------------------------- */

/** A message as it was the first time. */
typedef struct {
    sx_log_message message;
    char *text;
} kept;

static void free_kept(gpointer pointer) {
    g_free(((kept *)pointer)->text);
    g_free(pointer);
}

static gboolean is_same_end(const sx_log_end *a, const sx_log_end *b) {
    return a->origin == b->origin && a->endpoint.port == b->endpoint.port &&
           a->endpoint.ip_len == b->endpoint.ip_len &&
           memcmp(a->endpoint.ip, b->endpoint.ip, a->endpoint.ip_len) == 0;
}

static gboolean is_same(const kept *one, const sx_log_message *b) {
    const sx_log_message *a = &one->message;
    return a->text.len == b->text.len && memcmp(one->text, b->text.p, b->text.len) == 0 &&
           a->format == b->format && a->direction == b->direction && a->transport == b->transport &&
           a->cut == b->cut && a->repairs == b->repairs && a->place.time == b->place.time &&
           a->place.line == b->place.line && is_same_end(&a->source, &b->source) &&
           is_same_end(&a->destination, &b->destination);
}

static guint read_again(sx_log *log, const GPtrArray *all) {
    guint differ = 0;
    sx_log_message message;
    for (guint i = all->len; i > 0; i--) {
        const kept *one = (const kept *)g_ptr_array_index(all, i - 1);
        if (!sx_log_read_at(log, &one->message.place, &message) || !is_same(one, &message)) {
            fprintf(stderr, "differs: line %u\n", one->message.place.line);
            differ++;
        }
    }
    return differ;
}

static void run(sx_log *log, const arguments *a) {
    GPtrArray *all = g_ptr_array_new_with_free_func(free_kept);
    sx_log_message message;
    sx_log_result result;
    guint messages = 0;
    while ((result = sx_log_next(log, &message)) == SX_LOG_MESSAGE) {
        messages++;
        if (!a->quiet) {
            print_message(&message);
            fflush(stdout);
        }
        if (!a->again)
            continue;
        kept *one = g_new(kept, 1);
        one->message = message;
        one->text = g_strndup("", message.text.len);
        memcpy(one->text, message.text.p, message.text.len);
        g_ptr_array_add(all, one);
        /* In the midst of the walk, too. */
        if (messages % 3 == 0)
            sx_log_read_at(log,
                           &((const kept *)g_ptr_array_index(all, messages / 2))->message.place,
                           &message);
    }
    guint differ = a->again ? read_again(log, all) : 0;
    print_last(log, result, messages, differ);
    g_ptr_array_free(all, TRUE);
}

static gboolean read_arguments(int argc, char **argv, arguments *a) {
    for (int i = 1; i < argc; i++) {
        gboolean has_value = i + 2 < argc;
        if (strcmp(argv[i], "--again") == 0)
            a->again = TRUE;
        else if (strcmp(argv[i], "--quiet") == 0)
            a->quiet = TRUE;
        else if (strcmp(argv[i], "--ahead") == 0 && has_value)
            a->options.ahead = strtoul(argv[++i], NULL, 10);
        else if (strcmp(argv[i], "--limit") == 0 && has_value)
            a->options.limit = strtoul(argv[++i], NULL, 10);
        else if (strcmp(argv[i], "--chunk") == 0 && has_value)
            a->chunk = strtoul(argv[++i], NULL, 10);
        else if (strcmp(argv[i], "--file-time") == 0 && has_value)
            a->options.file_time = strtoll(argv[++i], NULL, 10);
        else if (i + 1 == argc)
            a->path = argv[i];
        else
            return FALSE;
    }
    return a->path != NULL;
}

static int print_formats(void) {
    for (guint i = 0; sx_log_format_name(i) != NULL; i++)
        printf("%s\n", sx_log_format_name(i));
    return 0;
}

int main(int argc, char **argv) {
    arguments a = {.options = {.ahead = 256 * 1024}};
    gint64 modified = 0;
    GError *error = NULL;
    sx_log_input input;
    if (argc == 2 && strcmp(argv[1], "--formats") == 0)
        return print_formats();
    if (!read_arguments(argc, argv, &a)) {
        fprintf(stderr, "usage: log_look [options] FILE\n");
        return 2;
    }
    if (strcmp(a.path, "-") == 0) {
        input = sx_log_input_stream(stdin);
    } else if (!sx_log_input_file(a.path, &input, &modified, &error)) {
        fprintf(stderr, "%s: %s\n", a.path, error->message);
        g_error_free(error);
        return 2;
    }
    if (a.options.file_time == 0)
        a.options.file_time = modified;
    if (a.chunk > 0) {
        slow *s = g_new(slow, 1);
        *s = (slow){input, a.chunk};
        input = (sx_log_input){read_slow, seek_slow, close_slow, s};
    }
    sx_log *log = sx_log_new(input, &a.options);
    run(log, &a);
    sx_log_free(log);
    return 0;
}
