/* SPDX-License-Identifier: GPL-2.0-or-later
 * Draws a ladder: an end by address and port is a column, a message an arrow. No script; colors are those of the page.
 */
#include "command/ladder.h"

#include <stdlib.h>
#include <string.h>

#include "command/render.h"
#include "knowledge/knowledge.h"
#include "labels.h"
#include "wire/packet.h"

#define MARGIN 150 /* for frame and time */
#define COLUMN 190 /* from end to end */
#define HEAD 62
#define STEP 34
#define MAX_ENDS 12
#define MAX_LABEL 26   /* characters above an arrow from one end to the next */
#define MAX_ADDRESS 22 /* characters in a line of an address */

/** The rows of one ladder, and its ends. */
typedef struct {
    sx_language language;
    const sx_checked *checked;
    guint first, end;     /* records: first..end-1 */
    char *ends[MAX_ENDS]; /* address, a blank, port */
    guint n_ends;
    gint64 start; /* SX_NO_MOMENT */
} ladder;

static const char *cell(const ladder *l, guint record, const char *column) {
    return sx_records_cell(&l->checked->ladder, record, column);
}

static gint64 moment_of(const ladder *l, guint record) {
    GTimeZone *utc = g_time_zone_new_utc();
    GDateTime *time = g_date_time_new_from_iso8601(cell(l, record, "time"), utc);
    gint64 moment = SX_NO_MOMENT;
    if (time != NULL) {
        moment = g_date_time_to_unix(time) * SX_SECOND + g_date_time_get_microsecond(time);
        g_date_time_unref(time);
    }
    g_time_zone_unref(utc);
    return moment;
}

/* The column of an end; -1: there are too many. */
static gint end_of(ladder *l, guint record, const char *address, const char *port) {
    char *name = g_strdup_printf("%s %s", cell(l, record, address), cell(l, record, port));
    for (guint i = 0; i < l->n_ends; i++) {
        if (strcmp(l->ends[i], name) == 0) {
            g_free(name);
            return (gint)i;
        }
    }
    if (l->n_ends == MAX_ENDS) {
        g_free(name);
        return -1;
    }
    l->ends[l->n_ends] = name;
    return (gint)l->n_ends++;
}

static guint x_of(guint column) {
    return MARGIN + COLUMN / 2 + column * COLUMN;
}

/* ---- drawing ---- */

/* At most so many characters; what is longer ends in an ellipsis. */
static void text(GString *out, guint x, guint y, const char *class, const char *words, glong most) {
    glong n = g_utf8_strlen(words, -1);
    char *part = g_utf8_substring(words, 0, n > most ? most - 1 : n);
    g_string_append_printf(out, "<text x=\"%u\" y=\"%u\" class=\"%s\">", x, y, class);
    sx_append_html(out, part);
    g_string_append(out, n > most ? "…</text>\n" : "</text>\n");
    g_free(part);
}

/* Address, in two lines where it is long, and port; below it the line of the end. */
static void draw_end(GString *out, const ladder *l, guint column, guint height) {
    const char *blank = strchr(l->ends[column], ' ');
    gsize len = (gsize)(blank - l->ends[column]);
    char *address = len > 0 ? g_strndup(l->ends[column], len) : g_strdup("?");
    char *port = g_strdup_printf(":%s", blank + 1);
    guint x = x_of(column);
    gboolean is_long = len > MAX_ADDRESS;
    if (is_long)
        text(out, x, 32, "a", address + MAX_ADDRESS, MAX_ADDRESS);
    address[MIN(len, MAX_ADDRESS)] = '\0';
    text(out, x, is_long ? 16 : 28, "a", address, MAX_ADDRESS);
    if (blank[1] != '\0')
        text(out, x, 48, "s", port, G_MAXINT);
    g_string_append_printf(out, "<path d=\"M%u %uV%u\" class=\"l\"/>\n", x, HEAD - 6, height - 6);
    g_free(port);
    g_free(address);
}

/* "INVITE", "486 Busy Here", "200 OK (BYE)" */
static char *label_of(const ladder *l, guint record) {
    guint code = (guint)g_ascii_strtoull(cell(l, record, "code"), NULL, 10);
    const char *method = cell(l, record, "method");
    if (code == 0)
        return g_strdup(method[0] != '\0' ? method : "?");
    const char *name = sx_knowledge_registered_name(sx_knowledge_code(code));
    gboolean usual = strcmp(method, cell(l, l->first, "method")) == 0 || method[0] == '\0';
    return g_strdup_printf("%u%s%s%s%s%s", code, name != NULL ? " " : "", name != NULL ? name : "",
                           usual ? "" : " (", usual ? "" : method, usual ? "" : ")");
}

static void draw_margin(GString *out, const ladder *l, guint record, guint y) {
    GString *words = g_string_new(NULL);
    guint32 place = (guint32)g_ascii_strtoull(cell(l, record, "frame"), NULL, 10);
    gint64 moment = moment_of(l, record);
    if (l->checked->format != NULL)
        sx_label_check_in_line(l->language, words, place);
    else
        sx_label_check_in_frame(l->language, words, place);
    text(out, 6, y, "f", words->str, G_MAXINT);
    if (moment != SX_NO_MOMENT && l->start != SX_NO_MOMENT) {
        gint64 offset = moment - l->start;
        g_string_printf(words, "%s%" G_GINT64_FORMAT ".%03u s", offset < 0 ? "-" : "+",
                        ABS(offset) / SX_SECOND, (guint)(ABS(offset) % SX_SECOND / 1000));
        text(out, MARGIN - 4, y, "t", words->str, G_MAXINT);
    }
    g_string_free(words, TRUE);
}

