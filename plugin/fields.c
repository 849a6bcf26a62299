/* SPDX-License-Identifier: GPL-2.0-or-later
 * Registration of the fields and subtrees.
 */
#include "fields.h"

sx_field_numbers sx_hf;
sx_subtree_numbers sx_ett;

static const value_string class_names[] = {
    {1, "1xx Provisional"},
    {2, "2xx Success"},
    {3, "3xx Redirection"},
    {4, "4xx Client failure"},
    {5, "5xx Server failure"},
    {6, "6xx Global failure"},
    {0, NULL},
};

/* clang-format off */
#define FIELD(hf, name, abbrev, type, display, strings, blurb) \
    {&sx_hf.hf, {name, "sipexplain." abbrev, type, display, strings, 0x0, blurb, HFILL}}
#define STRING(hf, name, abbrev, blurb) FIELD(hf, name, abbrev, FT_STRING, BASE_NONE, NULL, blurb)
#define CODE(hf, name, abbrev, blurb) FIELD(hf, name, abbrev, FT_UINT16, BASE_DEC, NULL, blurb)
#define FRAME(hf, name, abbrev, type, blurb) \
    FIELD(hf, name, abbrev, FT_FRAMENUM, BASE_NONE, FRAMENUM_TYPE(type), blurb)
#define TIME(hf, name, abbrev, blurb) \
    FIELD(hf, name, abbrev, FT_RELATIVE_TIME, BASE_NONE, NULL, blurb)

static hf_register_info fields[] = {
    CODE(code, "Status code", "code", "Status code of the response"),
    CODE(sipfrag_code, "Reported status code", "sipfrag.code",
         "Status code that a NOTIFY reports in its message/sipfrag body"),
    STRING(name, "Name", "name", "Registered name of the status code"),
    STRING(phrase, "Phrase on the wire", "phrase", "Reason phrase where it differs from the registered name"),
    FIELD(class, "Class", "class", FT_UINT8, BASE_DEC, VALS(class_names), "Class of the status code"),
    STRING(method, "Method", "method", "Method of the CSeq"),
    STRING(verdict, "Verdict", "verdict", "normal, benign, user-action, failure, anomaly or violation"),
    STRING(diagnosis, "Diagnosis", "diagnosis", "Stable id of a diagnosis; the outcome comes first"),
    STRING(headline, "Headline", "headline", "What happened, in one line"),
    STRING(evidence, "Evidence", "evidence", "What in this capture shows it"),
    FRAME(evidence_frame, "Evidence in frame", "evidence.frame", FT_FRAMENUM_NONE,
          "A frame that shows it"),
    FRAME(relayed_from, "Relayed from", "relayed_from", FT_FRAMENUM_NONE, "The same message one hop before"),
    FRAME(copy_of, "Copy of", "copy_of", FT_FRAMENUM_RETRANS_PREV,
          "The original of a retransmission or of a packet captured twice"),
    FRAME(request_frame, "Request in frame", "request_frame", FT_FRAMENUM_REQUEST, "The request that this answers"),
    FRAME(retry_frame, "Next request in frame", "retry_frame", FT_FRAMENUM_NONE,
          "The request that follows this response (needs a second look)"),
    FRAME(final_frame, "Its final response in frame", "final_frame", FT_FRAMENUM_RESPONSE,
          "The final response to that request (needs a second look)"),
    TIME(answer_time, "Time since the request", "answer_time", "From the request to this response"),
    TIME(ring_time, "Ring time", "ring_time", "From the first 180 to 183 to this final response"),
    TIME(talk_time, "Talk time", "talk_time", "From the 2xx to this BYE"),
    STRING(call_verdict, "Verdict of the call", "call.verdict", "Outcome of the whole call (needs a second look)"),
    CODE(call_code, "Outcome of the call", "call.code",
         "Status code that decided the call (needs a second look)"),
    STRING(detail, "Detail", "detail", "What the response itself says"),
    STRING(description, "What it means", "description", "What it means"),
    STRING(when, "When you see it", "when", "Where the status code is seen"),
    STRING(cause, "Cause", "cause", "A typical cause; the first one is the most likely"),
    STRING(fix, "Fix", "fix", "What to check or to do"),
    STRING(reference, "Reference", "reference", "RFC and section"),
    CODE(related, "Related code", "related", "A related status code"),
    STRING(missing_header, "Missing header", "missing_header", "A header that the response must carry and does not"),
    STRING(quoted, "Quoted", "quoted", "Where the response is quoted; nobody sent it here"),
};
/* clang-format on */

void sx_fields_register(int proto) {
    static gint *subtrees[] = {&sx_ett.sipexplain, &sx_ett.finding, &sx_ett.hindsight,
                               &sx_ett.causes,     &sx_ett.fixes,   &sx_ett.related,
                               &sx_ett.row,        &sx_ett.details, &sx_ett.detail};
    for (guint i = 0; i < array_length(fields); i++)
        *fields[i].p_id = -1;
    for (guint i = 0; i < array_length(subtrees); i++)
        *subtrees[i] = -1;
    proto_register_field_array(proto, fields, array_length(fields));
    proto_register_subtree_array(subtrees, array_length(subtrees));
}
