/* SPDX-License-Identifier: GPL-2.0-or-later
 * Reads the SIP messages out of a text log: of a PBX, a proxy, a softphone, a browser, or pasted into a thread.
 *
 * The text comes from an sx_log_input. sx_log_next() gives one message after the other, sx_log_read_at() the same
 * message again by its place. A reader holds one window of the text, whatever the size of the log.
 */
#ifndef SX_LOG_H
#define SX_LOG_H

#include "knowledge/words.h"
#include "wire/packet.h"
#include "wire/slice.h"

#define SX_LOG_LARGEST 65536 /* bytes of a message; what is longer is cut */

/** How fine a time is; later is finer. */
typedef enum {
    SX_LOG_NO_TIME, /* only the order of the messages is known */
    SX_LOG_SECONDS,
    SX_LOG_MILLISECONDS,
    SX_LOG_MICROSECONDS,
} sx_log_precision;

/** Seen from the program that wrote the log. */
typedef enum { SX_LOG_NO_DIRECTION, SX_LOG_SENT, SX_LOG_RECEIVED } sx_log_direction;

/** Where the address of an end is from. */
typedef enum {
    SX_LOG_MADE_UP, /* nothing is known: a stand-in, the same for this side in the whole log */
    SX_LOG_NAMED, /* the log has a name or a blanked address: a stand-in, the same for the same text */
    SX_LOG_LEARNED, /* the log does not say; messages (Via, Contact) show it */
    SX_LOG_SAID,    /* the log has the IP address */
} sx_log_origin;

/**
 * One end of the way. Stand-ins are IPv6 addresses of 2001:db8:0:51::/64 and 2001:db8:0:52::/64, of the range that RFC
 * 3849 keeps for documentation.
 */
typedef struct {
    sx_endpoint endpoint; /* always filled in; port 0: not known */
    sx_log_origin origin;
    sx_slice host; /* as the log has it, without the port; empty if it does not say */
} sx_log_end;

/** What was mended in a message, as bits. */
typedef enum {
    SX_LOG_LINE_ENDS = 1 << 0, /* CRLF for the LF of the log */
    SX_LOG_PREFIXES = 1 << 1,  /* what stood before each line was taken off: blanks, "> ", stamps */
    SX_LOG_COLORS = 1 << 2,    /* escape sequences of a terminal were taken out */
    SX_LOG_ESCAPES = 1 << 3,   /* line ends were written as #012, \r\n or ^M */
    SX_LOG_ENTITIES = 1 << 4,  /* &lt; and the like, of a copy from a web page */
    SX_LOG_DOUBLED = 1 << 5,   /* every line was followed by an empty one */
    SX_LOG_JOINED = 1 << 6,    /* put together from several records */
    SX_LOG_EMPTY_LINE = 1 << 7, /* the empty line behind the headers was missing */
    SX_LOG_WRAPPED = 1 << 8,    /* a header that was broken into lines is one again */
    SX_LOG_LENGTH = 1 << 9,     /* the body does not fit Content-Length; both stay as they are */
} sx_log_repair;

/** Where a message stands, and what only a walk through the log can tell of it: all that reading it again needs. */
typedef struct {
    guint64 offset; /* of the first line of its record (its head), in the unpacked text */
    guint32 start;  /* bytes from there to the start line; with `offset` it is unique */
    guint32 line;   /* of the first line of its record; 1 is the first of the text */
    gint64
        time; /* microseconds since 1970 as the log's clock shows them; UTC only if `zoned`; 0 without a time */
    guint8 precision; /* an sx_log_precision */
    guint8 flags;     /* SX_LOG_DATED and so on */
    guint8 between;   /* SX_LOG_IN_PIECE: bytes from the end of that message to the start line */
} sx_log_place;

#define SX_LOG_DATED                                                                               \
    1                 /* day and month are known; else the first day of the log is 1 January 1970 */
#define SX_LOG_YEAR 2 /* the log says the year; else it is that of the options, or one before */
#define SX_LOG_ZONED 4    /* the time zone is known, the time is UTC */
#define SX_LOG_IN_PIECE 8 /* the record begins with the rest of another message */

/** One message. All slices are valid until the next call with the same reader. */
typedef struct {
    sx_slice text; /* the message, lines of the headers ended by CRLF, the body as it was sent */
    const char *
        format; /* constant name of the format, such as "asterisk-pjsip"; "bare" without any head */
    sx_log_place place;
    sx_log_direction direction;
    sx_log_end source, destination;
    const char *
        transport; /* "UDP", "TCP", "TLS", "WS", "WSS", "SCTP"; NULL if neither head nor Via says */
    gboolean transport_said; /* by the head; else it is from the top Via */
    gboolean
        cut; /* its end is missing: the headers do not end, or the body is shorter than announced */
    guint repairs; /* sx_log_repair bits */
} sx_log_message;

