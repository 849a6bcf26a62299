/* SPDX-License-Identifier: GPL-2.0-or-later
 * The node "About 401 Unauthorized": what the code means in general.
 */
#include "explanation/explaining.h"
#include "explanation/labels.h"

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
    for (guint i = 0; codes[i] != 0; i++)
        g_string_append_printf(all, "%s%u", i > 0 ? ", " : "", codes[i]);
    for (guint i = 0; codes[i] != 0; i++) {
        if (i == 0 && !w->hidden)
            sx_writer_number_as(w, SX_FIELD_RELATED, SX_LABEL_RELATED, all->str, codes[i]);
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
        char *text = g_strdup_printf("About %u %s", e->annotation->code, e->code->name);
        sx_writer_fold(w, sx_writer_group(w, SX_FIELD_ABOUT, text));
        g_free(text);
        w->depth++;
    }
    add_text(w, SX_FIELD_DESCRIPTION, SX_LABEL_MEANING, e->words.meaning);
    add_text(w, SX_FIELD_WHEN, SX_LABEL_WHEN, e->words.when);
    if (!advised) {
        sx_explain_list_of_code(e, SX_FIELD_CAUSES, SX_LABEL_CODE_CAUSES, SX_FIELD_CAUSE,
                                e->words.causes);
        sx_explain_list_of_code(e, SX_FIELD_FIXES, SX_LABEL_CODE_FIXES, SX_FIELD_FIX,
                                e->words.fixes);
    }
    add_text(w, SX_FIELD_REFERENCE, SX_LABEL_REFERENCE, e->code->reference);
    add_related(e);
    if (!w->hidden)
        w->depth--;
    w->hidden = FALSE;
}
