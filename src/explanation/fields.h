/* SPDX-License-Identifier: GPL-2.0-or-later
 * The fields sipexplain.* that rows of an explanation fill: names that users type.
 */
#ifndef SX_EXPLANATION_FIELDS_H
#define SX_EXPLANATION_FIELDS_H

#include <glib.h>

/** What a field holds. */
typedef enum {
    SX_HOLDS_TEXT,
    SX_HOLDS_CODE,   /* a status code */
    SX_HOLDS_NUMBER, /* any other number */
    SX_HOLDS_TIME,   /* microseconds */
    SX_HOLDS_FRAME,  /* the number of a frame ... */
    SX_HOLDS_REQUEST_FRAME,
    SX_HOLDS_RESPONSE_FRAME,
    SX_HOLDS_ORIGINAL_FRAME, /* ... of the original of a copy */
    SX_HOLDS_GROUP,          /* nothing: it stands above others, or goes on with a text */
} sx_field_type;

/* clang-format off */
#define SX_FIELDS(X) \
    X(CODE, CODE, "code", "Status code", "Status code of the response") \
    X(SIPFRAG_CODE, CODE, "sipfrag.code", "Reported status code", \
      "Status code that a NOTIFY reports in its message/sipfrag body") \
    X(NAME, TEXT, "name", "Name", "Registered name of the status code") \
    X(PHRASE, TEXT, "phrase", "Phrase on the wire", "Reason phrase where it differs from the registered name") \
    X(CLASS, NUMBER, "class", "Class", "Class of the status code, 1 to 6") \
    X(METHOD, TEXT, "method", "Method", "Method of the CSeq") \
    X(VERDICT, TEXT, "verdict", "Verdict", "normal, benign, user-action, failure, anomaly or violation") \
    X(HEADLINE, TEXT, "headline", "Headline", "What happened, in one line") \
    X(DIAGNOSIS, TEXT, "diagnosis", "Diagnosis", "Stable id of a diagnosis; that of the headline comes first") \
    X(EVIDENCE, TEXT, "evidence", "Evidence", "What in this capture shows it") \
    X(EVIDENCE_FRAME, FRAME, "evidence.frame", "Evidence in frame", "A frame that shows it") \
    X(EVIDENCE_DIAGNOSIS, TEXT, "evidence.diagnosis", "Diagnosis of the evidence", \
      "The diagnosis of each evidence, in the same order") \
    X(RELAYED_FROM, FRAME, "relayed_from", "Relayed from", "The same message one hop before") \
    X(COPY_OF, ORIGINAL_FRAME, "copy_of", "Copy of", \
      "The original of a retransmission or of a packet captured twice") \
    X(REQUEST_FRAME, REQUEST_FRAME, "request_frame", "Request in frame", "The request that this answers") \
    X(RETRY_FRAME, FRAME, "retry_frame", "Next request in frame", \
      "The request that follows this response (needs a second look)") \
    X(FINAL_FRAME, RESPONSE_FRAME, "final_frame", "Its final response in frame", \
      "The final response to that request (needs a second look)") \
    X(ANSWER_TIME, TIME, "answer_time", "Time since the request", "From the request to this response") \
    X(RING_TIME, TIME, "ring_time", "Ring time", "From the first 180 to 183 to this final response") \
    X(TALK_TIME, TIME, "talk_time", "Talk time", "From the 2xx to this BYE") \
    X(CALL_KIND, TEXT, "call.kind", "Kind of conversation", \
      "call, registration, subscription, publication, message, probe or other (needs a second look)") \
    X(CALL_VERDICT, TEXT, "call.verdict", "Verdict of the call", \
      "Outcome of the whole call, registration, subscription or lone request (needs a second look)") \
    X(CALL_CODE, CODE, "call.code", "Outcome of the call", \
      "Status code that decided it; none where it was never answered (needs a second look)") \
    X(CALL_DIAGNOSIS, TEXT, "call.diagnosis", "Diagnosis of the call", \
      "The diagnosis that its verdict is from (needs a second look)") \
    X(CALL_HEADLINE, TEXT, "call.headline", "Headline of the call", \
      "What came of it, in one line (needs a second look)") \
    X(DETAIL, TEXT, "detail", "Detail", "What the message itself says") \
    X(DESCRIPTION, TEXT, "description", "What it means", "What it means") \
    X(WHEN, TEXT, "when", "When you see it", "Where the status code is seen") \
    X(CAUSE, TEXT, "cause", "Cause", "A likely cause; the first one is the most likely") \
    X(CAUSE_DIAGNOSIS, TEXT, "cause.diagnosis", "Diagnosis of the cause", \
      "The diagnosis, or the status code, of each cause, in the same order") \
    X(FIX, TEXT, "fix", "Fix", "What to check or to do") \
    X(FIX_DIAGNOSIS, TEXT, "fix.diagnosis", "Diagnosis of the fix", \
      "The diagnosis, or the status code, of each fix, in the same order") \
    X(REFERENCE, TEXT, "reference", "Reference", "RFC and section") \
    X(RELATED, CODE, "related", "Related code", "A related status code") \
    X(MISSING_HEADER, TEXT, "missing_header", "Missing header", \
      "A header that the response must carry and does not") \
    X(QUOTED, TEXT, "quoted", "Quoted", "Where the response is quoted; nobody sent it here") \
    X(OUTCOME, GROUP, "outcome", "What came of it", "What later frames tell (needs a second look)") \
    X(MUST_FOLLOW, TEXT, "must_follow", "What must follow", "What has to come next") \
    X(CAUSES, GROUP, "causes", "Likely causes", "The causes, most likely first") \
    X(FIXES, GROUP, "fixes", "What to do", "What to check or to do, in this order") \
    X(ABOUT, GROUP, "about", "About the code", "What the status code means in general") \
    X(CONTINUED, GROUP, "continued", "Continued", "The row above goes on")
/* clang-format on */

#define X(name, type, abbreviation, title, description) SX_FIELD_##name,
/** A field; those above SX_N_FIELDS are sipexplain.detail.*: SX_N_FIELDS + the number of sx_knowledge_field(). */
typedef enum { SX_FIELDS(X) SX_N_FIELDS } sx_field;
#undef X

/** What there is to know of a field to register it. */
typedef struct {
    const char *name; /* below "sipexplain." */
    sx_field_type type;
    const char *title, *description;
} sx_field_info;

/** How many fields there are, those of details included. */
guint sx_n_all_fields(void);

/** A field by its number, below sx_n_all_fields(). The strings live as long as the program. */
sx_field_info sx_field_info_of(guint field);

#endif