/** Where the text comes from. An input belongs to the reader it is given to, which closes it. */
typedef struct {
    /** Reads up to `room` bytes; may give fewer, and may wait. 0: the end; -1: an error. */
    gssize (*read)(gpointer context, char *bytes, gsize room);
    /** Goes to a byte of the text; NULL if the input runs only forward. */
    gboolean (*seek)(gpointer context, guint64 offset);
    void (*close)(gpointer context); /* may be NULL */
    gpointer context;
} sx_log_input;

/** How to read. {0} fits an input that must not be read ahead, such as the pipe from `tail -f`. */
typedef struct {
    gsize
        limit; /* bytes that may go by before the first message; 0: all. For a guess whether this is a log */
    gsize
        ahead; /* bytes to look at behind the first message before it is given: the own address, the date */
    gint64
        file_time; /* of the log, microseconds since 1970: the year where stamps have none; 0: not known */
} sx_log_options;

/** What sx_log_next() met last. */
typedef enum {
    SX_LOG_MESSAGE,
    SX_LOG_END,        /* no more messages */
    SX_LOG_NOT_A_LOG,  /* there is no message in it, or none within the limit, or it is no text */
    SX_LOG_UNREADABLE, /* the input failed */
} sx_log_result;

/** What is not as in a capture, to be said once a file. */
typedef enum {
    SX_LOG_SAYS_NO_TIME,
    SX_LOG_SAYS_SECONDS_ONLY,
    SX_LOG_SAYS_TIME_SPANS,
    SX_LOG_SAYS_NO_DATE,
    SX_LOG_SAYS_DATE_NEARBY,
    SX_LOG_SAYS_NO_YEAR,
    SX_LOG_SAYS_NO_DIRECTION,
    SX_LOG_SAYS_OWN_LEARNED,
    SX_LOG_SAYS_OWN_UNKNOWN,
    SX_LOG_SAYS_PEER_UNKNOWN,
    SX_LOG_SAYS_NAMES,
    SX_LOG_SAYS_NO_TRANSPORT,
    SX_LOG_SAYS_NO_HEADS,
    SX_LOG_SAYS_CLEANED,
    SX_LOG_SAYS_LENGTH,
    SX_LOG_SAYS_CUT,
    SX_LOG_N_REMARKS
} sx_log_remark;

/** How often something had to be guessed or was missing. */
typedef struct {
    guint32 messages; /* 0: never */
    guint32 line;     /* of the first one */
} sx_log_remarked;

typedef struct sx_log sx_log;

/**
 * Begins to read a log.
 * @param input belongs to the reader from now on
 * @param options copied; NULL: {0}
 */
sx_log *sx_log_new(sx_log_input input, const sx_log_options *options);

/** Closes the input, frees everything. */
void sx_log_free(sx_log *log);

/**
 * The next message of the log.
 * @param message filled in; valid until the next call with this reader
 * @return SX_LOG_MESSAGE, or why there is none
 */
sx_log_result sx_log_next(sx_log *log, sx_log_message *message);

/**
 * The same message again; sx_log_next() goes on afterwards where it was. Needs an input that can seek.
 * @param place that of a message which this reader, or one of the same text and options, gave
 * @return FALSE if the input cannot seek, failed or has changed
 */
gboolean sx_log_read_at(sx_log *log, const sx_log_place *place, sx_log_message *message);

/** What had to be guessed so far, by sx_log_remark; SX_LOG_N_REMARKS of them, as long as the reader lives. */
const sx_log_remarked *sx_log_remarks(const sx_log *log);

/** What is said of it, in a language; to be freed with g_free(). */
char *sx_log_remark_text(sx_language language, sx_log_remark remark,
                         const sx_log_remarked *remarked);

/** What the engine has to know of a message beside its bytes. Without a time, the time is 0. */
void sx_log_packet(const sx_log_message *message, guint32 frame, sx_packet *packet);

/** The name of a format; NULL behind the last one. One format may have several rows, and so come twice. */
const char *sx_log_format_name(guint i);

/** A text in memory, which must live as long as the reader. */
sx_log_input sx_log_input_memory(const char *bytes, gsize len);

#endif
