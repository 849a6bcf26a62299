/* SPDX-License-Identifier: GPL-2.0-or-later
 * The message reader (RFC 3261 sections 7 and 18.3). Tolerant: bare LF or CR as line end, compact names, folding,
 * a missing phrase, any end of the buffer.
 */
#include "wire/message.h"

#include <string.h>

#include "wire/compiler.h"

#if defined(__SSE2__) && !defined(SX_PORTABLE)
#define LOOKS_AT_16 1
#include <emmintrin.h>
#endif

/* Where the line that starts here ends. A lone CR ends a line too, as in Wireshark's own dissector. This is where half
 * of a reader's time goes: all x86-64 processors look at 16 bytes at once. */
#ifdef LOOKS_AT_16
static inline const char *end_of_line(const char *p, const char *end) {
    for (; end - p >= 16; p += 16) {
        __m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)p);
        __m128i cr = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\r'));
        __m128i lf = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\n'));
        guint found = (guint)_mm_movemask_epi8(_mm_or_si128(cr, lf));
        if (found != 0)
            return p + sx_lowest_bit(found);
    }
    while (p < end && *p != '\r' && *p != '\n')
        p++;
    return p;
}

/* The colon behind the name of a header, which nearly always is among its first 16 bytes; NULL if there is none. */
static inline const char *find_colon(const char *p, const char *end) {
    if (end - p >= 16) {
        __m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)p);
        guint found = (guint)_mm_movemask_epi8(_mm_cmpeq_epi8(bytes, _mm_set1_epi8(':')));
        if (found != 0)
            return p + sx_lowest_bit(found);
        p += 16;
    }
    return memchr(p, ':', (gsize)(end - p));
}
#else
#define LINE_CHUNK 256 /* bytes searched at a time, so that a text without LF stays linear */

static inline const char *end_of_line(const char *p, const char *end) {
    while (p < end) {
        gsize chunk = MIN(LINE_CHUNK, (gsize)(end - p));
        const char *lf = memchr(p, '\n', chunk);
        const char *cr = memchr(p, '\r', lf ? (gsize)(lf - p) : chunk);
        if (cr != NULL || lf != NULL)
            return cr ? cr : lf;
        p += chunk;
    }
    return end;
}

static inline const char *find_colon(const char *p, const char *end) {
    return memchr(p, ':', (gsize)(end - p));
}
#endif

/* Where the next line starts. */
static const char *behind_line(const char *line_end, const char *end) {
    if (end - line_end >= 2 && line_end[0] == '\r' && line_end[1] == '\n')
        return line_end + 2;
    return line_end < end ? line_end + 1 : end;
}

/* Takes the characters up to the next space or tab, and the spaces behind them. */
static sx_slice take_word(sx_slice *line) {
    gsize end = 0;
    while (end < line->len && line->p[end] != ' ' && line->p[end] != '\t')
        end++;
    sx_slice word = {line->p, end};
    while (end < line->len && (line->p[end] == ' ' || line->p[end] == '\t'))
        end++;
    *line = sx_slice_after(*line, end);
    return word;
}

static gboolean is_version(sx_slice word) {
    return sx_slice_starts(word, "SIP/") && word.len >= 7 && g_ascii_isdigit(word.p[4]);
}

static gboolean read_status_line(sx_slice line, sx_message *message) {
    guint digits;
    if (!sx_slice_starts(line, "SIP/") || !is_version(take_word(&line)))
        return FALSE;
    guint32 code = sx_slice_number(line, &digits);
    if (digits == 0 || (digits < 3 && digits == line.len && !message->start_line_complete))
        return FALSE;
    message->is_response = TRUE;
    message->code = (guint16)MIN(code, G_MAXUINT16);
    message->code_digits = (sx_slice){line.p, digits};
    message->phrase = sx_slice_trim(sx_slice_after(line, digits));
    return TRUE;
}

static gboolean is_token_char(char c) {
    return g_ascii_isalnum(c) || (c != '\0' && strchr("-.!%*_+`'~", c) != NULL);
}

static gboolean read_request_line(sx_slice line, sx_message *message) {
    /* The version is the last word: broken senders leave spaces in the Request-URI. */
    line = sx_slice_trim(line);
    gsize last = line.len;
    while (last > 0 && line.p[last - 1] != ' ' && line.p[last - 1] != '\t')
        last--;
    if (!is_version(sx_slice_after(line, last)))
        return FALSE;
    sx_slice rest = {line.p, last};
    message->method = take_word(&rest);
    message->request_uri = sx_slice_trim(rest);
    for (gsize i = 0; i < message->method.len; i++) {
        if (!is_token_char(message->method.p[i]))
            return FALSE;
    }
    return message->method.len > 0;
}

