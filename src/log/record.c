/* SPDX-License-Identifier: GPL-2.0-or-later
 * Takes a message out of its record: start line and headers up to the empty line, then the body by Content-Length,
 * counted with the line ends that were on the wire (RFC 3261 sections 7 and 18.3). What is certainly another record
 * ends a message before that.
 */
#include "log/record.h"

#include "log/find.h"
#include "log/start.h"
#include "wire/header.h"

/** What a look at a line says of it. */
typedef enum {
    PART,  /* of the message */
    LAST,  /* of the message, which is over behind it */
    OTHER, /* no part of the message, which is over */
} role;

#define TERMINAL 70 /* columns that a line has at least where a terminal broke it */
#define ALL_SEEN 7u /* Via, Call-ID, CSeq: a bit each */

/** The reading of one message. */
typedef struct {
    sx_lines *lines;
    const sx_log_format *format;
    gboolean alone;
    gboolean raw; /* line ends stand in the log as they were sent */
    sx_record *record;
} reading;

/* The name of the header that this line is; empty if it is none. All names begin with a letter. */
static sx_slice header_name(sx_slice line) {
    gsize i = 0;
    if (line.len == 0 || !g_ascii_isalpha(line.p[0]))
        return (sx_slice){line.p, 0};
    while (i < line.len &&
           (g_ascii_isalnum(line.p[i]) || line.p[i] == '-' || line.p[i] == '_' || line.p[i] == '.'))
        i++;
    gsize len = i;
    while (i < line.len && (line.p[i] == ' ' || line.p[i] == '\t'))
        i++;
    return (sx_slice){line.p, i < line.len && line.p[i] == ':' ? len : 0};
}

/* Whether a line may begin with the stamp of a record; few do. */
static gboolean may_be_stamped(sx_slice line) {
    char c = line.len > 8 ? line.p[0] : '\0';
    return g_ascii_isdigit(c) || c == '[' || c == '<' || c == '*' || c == '.' || c == '(' ||
           (g_ascii_isupper(c) && line.p[3] == ' ');
}

/* Takes off what stands at the end of a line that is no part of the message, such as its time. */
static gboolean take_tail_off(const reading *r, sx_line *line) {
    sx_head head = {0};
    gsize begin;
    const char *tail = r->format->tail;
    if (tail == NULL || memchr(line->text.p, tail[0], line->text.len) == NULL ||
        !sx_pattern_match(tail, line->text, &head, &begin))
        return FALSE;
    while (begin > 0 && line->text.p[begin - 1] == ' ')
        begin--;
    r->record->timed = head.timed;
    r->record->stamp = head.stamp;
    line->text.len = begin;
    return TRUE;
}

/* Looser than sx_start_read(): so no bytes are read for two messages. */
static gboolean is_start_line(sx_slice line) {
    line = sx_slice_trim(line);
    return line.len >= 11 &&
           (memcmp(line.p, "SIP/2.0 ", 8) == 0 ||
            (memcmp(line.p + line.len - 8, " SIP/2.0", 8) == 0 && g_ascii_isupper(line.p[0])));
}

/* What a line is, by its look alone. */
static role look(const reading *r, sx_line *line, gboolean is_header) {
    sx_stamp stamp;
    if (line->nul || take_tail_off(r, line))
        return line->text.len > 0 ? LAST : OTHER;
    if (line->text.len >= 3 && memcmp(line->text.p, "```", 3) == 0)
        return OTHER; /* the end of a paste */
    if (r->alone)
        return PART;
    if (!is_header && !r->lines->stamped && may_be_stamped(line->text) &&
        sx_stamp_leads(line->text, &stamp))
        return OTHER;
    if (is_header)
        return r->format->other != NULL && sx_log_is_end(r->format, line->text) ? OTHER : PART;
    if (r->format != &sx_log_bare && sx_log_is_end(r->format, line->text))
        return OTHER;
    return PART;
}

static void note_header(sx_record *record, sx_slice line, sx_header_id id, guint *seen) {
    guint digits;
    sx_slice value = sx_slice_trim(line);
    const char *colon = memchr(value.p, ':', value.len);
    value = sx_slice_trim(sx_slice_after(value, (gsize)(colon - value.p) + 1));
    if (id == SX_HDR_CONTENT_LENGTH && !record->has_length) {
        record->announced = sx_slice_number(value, &digits);
        record->has_length = digits > 0;
    } else if (id == SX_HDR_CONTENT_TYPE) {
        record->has_type = TRUE;
        record->is_sdp = sx_slice_starts(value, "application/sdp");
    }
    *seen |= id == SX_HDR_VIA ? 1u : id == SX_HDR_CALL_ID ? 2u : id == SX_HDR_CSEQ ? 4u : 0u;
}

