/* SPDX-License-Identifier: GPL-2.0-or-later
 * Fuzzes what a message itself says: any bytes as SIP messages, the rows of each, their texts and typed values.
 */
#include "details/details.h"
#include "diagnose/findings.h"
#include "evidence.h"
#include "fuzz.h"
#include "knowledge/fields.h"

#define MAX_ROWS 255       /* of one finding */
#define MAX_ROW_BYTES 1300 /* a value in which each byte became U+FFFD, and the words around it */

static void check_row(const sx_evidence *row) {
    char *text = sx_knowledge_evidence_text(SX_ENGLISH, row->evidence, row->args, row->n_args);
    CHECK(text[0] != '\0');
    CHECK(g_utf8_validate(text, -1, NULL) && strpbrk(text, "\r\n") == NULL);
    CHECK(row->n_args <= SX_MAX_ARGS);
    for (guint i = 0; i < row->n_args; i++) {
        static const sx_field_type types[] = {
            [SX_ARG_FRAME] = SX_HOLDS_FRAME,   [SX_ARG_SECONDS] = SX_HOLDS_SECONDS,
            [SX_ARG_NUMBER] = SX_HOLDS_NUMBER, [SX_ARG_CODE] = SX_HOLDS_CODE,
            [SX_ARG_TEXT] = SX_HOLDS_TEXT,     [SX_ARG_WORD] = SX_HOLDS_TEXT};
        guint field = sx_knowledge_evidence_field(row->evidence, i);
        CHECK(field < SX_N_FIELDS);
        if (field != SX_FIELD_NONE)
            CHECK(sx_field_type_of(field) == types[row->args[i].type]);
        if (row->args[i].type == SX_ARG_TEXT)
            CHECK(row->args[i].value.text != NULL &&
                  strlen(row->args[i].value.text) <= MAX_ROW_BYTES);
        if (row->args[i].type == SX_ARG_CODE)
            CHECK(row->args[i].value.number <= G_MAXUINT16); /* the width of such a field */
    }
    g_free(text);
}

static void check_message(const sx_message *message) {
    sx_packet packet = {.frame = 1};
    sx_finding_builder *store = sx_findings_new();
    sx_evidence row;
    guint position = 0;
    sx_findings_begin(store);
    sx_details_read(message, &packet, FALSE, store);
    sx_findings_keep(store, SX_DIAG_NONE, SX_SEVERITY_CHAT);
    while (sx_findings_next_evidence(store, sx_findings_get(store, 0), &position, &row))
        check_row(&row);
    CHECK(position <= MAX_ROWS);
    if (!message->is_response && sx_details_on_request(message, &packet))
        CHECK(message->method.len > 0);
    sx_findings_free(store);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    sx_slice copy = exact_copy((sx_slice){(const char *)data, size});
    sx_slice rest = copy;
    sx_message message;
    gsize used;
    while ((used = sx_message_read(rest, SX_FRAMING_STREAM, &message)) > 0) {
        check_message(&message);
        rest.p += used;
        rest.len -= used;
    }
    free((char *)copy.p);
    return 0;
}
