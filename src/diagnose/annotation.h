/* SPDX-License-Identifier: GPL-2.0-or-later
 * The result for one message: plain data, made once, kept for the file, shown as often as the frame is.
 */
#ifndef SX_ANNOTATION_H
#define SX_ANNOTATION_H

#include <glib.h>

#include "details/mandatory.h"
#include "knowledge/verdict.h"

typedef enum {
    SX_RESPONSE, /* a response of its own */
    SX_SIPFRAG,  /* a response reported in the message/sipfrag body of a NOTIFY */
    SX_REQUEST   /* a request that carries a finding or says why it was sent */
} sx_annotation_kind;

/** What is known of the request that a response answers, or of the request itself. */
enum {
    SX_REQUEST_CREDENTIALS = 1 << 0, /* it carried credentials of digest authentication */
    SX_REQUEST_CHALLENGED = 1 << 1,  /* it was challenged before */
    SX_REQUEST_IN_DIALOG = 1 << 2,   /* it has a To tag */
    SX_REQUEST_SDP = 1 << 3,         /* it has a session description */
    SX_REQUEST_RANG = 1 << 4,        /* a 180 to 183 came for it */
    SX_REQUEST_REMOVES = 1 << 5,     /* it ends a registration, subscription or publication */
    SX_REQUEST_ASKS = 1 << 6,        /* a REGISTER without Contact */
    SX_REQUEST_MISROUTED = 1 << 7,   /* its way is not that of its dialog: diagnose/compare.h */
    SX_REQUEST_ALERTED = 1 << 9,     /* a 180 came for it */
    SX_REQUEST_PRODUCT =
        1
        << 8, /* it has the User-Agent that the response has, and may be the only one who wrote it */
    SX_REQUEST_MULTIPART = 1 << 10, /* its body has several parts */
};

#define SX_NO_TIME G_GINT64_CONSTANT(-1)

/**
 * What is said about one message. Strings live as long as the explainer that made them, or are constant.
 * A field that is added here needs its place in annotations.c, too, and in its test.
 */
typedef struct {
    guint32 frame;      /* number of the frame it was first seen in */
    guint16 code;       /* as on the wire, 65535 if larger; 0 for SX_REQUEST */
    guint8 kind;        /* sx_annotation_kind */
    guint8 verdict;     /* sx_verdict */
    guint8 answered_by; /* sx_answered */
    guint16 request;    /* SX_REQUEST_... */
    gboolean bare;      /* made for a message of which nothing is kept; never kept itself */
    gboolean quoted;    /* stands inside an error message or another message: nobody sent it here */
    const char
        *method; /* CSeq method, of the NOTIFY for SX_SIPFRAG; NULL if unknown; valid UTF-8 */
    const char *
        phrase; /* reason phrase where it differs from the registered name, else NULL; valid UTF-8 */
    sx_missing_set missing; /* mandatory headers it does not have */
    guint32 first_finding;  /* index of its first finding; the outcome of a response comes first */
    guint32 n_findings;
    gboolean
        has_details; /* behind them: a finding without diagnosis, rows that other messages helped to make */
    guint16 ordinal; /* which message of the frame it is about, from 0; G_MAXUINT16: a later one */
    guint32
        request_frame; /* first copy of the request that a response answers; 0: not in this capture */
    guint32
        copy_of; /* frame of the original of a retransmission or capture duplicate; 0: it is the first */
    guint32 relayed_from; /* frame of the same message one hop before; 0: none */
    guint32
        retry_frame; /* hindsight: the next request of this chain, which follows this response; 0: none */
    guint32 final_frame; /* hindsight: the final response of that, or of the transaction; 0: none */
    guint32 call;        /* number of its call, see sx_explainer_call_outcome() */
    gint64
        answer_time; /* request to this response, microseconds; SX_NO_TIME if the request is unknown */
    gint64 ring_time; /* first 180 to 183 to this final response; SX_NO_TIME */
    gint64 talk_time; /* 2xx to this BYE; SX_NO_TIME */
} sx_annotation;

/** The method that the words about the code are chosen by; NULL if unknown. */
static inline const char *sx_annotation_text_method(const sx_annotation *annotation) {
    /* A NOTIFY reports on the request that a REFER caused, an INVITE (RFC 3515 section 2.4.4). */
    return annotation->kind == SX_SIPFRAG ? "INVITE" : annotation->method;
}

#endif
