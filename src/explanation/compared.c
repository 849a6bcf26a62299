/* SPDX-License-Identifier: GPL-2.0-or-later
 * The node "Compared with 401 (frame 2)": what is different from another code that this call or registration met.
 */
#include "compare/compare.h"
#include "explanation/explaining.h"

/* Whether it stands in view: where something is wrong; in text only where no diagnosis says more, and for two codes that
 * people confuse. */
static gboolean is_in_view(const sx_explaining *e, const sx_met *met) {
    const sx_view *view = e->writer.view;
    if (view->long_texts != SX_LONG_TEXTS_AUTO)
        return view->long_texts == SX_LONG_TEXTS_ALWAYS;
    return e->annotation->verdict >= SX_VERDICT_FAILURE &&
           (view->in_window ||
            (sx_code_speaks(e) && sx_is_compared_by_hand(e->annotation->code, met->code)));
}

static void add_heading(sx_explaining *e, const sx_met *met) {
    sx_writer *w = &e->writer;
    GString *text = g_string_new(NULL);
    sx_label_rows_compared(w->view->language, text, met->code, met->frame);
    sx_writer_fold(w, sx_writer_number_as(w, SX_FIELD_COMPARE_FRAME, NULL, text->str, met->frame));
    g_string_free(text, TRUE);
}

void sx_explain_compared(sx_explaining *e) {
    sx_writer *w = &e->writer;
    sx_met met;
    if (!sx_explainer_met(e->explainer, e->annotation, &met))
        return;
    gboolean in_view = is_in_view(e, &met);
    char *const *differences = sx_key_differences(e->annotation->code, met.code, w->view->language);
    if (in_view)
        add_heading(e, &met);
    else
        sx_writer_hide_number(w, SX_FIELD_COMPARE_FRAME, met.frame);
    w->depth += in_view ? 1 : 0;
    sx_writer_hide_number(w, SX_FIELD_COMPARE_CODE, met.code);
    for (char *const *text = differences; *text != NULL; text++) {
        if (in_view)
            sx_writer_text(w, SX_FIELD_COMPARE_DIFFERENCE, NULL, *text);
        else
            sx_writer_hide_text(w, SX_FIELD_COMPARE_DIFFERENCE, *text);
    }
    w->depth -= in_view ? 1 : 0;
}