static void draw_message(GString *out, ladder *l, guint record, guint y) {
    gint from = end_of(l, record, "source", "source_port");
    gint to = end_of(l, record, "destination", "destination_port");
    gboolean failing = cell(l, record, "decides")[0] != '\0';
    char *label = label_of(l, record);
    guint x1 = x_of((guint)from);
    guint x2 = from != to ? x_of((guint)to) : x1 + COLUMN / 3;
    gint back = x2 > x1 ? -1 : 1;
    guint hops = (guint)ABS(to - from);
    g_string_append_printf(out, "<g class=\"%s\">\n", failing ? "m bad" : "m");
    if (failing) /* not by color alone */
        g_string_append_printf(out,
                               "<rect x=\"2\" y=\"%u\" width=\"%u\" height=\"%d\" rx=\"4\"/>\n",
                               y - 20, MARGIN + l->n_ends * COLUMN - 4, STEP - 6);
    draw_margin(out, l, record, y);
    text(out, (x1 + x2) / 2, y - 6, "n", label, (glong)(MAX_LABEL * MAX(hops, 1)));
    g_string_append_printf(out,
                           "<path d=\"M%u %uH%u\"/><path d=\"M%u %ul%d -4v8z\" class=\"h\"/>\n", x1,
                           y, x2, x2, y, back * 9);
    g_string_append(out, "</g>\n");
    g_free(label);
}

static void draw_gap(GString *out, const ladder *l, guint32 left_out, guint y) {
    GString *words = g_string_new(NULL);
    sx_label_check_left_out(l->language, words, left_out);
    text(out, MARGIN + 6, y, "g", words->str, G_MAXINT);
    g_string_free(words, TRUE);
}

/* Messages of ends that have no room count as left out, where they are. */
static gboolean is_drawn(ladder *l, guint record) {
    return cell(l, record, "source")[0] + cell(l, record, "frame")[0] != 0 &&
           end_of(l, record, "source", "source_port") >= 0 &&
           end_of(l, record, "destination", "destination_port") >= 0;
}

static guint draw_rows(GString *out, ladder *l) {
    guint y = HEAD + STEP - 8;
    guint32 left_out = 0;
    for (guint i = l->first; i < l->end; i++) {
        gboolean drawn = is_drawn(l, i);
        guint32 gap = (guint32)g_ascii_strtoull(cell(l, i, "left_out"), NULL, 10);
        if (!drawn)
            left_out += MAX(gap, 1);
        if (left_out > 0 && (drawn || i + 1 == l->end)) {
            draw_gap(out, l, left_out, y);
            y += STEP;
            left_out = 0;
        }
        if (drawn) {
            draw_message(out, l, i, y);
            y += STEP;
        }
    }
    return y;
}

static void draw(GString *out, ladder *l, const char *title) {
    GString *rows = g_string_new(NULL);
    for (guint i = l->first; i < l->end; i++)
        is_drawn(l, i); /* ends get their columns */
    l->start = moment_of(l, l->first);
    guint height = draw_rows(rows, l);
    guint width = MARGIN + l->n_ends * COLUMN;
    g_string_append_printf(out,
                           "<div class=\"ladder\" tabindex=\"0\" role=\"group\" aria-label=\"");
    sx_append_html(out, title);
    g_string_append_printf(
        out,
        "\">\n<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%u\" height=\"%u\" "
        "viewBox=\"0 0 %u %u\" role=\"img\">\n<title>",
        width, height, width, height);
    sx_append_html(out, title);
    g_string_append(out, "</title>\n");
    for (guint i = 0; i < l->n_ends; i++)
        draw_end(out, l, i, height);
    g_string_append_len(out, rows->str, (gssize)rows->len);
    g_string_append(out, "</svg>\n</div>\n");
    g_string_free(rows, TRUE);
    for (guint i = 0; i < l->n_ends; i++)
        g_free(l->ends[i]);
}

static void append_one(GString *out, sx_language language, const sx_checked *checked, guint first,
                       guint end) {
    ladder l = {.language = language, .checked = checked, .first = first, .end = end};
    char *title = g_strdup_printf("%s -> %s: %s", cell(&l, first, "from"), cell(&l, first, "to"),
                                  cell(&l, first, "headline"));
    g_string_append(out, "<h3>");
    sx_append_html(out, title);
    g_string_append(out, "</h3>\n");
    draw(out, &l, title);
    g_free(title);
}

void sx_append_ladders(GString *out, sx_language language, const sx_checked *checked) {
    guint n = sx_records_count(&checked->ladder);
    if (n == 0)
        return;
    g_string_append(out, "<h2>");
    sx_append_html(out, sx_word_text(language, SX_LABEL_CHECK_LADDERS));
    g_string_append(out, "</h2>\n");
    for (guint first = 1; first <= n;) {
        const char *id = sx_records_cell(&checked->ladder, first, "ladder");
        guint end = first + 1;
        while (end <= n && strcmp(sx_records_cell(&checked->ladder, end, "ladder"), id) == 0)
            end++;
        if (id[0] != '\0') {
            append_one(out, language, checked, first, end);
        } else {
            GString *words = g_string_new(NULL);
            guint64 count =
                g_ascii_strtoull(sx_records_cell(&checked->ladder, first, "left_out"), NULL, 10);
            sx_label_check_ladders_left_out(language, words, (guint32)MIN(count, G_MAXUINT32));
            g_string_append(out, "<p>");
            sx_append_html(out, words->str);
            g_string_append(out, "</p>\n");
            g_string_free(words, TRUE);
        }
        first = end;
    }
}