/* A line as it goes out. */
static void add(const reading *r, const sx_line *line, gboolean crlf, gboolean ends) {
    GString *text = r->record->text;
    g_string_append_len(text, line->text.p, (gssize)line->text.len);
    if (!ends)
        return;
    g_string_append(text, line->cr || crlf ? "\r\n" : "\n");
    if (crlf && !line->cr)
        r->record->repairs |= SX_LOG_LINE_ENDS;
}

static gboolean is_sdp_line(sx_slice line) {
    return line.len >= 2 && line.p[1] == '=' && g_ascii_isalpha(line.p[0]);
}

/* Whether the body begins here although the empty line before it is missing. */
static gboolean is_body(const sx_record *record, sx_slice line) {
    return record->is_sdp && sx_slice_is_exactly(line, "v=0");
}

/* The headers end without an empty line: it may be that line alone that is missing. */
static void end_headers(const reading *r, gboolean length_was_last, gboolean interrupted) {
    sx_record *record = r->record;
    if (length_was_last && record->has_length && record->announced == 0) {
        record->repairs |= SX_LOG_EMPTY_LINE;
        g_string_append(record->text, "\r\n");
    } else {
        record->cut = TRUE;
        record->interrupted = interrupted;
    }
}

/* Whether a line is the rest of the header above: mail breaks behind marks, terminals at their width, phones anywhere. */
static gboolean is_wrapped(const reading *r, const sx_line *line) {
    const GString *text = r->record->text;
    const char *end = text->str + text->len - 2;
    const char *lf = sx_find_last(text->str, '\n', text->len - 2);
    sx_slice here = line->text;
    if (r->raw || here.len == 0 || !line->ends || sx_is_space(here.p[0]))
        return FALSE;
    if (r->lines->stamped && line->prefixed)
        return TRUE; /* the phrase of a status line too */
    return lf != NULL && lf + 1 != end &&
           (strchr(",;", end[-1]) != NULL || strchr(",;", here.p[0]) != NULL ||
            end - lf > TERMINAL);
}

/* Takes back the line end above; where a comma stood at the end, a blank did too. */
static void unwrap(sx_record *record, sx_slice line) {
    GString *text = record->text;
    g_string_truncate(text, text->len - 2);
    if (text->str[text->len - 1] == ',' || line.p[0] == ',')
        g_string_append_c(text, ' ');
    record->repairs |= SX_LOG_WRAPPED;
}

/* A copy from a web page shows itself at the angle brackets of the first URI. */
static gboolean has_entities(sx_slice line) {
    return memchr(line.p, '&', line.len) != NULL &&
           (sx_find_bytes(line.p, line.len, "&lt;sip", 7) != NULL ||
            sx_find_bytes(line.p, line.len, "&lt;tel", 7) != NULL);
}

/* Reads the headers. Returns FALSE if the message ends with them. */
static gboolean read_headers(const reading *r) {
    sx_record *record = r->record;
    sx_line line;
    gboolean length_was_last = FALSE;
    gboolean begins_well = FALSE; /* the first line behind the start line is a header */
    gboolean is_first = TRUE;
    guint seen = 0;
    while (record->text->len < SX_LOG_LARGEST && sx_lines_next(r->lines, &line)) {
        if (!r->lines->entities && has_entities(line.text)) {
            r->lines->entities = TRUE;
            r->lines->at = line.begin;
            continue;
        }
        sx_slice name = header_name(line.text);
        role what = look(r, &line, name.len > 0);
        if (what == PART && name.len == 0 && is_start_line(line.text))
            what = OTHER;
        begins_well = is_first ? name.len > 0 : begins_well;
        is_first = FALSE;
        record->is_message = begins_well && seen == ALL_SEEN;
        if (what == OTHER) {
            r->lines->at = line.nul || record->timed ? line.behind : line.begin;
            end_headers(r, length_was_last, TRUE);
            return FALSE;
        }
        if (line.text.len == 0 && line.ends) {
            add(r, &line, TRUE, TRUE);
            record->cut = seen == 0; /* a start line alone, as in a summary */
            return seen != 0;
        }
        if (name.len == 0 && length_was_last && record->has_length && record->announced == 0 &&
            line.text.len > 0 && !sx_is_space(line.text.p[0])) {
            r->lines->at = line.begin; /* a doubled empty line, words of who pasted it */
            end_headers(r, TRUE, FALSE);
            return FALSE;
        }
        if (is_body(record, line.text)) {
            record->repairs |= SX_LOG_EMPTY_LINE;
            g_string_append(record->text, "\r\n");
            r->lines->at = line.begin;
            return TRUE;
        }
        if (what == LAST) {
            add(r, &line, TRUE, FALSE);
            end_headers(r, FALSE, TRUE);
            return FALSE;
        }
        if (name.len == 0 && is_wrapped(r, &line))
            unwrap(record, line.text);
        add(r, &line, TRUE, TRUE);
        sx_header_id id = name.len > 0 ? sx_header_lookup(name) : SX_HDR_OTHER;
        if (name.len > 0)
            note_header(record, line.text, id, &seen);
        length_was_last = id == SX_HDR_CONTENT_LENGTH;
    }
    record->is_message = begins_well && seen == ALL_SEEN;
    end_headers(r, length_was_last, FALSE);
    return FALSE;
}