/* The header at the start of the text, its folded lines included; *behind is set to the line behind it. */
static SX_ALWAYS_INLINE sx_slice header_at(const char *start, const char *text_end, sx_slice *name,
                                           const char **behind) {
    const char *end = end_of_line(start, text_end);
    *behind = behind_line(end, text_end);
    while (*behind < text_end && (**behind == ' ' || **behind == '\t') && end > start) {
        end = end_of_line(*behind, text_end);
        *behind = behind_line(end, text_end);
    }
    const char *colon = find_colon(start, end);
    if (colon == NULL) {
        *name = (sx_slice){start, 0};
        return *name;
    }
    *name = (sx_slice){start, (gsize)(colon - start)};
    if (name->len > 0 && ((guchar)start[0] <= ' ' || (guchar)colon[-1] <= ' '))
        *name = sx_slice_trim(*name);
    if (end - colon > 2 && colon[1] == ' ' && (guchar)colon[2] > ' ' && (guchar)end[-1] > ' ')
        return (sx_slice){colon + 2, (gsize)(end - colon) - 2}; /* one space, as nearly always */
    return sx_slice_trim((sx_slice){colon + 1, (gsize)(end - colon) - 1});
}

static void read_cseq(sx_slice value, sx_message *message) {
    guint digits;
    message->cseq_number = sx_slice_number(value, &digits);
    message->cseq_method =
        digits > 0 ? sx_slice_trim(sx_slice_after(value, digits)) : (sx_slice){value.p, 0};
}

static void note_header(sx_header_id id, const char *line, sx_slice value, sx_message *message) {
    const char *text = message->text.p;
    if (message->count[id] == 0) {
        message->first[id] = (guint32)(line - text);
        message->value[id] = (guint32)(value.p - text);
        message->value_len[id] = (guint32)value.len;
        if (id == SX_HDR_CSEQ)
            read_cseq(value, message);
    }
    if (message->count[id] < G_MAXUINT16)
        message->count[id]++;
}

/* Reads the headers from this offset on; returns where the body begins. */
static gsize read_headers(gsize offset, sx_message *message) {
    const char *line = message->text.p + offset;
    const char *end = message->text.p + message->text.len;
    while (line < end) {
        if ((guchar)*line <= '\r' && (*line == '\r' || *line == '\n')) {
            line = behind_line(line, end);
            message->headers_complete = TRUE;
            break;
        }
        sx_slice name;
        const char *next;
        sx_slice value = header_at(line, end, &name, &next);
        sx_header_id id = sx_header_lookup(name);
        if (id != SX_HDR_OTHER)
            note_header(id, line, value, message);
        line = next;
    }
    return (gsize)(line - message->text.p);
}

/* The last Content-Length: there may be several. */
static sx_slice last_length(const sx_message *message) {
    sx_slice value = sx_message_header(message, SX_HDR_CONTENT_LENGTH);
    sx_header_walk walk = {0};
    while (message->count[SX_HDR_CONTENT_LENGTH] > 1 &&
           sx_message_next_value(message, SX_HDR_CONTENT_LENGTH, &walk, &value)) {
    }
    return value;
}

/* How long the body is to be; FALSE where nothing says so, and the rest is the body. On a stream this is Wireshark's
 * own reading, whatever it thinks of it, for its dissector has cut the stream (packet-sip.c of 4.0 to 4.6): of several
 * headers the last one counts; what is not a number of digits only is 0; a number is 32 bits with a sign, -1 is none,
 * and what is beyond 32 bits is -1. */
static gboolean announced_length(const sx_message *message, sx_framing framing, gsize *length) {
    guint digits;
    if (!sx_message_has(message, SX_HDR_CONTENT_LENGTH))
        return FALSE;
    sx_slice value = last_length(message);
    guint32 number = sx_slice_number(value, &digits);
    gboolean plain = digits > 0 && digits == value.len;
    *length = number;
    if (framing == SX_FRAMING_REST)
        return digits > 0;
    if (!plain || (number > G_MAXINT32 && number < G_MAXUINT32))
        *length = 0;
    return !plain || number != G_MAXUINT32;
}

