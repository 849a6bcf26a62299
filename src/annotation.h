/* SPDX-License-Identifier: GPL-2.0-or-later
 * The result for one message: plain data, made once, kept for the file, shown as often as the frame is.
 */
#ifndef SX_ANNOTATION_H
#define SX_ANNOTATION_H

#include <glib.h>

#include "mandatory.h"
#include "verdict.h"

typedef enum {
    SX_RESPONSE, /* a response of its own */
    SX_SIPFRAG   /* a response reported in the message/sipfrag body of a NOTIFY */
} sx_annotation_kind;

/** What is said about one response. Strings live as long as the explainer that made them, or are constant. */
typedef struct {
    guint32 frame;   /* number of the frame it was first seen in */
    guint16 code;    /* as on the wire, 65535 if larger */
    guint8 kind;     /* sx_annotation_kind */
    guint8 verdict;  /* sx_verdict */
    gboolean quoted; /* stands inside an error message or another message: nobody sent it here */
    const char
        *method; /* CSeq method, of the NOTIFY for SX_SIPFRAG; NULL if unknown; valid UTF-8 */
    const char *
        phrase; /* reason phrase where it differs from the registered name, else NULL; valid UTF-8 */
    sx_missing_set missing; /* mandatory headers it does not have */
} sx_annotation;

#endif