/** How far a body goes. */
typedef struct {
    guint n;           /* lines of it */
    gboolean lf;       /* its lines ended in LF alone when it was sent */
    gboolean no_end;   /* its last line has no end */
    gsize last;        /* if not 0: bytes of its last line, behind which another record stands */
    gboolean fits;     /* it is as long as Content-Length says */
    gboolean is_short; /* it is over before Content-Length is used up */
} extent;

/* Whether what stands in the line behind the body is another record or the tail of this one. */
static gboolean is_record(const reading *r, sx_slice rest) {
    sx_head ignored = {0};
    sx_stamp stamp;
    gsize begin;
    return sx_stamp_leads(rest, &stamp) || sx_log_is_end(r->format, rest) ||
           (r->format->tail != NULL && sx_pattern_match(r->format->tail, rest, &ignored, &begin));
}

/* Whether the line can be no part of the body, whatever its length. total: bytes before it. */
static gboolean is_behind_body(const reading *r, sx_line *line, gsize total) {
    const sx_record *record = r->record;
    if (look(r, line, FALSE) == OTHER)
        return TRUE;
    if (!record->has_length && is_start_line(line->text))
        return TRUE;
    return record->is_sdp && !is_sdp_line(line->text) &&
           !(record->has_length && line->text.len == 0 && total + 2 == record->announced);
}

/* Checks a line that fills up or passes Content-Length, CRLF counted; before: bytes without it. */
static gboolean fits_crlf(const reading *r, const sx_line *line, gsize before, gsize total,
                          extent *e) {
    gsize wanted = r->record->announced;
    if (before + line->text.len == wanted)
        return e->no_end = TRUE;
    if (total == wanted)
        return TRUE;
    if (total < wanted || wanted <= before || wanted - before > line->text.len ||
        !is_record(r, sx_slice_after(line->text, wanted - before)))
        return FALSE;
    e->last = wanted - before;
    return TRUE;
}

/* Walks over the body. Where Content-Length fits with CRLF behind each line, these were sent; else LF alone if that
 * fits. Where neither does, a number or an address was changed by hand: a description goes on to its end, anything else
 * to the line in which Content-Length is used up. */
static void measure_announced(const reading *r, extent *e) {
    sx_lines lines = *r->lines;
    sx_line line;
    gsize wanted = r->record->announced;
    gsize with_crlf = 0;
    gsize with_lf = 0;
    guint passed = 0; /* lines when Content-Length was used up, CRLF counted */
    while (r->record->text->len + with_crlf < SX_LOG_LARGEST && sx_lines_next(&lines, &line) &&
           !is_behind_body(r, &line, with_crlf)) {
        gsize before = with_crlf;
        with_crlf += line.text.len + (r->raw && !line.cr ? 1 : 2);
        with_lf += line.text.len + (line.cr ? 2 : 1);
        e->n++;
        if (passed == 0 && (e->fits = fits_crlf(r, &line, before, with_crlf, e)))
            return;
        if (passed == 0 && with_crlf > wanted)
            passed = e->n;
        if (passed > 0 && (with_lf == wanted || with_lf == wanted + 1)) {
            e->fits = e->lf = TRUE;
            e->no_end = with_lf > wanted;
            return;
        }
        if (passed > 0 && with_lf > wanted && !r->record->is_sdp)
            break;
        if (line.nul)
            break;
    }
    e->is_short = passed == 0;
    if (passed > 0 && !r->record->is_sdp)
        e->n = passed;
}

/* Without Content-Length: to the next record; empty lines at the end are the log's. */
static void measure_open(const reading *r, extent *e) {
    sx_lines lines = *r->lines;
    sx_line line;
    gsize total = 0;
    guint n = 0;
    while (r->record->text->len + total < SX_LOG_LARGEST && sx_lines_next(&lines, &line) &&
           !is_behind_body(r, &line, total)) {
        total += line.text.len + 2;
        n++;
        if (line.text.len > 0)
            e->n = n;
        if (line.nul)
            break;
    }
    e->fits = TRUE;
}

