/* SPDX-License-Identifier: GPL-2.0-or-later
 * The fields sipexplain.* and the subtrees: names that users type.
 */
#ifndef SX_FIELDS_H
#define SX_FIELDS_H

#include "ws_compat.h"

/** Numbers of the fields, set by sx_fields_register(). */
typedef struct {
    int code, sipfrag_code, name, phrase, class, method, verdict, diagnosis, headline;
    int evidence, evidence_frame, relayed_from, copy_of, request_frame, retry_frame, final_frame;
    int answer_time, ring_time, talk_time, call_verdict, call_code;
    int detail;
    int description, when, cause, fix, reference, related, missing_header, quoted;
} sx_field_numbers;

/** Numbers of the subtrees. */
typedef struct {
    gint sipexplain, finding, hindsight, causes, fixes, related, row, details, detail;
} sx_subtree_numbers;

extern sx_field_numbers sx_hf;
extern sx_subtree_numbers sx_ett;

/** Registers fields and subtrees for the protocol of this number. */
void sx_fields_register(int proto);

#endif