/* Sets the body that begins at this offset; returns where the message ends. */
static gsize read_body(gsize offset, sx_framing framing, sx_message *message) {
    gsize announced = 0;
    gsize left = message->text.len - offset;
    message->body = (sx_slice){message->text.p + offset, left};
    message->body_complete = message->headers_complete;
    if (!announced_length(message, framing, &announced))
        return message->text.len;
    if (announced > left) {
        message->body_complete = FALSE;
        return message->text.len;
    }
    message->body.len = announced;
    return framing == SX_FRAMING_STREAM ? offset + announced : message->text.len;
}

gsize sx_message_read(sx_slice buffer, sx_framing framing, sx_message *message) {
    buffer.len = MIN(buffer.len, G_MAXUINT32); /* offsets take 32 bits */
    const char *end = buffer.p + buffer.len;
    gsize start = 0;
    while (start < buffer.len && (buffer.p[start] == '\r' || buffer.p[start] == '\n'))
        start++;
    /* The rest is set where count[] says so. */
    memset(message, 0, G_STRUCT_OFFSET(sx_message, first));
    message->text = sx_slice_after(buffer, start);
    const char *line_end = end_of_line(message->text.p, end);
    sx_slice line = {message->text.p, (gsize)(line_end - message->text.p)};
    gsize next = (gsize)(behind_line(line_end, end) - message->text.p);
    message->start_line_complete = line_end < end;
    message->phrase = message->method = message->request_uri = message->cseq_method =
        message->code_digits = (sx_slice){line.p, 0};
    if (!read_status_line(line, message) && !read_request_line(line, message))
        return 0;
    message->text.len = read_body(read_headers(next, message), framing, message);
    message->known_method = sx_method_lookup(sx_message_method(message));
    return start + message->text.len;
}

void sx_message_move(sx_message *message, const char *text) {
    sx_slice *const slices[] = {&message->code_digits, &message->phrase,      &message->method,
                                &message->request_uri, &message->cseq_method, &message->body};
    for (guint i = 0; i < G_N_ELEMENTS(slices); i++)
        slices[i]->p = text + (slices[i]->p - message->text.p);
    message->text.p = text;
}

/* Goes on behind the first header of this kind. */
static gboolean next_further_value(const sx_message *message, sx_header_id id, sx_header_walk *walk,
                                   sx_slice *value) {
    const char *text = message->text.p;
    gsize headers_end = (gsize)(message->body.p - text);
    while (walk->offset < headers_end &&
           (walk->seen < message->count[id] || message->count[id] == G_MAXUINT16)) {
        sx_slice name;
        const char *next;
        *value = header_at(text + walk->offset, text + message->text.len, &name, &next);
        walk->offset = (gsize)(next - text);
        if (sx_header_lookup(name) == id && walk->seen++ > 0)
            return TRUE;
    }
    return FALSE;
}

gboolean sx_message_next_value(const sx_message *message, sx_header_id id, sx_header_walk *walk,
                               sx_slice *value) {
    if (message->count[id] == 0)
        return FALSE;
    if (!walk->started) {
        walk->started = TRUE;
        walk->offset = message->first[id];
        *value = sx_message_header(message, id);
        return TRUE;
    }
    return message->count[id] > 1 && next_further_value(message, id, walk, value);
}

gboolean sx_message_find_element(const sx_message *message, sx_header_id id, sx_header_walk *walk,
                                 sx_slice *element) {
    for (;;) {
        while (walk->rest.len > 0) {
            sx_slice_next_element(&walk->rest, element);
            if (element->len > 0)
                return TRUE;
        }
        if (!sx_message_next_value(message, id, walk, &walk->rest))
            return FALSE;
    }
}

gboolean sx_message_has_token(const sx_message *message, sx_header_id id, const char *token) {
    sx_header_walk walk = {0};
    sx_slice element;
    while (sx_message_next_element(message, id, &walk, &element)) {
        const char *semicolon = memchr(element.p, ';', element.len);
        if (semicolon)
            element = sx_slice_trim((sx_slice){element.p, (gsize)(semicolon - element.p)});
        if (sx_slice_is(element, token))
            return TRUE;
    }
    return FALSE;
}

sx_slice sx_message_product(const sx_message *message) {
    sx_slice server = sx_message_header(message, SX_HDR_SERVER);
    return server.len > 0 ? server : sx_message_header(message, SX_HDR_USER_AGENT);
}
