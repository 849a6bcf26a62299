/* SPDX-License-Identifier: GPL-2.0-or-later
 * Rows of what the message says by itself, and of what later frames tell.
 */
#include "details/details.h"
#include "evidence.h"
#include "explanation/explaining.h"

/* The words of a detail. */
static char *text_of(const sx_explaining *e, const sx_evidence *row) {
    return sx_knowledge_evidence_text(e->writer.view->language, row->evidence, row->args,
                                      row->n_args);
}

/* Whether a row in view has said it. The id of a vendor's row alone is no news. */
static gboolean was_said(const sx_explaining *e, sx_evidence row, const char *text) {
    guint i = 0;
    while (i < row.n_args &&
           sx_knowledge_evidence_field(row.evidence, i) != SX_FIELD_DETAIL_VENDOR_ID)
        i++;
    if (i == row.n_args)
        return sx_writer_has_said(&e->writer, text, TRUE);
    row.args[i].value.text = "";
    char *without = text_of(e, &row);
    gboolean said = sx_writer_has_said(&e->writer, without, TRUE);
    g_free(without);
    return said;
}

/* A row of a detail; hidden where a row in view has said it. */
static void add_detail(sx_explaining *e, const sx_evidence *row) {
    sx_writer *w = &e->writer;
    char *text = text_of(e, row);
    w->hidden = was_said(e, *row, text);
    sx_writer_text(w, SX_FIELD_DETAIL, NULL, text);
    w->depth++;
    sx_explain_values(e, row);
    w->depth--;
    w->hidden = FALSE;
    g_free(text);
}

static void add_details(sx_explaining *e, const sx_finding_builder *store,
                        const sx_finding *finding) {
    guint position = 0;
    sx_evidence row;
    while (sx_findings_next_evidence(store, finding, &position, &row)) {
        if (!row.untimed)
            add_detail(e, &row);
    }
}

void sx_explain_details(sx_explaining *e) {
    const sx_annotation *a = e->annotation;
    add_details(e, e->scratch, sx_findings_get(e->scratch, SX_SCRATCH_DETAILS));
    if (a->has_details)
        add_details(e, e->findings, sx_finding_of(e, a->n_findings));
}

void sx_explain_outcome(sx_explaining *e) {
    sx_writer *w = &e->writer;
    const sx_finding *outcome = sx_findings_get(e->scratch, SX_SCRATCH_OUTCOME);
    gboolean several = outcome->n_evidence > 1;
    if (outcome->n_evidence == 0)
        return;
    sx_writer_note_said(w, e->headline);
    if (several) {
        sx_writer_group(w, SX_FIELD_OUTCOME, sx_say(e, SX_LABEL_ROWS_OUTCOME));
        w->depth++;
    }
    sx_explain_evidence(e, e->scratch, outcome, several ? NULL : sx_say(e, SX_LABEL_ROWS_OUTCOME),
                        "outcome");
    if (several)
        w->depth--;
}
