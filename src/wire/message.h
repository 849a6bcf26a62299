/* SPDX-License-Identifier: GPL-2.0-or-later
 * Reads one SIP message from bytes (RFC 3261 section 7): slices into the buffer, no copies, nothing trusted.
 */
#ifndef SX_MESSAGE_H
#define SX_MESSAGE_H

#include "wire/header.h"
#include "wire/method.h"
#include "wire/slice.h"

/** One message as it stands in a buffer. Valid as long as the buffer is. */
typedef struct {
    gboolean is_response;
    guint16 code;           /* responses: the status code, 65535 if the number is larger */
    sx_slice code_digits;   /* responses: as on the wire; a proper code has three */
    sx_slice phrase;        /* responses: reason phrase, often empty */
    sx_slice method;        /* requests: from the request line */
    sx_slice request_uri;   /* requests */
    guint32 cseq_number;    /* 0 without a CSeq that can be read */
    sx_slice cseq_method;   /* empty without one */
    sx_method known_method; /* that the message is about; SX_METHOD_OTHER if it is not registered */
    sx_slice text;          /* the whole message, as far as it was captured */
    sx_slice body;          /* empty if there is none */
    gboolean start_line_complete; /* its end is there; else code and phrase may be cut */
    gboolean headers_complete;    /* the empty line behind the headers is there */
    gboolean body_complete;       /* the body is as long as Content-Length says */
    guint16 count[SX_N_HDRS];     /* how many headers of each kind there are */
    guint32 first[SX_N_HDRS]; /* where the first of them begins in text; not set if there is none */
    guint32 value[SX_N_HDRS]; /* where its value begins in text, and how long it is; the same */
    guint32 value_len[SX_N_HDRS];
} sx_message;

/** How a message ends where it has no Content-Length (RFC 3261 section 18.3). */
typedef enum {
    SX_FRAMING_REST, /* the rest of the buffer is the body, also behind a Content-Length that is too small */
    SX_FRAMING_STREAM /* Content-Length ends it, as Wireshark reads that; the next message may follow */
} sx_framing;

/**
 * Reads the message at the start of a buffer. Leading CRLFs are skipped (RFC 3261 section 7.5). Damaged headers are
 * skipped, a truncated message is read as far as it goes.
 * @param buffer bytes; may hold further messages behind this one
 * @param framing where the message ends
 * @param message filled in
 * @return bytes used, with the CRLFs before the message; 0 if there is no SIP start line
 */
gsize sx_message_read(sx_slice buffer, sx_framing framing, sx_message *message);

/** Lets a message read the same bytes in another place. @param text as long as message->text, and equal */
void sx_message_move(sx_message *message, const char *text);

/** Whether the message has this header. */
static inline gboolean sx_message_has(const sx_message *message, sx_header_id id) {
    return message->count[id] > 0;
}

/**
 * The value of the first header of this kind, folding left in.
 * @return an empty slice if the message does not have it
 */
static inline sx_slice sx_message_header(const sx_message *message, sx_header_id id) {
    if (message->count[id] == 0)
        return (sx_slice){message->text.p, 0};
    return (sx_slice){message->text.p + message->value[id], message->value_len[id]};
}

/** A walk over all values of one header; start with {0}. */
typedef struct {
    gboolean started;
    guint seen;    /* headers of this kind so far */
    gsize offset;  /* of the line to look at next, in message->text */
    sx_slice rest; /* elements of the present line still to come */
} sx_header_walk;

/** sx_message_next_element() where there may be one. */
gboolean sx_message_find_element(const sx_message *message, sx_header_id id, sx_header_walk *walk,
                                 sx_slice *element);

/**
 * The next element of all headers of this kind: repeated headers and comma-joined values read the same (RFC 3261
 * section 7.3.1). Not for headers whose single value may hold commas outside quotes, such as WWW-Authenticate.
 * @param walk where the walk is
 * @param element set to the next element, trimmed, never empty
 * @return FALSE at the end
 */
static inline gboolean sx_message_next_element(const sx_message *message, sx_header_id id,
                                               sx_header_walk *walk, sx_slice *element) {
    if (walk->rest.len == 0 && message->count[id] <= (walk->started ? 1 : 0))
        return FALSE;
    return sx_message_find_element(message, id, walk, element);
}

/** The same, but whole header values: one line, or one folded group of lines, at a time. */
gboolean sx_message_next_value(const sx_message *message, sx_header_id id, sx_header_walk *walk,
                               sx_slice *value);

/** Whether an element of this header, without its parameters, is this token (ASCII case ignored). */
gboolean sx_message_has_token(const sx_message *message, sx_header_id id, const char *token);

/** The product that wrote the message: Server, else User-Agent; empty if it has neither. */
sx_slice sx_message_product(const sx_message *message);

/** The method that the message is about: of the CSeq in a response, of the request line in a request. */
static inline sx_slice sx_message_method(const sx_message *message) {
    return message->is_response ? message->cseq_method : message->method;
}

#endif
