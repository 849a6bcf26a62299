/* SPDX-License-Identifier: GPL-2.0-or-later
 * The node "About 401 Unauthorized": what the code means in general.
 */
#include "explanation/explaining.h"

/* Whether it stands in view: in a window always, for it is folded there. */
static gboolean is_in_view(const sx_explaining *e) {
    const sx_view *view = e->writer.view;
    if (view->long_texts != SX_LONG_TEXTS_AUTO)
        return view->long_texts == SX_LONG_TEXTS_ALWAYS;
    return view->in_window || (sx_code_speaks(e) && !sx_is_harmless(e));
}

static void add_text(sx_writer *w, sx_field field, const char *label, const char *text) {
    if (w->hidden)
        sx_writer_hide_text(w, field, text);
    else
        sx_writer_text(w, field, label, text);
}

static void add_related(sx_explaining *e) {
    sx_writer *w = &e->writer;
    const guint16 *codes = e->code->related;
    GString *all = g_string_new(NULL);
    for (guint i = 0; codes[i] != 0; i++) {
        char text[8];
        g_snprintf(text, sizeof text, "%u", codes[i]);
        sx_word_append_item(w->view->language, all, text);
    }
    for (guint i = 0; codes[i] != 0; i++) {
        if (i == 0 && !w->hidden)
            sx_writer_number_as(w, SX_FIELD_RELATED, sx_say(e, SX_LABEL_ROWS_RELATED), all->str,
                                codes[i]);
        else
            sx_writer_hide_number(w, SX_FIELD_RELATED, codes[i]);
    }
    g_string_free(all, TRUE);
}

void sx_explain_about(sx_explaining *e) {
    sx_writer *w = &e->writer;
    if (e->code == NULL)
        return;
    gboolean advised = sx_code_speaks(e) && !sx_is_harmless(e); /* causes and fixes stand above */
    w->hidden = !is_in_view(e);
    if (!w->hidden) {
        GString *text = g_string_new(NULL);
        sx_label_rows_about(w->view->language, text, e->annotation->code, e->code->name);
        sx_writer_fold(w, sx_writer_group(w, SX_FIELD_ABOUT, text->str));
        g_string_free(text, TRUE);
        w->depth++;
    }
    add_text(w, SX_FIELD_DESCRIPTION, sx_say(e, SX_LABEL_ROWS_MEANING),
             sx_say(e, e->words.meaning));
    add_text(w, SX_FIELD_WHEN, sx_say(e, SX_LABEL_ROWS_WHEN), sx_say(e, e->words.when));
    if (!advised) {
        sx_explain_list_of_code(e, SX_FIELD_CAUSES, sx_say(e, SX_LABEL_ROWS_CODE_CAUSES),
                                SX_FIELD_CAUSE, e->words.causes);
        sx_explain_list_of_code(e, SX_FIELD_FIXES, sx_say(e, SX_LABEL_ROWS_CODE_FIXES),
                                SX_FIELD_FIX, e->words.fixes);
    }
    add_text(w, SX_FIELD_REFERENCE, sx_say(e, SX_LABEL_ROWS_REFERENCE),
             sx_say(e, e->code->reference));
    add_related(e);
    if (!w->hidden)
        w->depth--;
    w->hidden = FALSE;
}