static void add_body(const reading *r, const extent *e) {
    sx_line line;
    for (guint i = 0; i < e->n && sx_lines_next(r->lines, &line); i++) {
        gboolean is_last = i + 1 == e->n;
        take_tail_off(r, &line);
        if (is_last && e->last > 0) {
            r->lines->at = line.begin + e->last;
            line.text.len = e->last;
        }
        add(r, &line, !e->lf && !r->raw, !is_last || !(e->no_end || e->last > 0));
    }
}

static void read_body(const reading *r) {
    extent e = {0};
    sx_record *record = r->record;
    if (record->has_length && record->announced > 0)
        measure_announced(r, &e);
    else if (!record->has_length && record->has_type)
        measure_open(r, &e);
    else
        e.fits = TRUE;
    record->timed = FALSE; /* not by lines behind the body */
    add_body(r, &e);
    if (!e.fits)
        record->repairs |= SX_LOG_LENGTH;
    record->cut = record->interrupted = e.is_short;
}

/* The lines of a paste in which each one is followed by an empty one. */
static gboolean is_doubled(const sx_lines *behind_start) {
    sx_lines ahead = *behind_start;
    sx_line line;
    for (guint i = 0; i < 5; i++) {
        if (!sx_lines_next(&ahead, &line) ||
            (i % 2 == 0 ? line.text.len > 0 : header_name(line.text).len == 0))
            return FALSE;
    }
    return TRUE;
}

static gboolean ends_in_dot(sx_slice line) {
    return line.len > 0 && line.p[line.len - 1] == '.';
}

/* Whether a start line that ends in a '.' does so because all lines do, as those of ngrep. */
static gboolean is_dotted(const sx_lines *behind_start, sx_slice start) {
    sx_lines ahead = *behind_start;
    sx_line line;
    gboolean dotted = ends_in_dot(start);
    if (!dotted)
        return FALSE;
    ahead.clean = g_string_new(NULL); /* the start line may be in the other one */
    for (guint i = 0; i < 3 && dotted; i++)
        dotted = sx_lines_next(&ahead, &line) && ends_in_dot(line.text) &&
                 header_name(line.text).len > 0;
    g_string_free(ahead.clean, TRUE);
    return dotted;
}

/* Whether the line behind the start line lacks what stood before that: then no line has it. */
static gboolean has_no_prefix(const sx_lines *behind_start) {
    sx_lines ahead = *behind_start;
    sx_line line;
    return sx_lines_next(&ahead, &line) && line.text.len > 0 && !line.prefixed;
}

/* The tail in the lines behind the message. */
static void find_tail(const reading *r) {
    sx_lines ahead = *r->lines;
    sx_line line;
    for (guint i = 0; i < 3 && !r->record->timed && sx_lines_next(&ahead, &line); i++) {
        gboolean found = take_tail_off(r, &line);
        if (sx_slice_trim(line.text).len > 0) {
            r->record->timed = FALSE; /* it is the tail of another record */
            return;
        }
        if (found)
            r->lines->at = line.behind;
    }
}

void sx_record_read(sx_lines *lines, const sx_log_format *format, gboolean alone,
                    sx_record *record) {
    GString *text = record->text;
    sx_line line;
    *record = (sx_record){.text = text};
    g_string_truncate(text, 0);
    reading r = {lines, format, alone, FALSE, record};
    sx_slice prefix = lines->prefix;
    lines->prefix.len = 0; /* it stands before the start line: nothing is to be taken off that */
    if (sx_lines_next(lines, &line)) {
        lines->prefix = prefix;
        if (format == &sx_log_bare && is_dotted(lines, line.text)) {
            lines->dots = line.cr = TRUE;
            line.text.len--;
        }
        r.raw = line.cr;
        line.text = sx_slice_trim(line.text);
        if (!is_start_line(line.text))
            return; /* an escape in the midst of it */
        add(&r, &line, TRUE, TRUE);
        if (lines->prefix.len > 0 && has_no_prefix(lines)) {
            lines->prefix.len = 0;
            lines->stamped = FALSE;
        }
        if (is_doubled(lines)) {
            sx_lines_next(lines, &line);
            lines->doubled = TRUE;
        }
        if (read_headers(&r) && (record->is_message || format != &sx_log_bare))
            read_body(&r);
        if (format->tail != NULL)
            find_tail(&r);
    }
    record->end = lines->at;
    record->repairs |= lines->repairs;
}
