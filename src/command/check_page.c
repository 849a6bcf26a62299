/* SPDX-License-Identifier: GPL-2.0-or-later
 * What was found in one file, as a page.
 */
#include <stdlib.h>

#include "command/check_page.h"
#include "labels.h"
#include "wire/packet.h"

#define SHOWN 5 /* findings without --all */

static const sx_word kind_words[SX_N_KINDS] = {
    [SX_KIND_CALL] = SX_LABEL_CHECK_CALLS,
    [SX_KIND_REGISTRATION] = SX_LABEL_CHECK_REGISTRATIONS,
    [SX_KIND_SUBSCRIPTION] = SX_LABEL_CHECK_SUBSCRIPTIONS,
    [SX_KIND_PUBLICATION] = SX_LABEL_CHECK_PUBLICATIONS,
    [SX_KIND_MESSAGE] = SX_LABEL_CHECK_MESSAGE_REQUESTS,
    [SX_KIND_PROBE] = SX_LABEL_CHECK_PROBES,
    [SX_KIND_OTHER] = SX_LABEL_CHECK_OTHERS,
};

static const char *say(const sx_page *page, sx_word word) {
    return sx_word_text(page->language, word);
}

static guint32 number_of(const char *cell) {
    return (guint32)MIN(g_ascii_strtoull(cell, NULL, 10), G_MAXUINT32);
}

static void fact(sx_page *page, sx_block *block, const char *key, sx_word label, const char *text) {
    if (text[0] != '\0')
        sx_block_fact(block, key, say(page, label), text);
}

/* Its words are in the language of the findings. */
static char *summary_of(sx_language language, const sx_checked *c) {
    GString *text = g_string_new(NULL);
    guint32 messages = (guint32)MIN(c->messages, G_MAXUINT32);
    if (c->messages == 0)
        g_string_append(text, sx_word_text(language, SX_LABEL_CHECK_NO_SIP));
    else if (c->span > 0)
        sx_label_check_messages(language, text, messages, (guint64)c->span);
    else
        sx_label_check_messages_alone(language, text, messages);
    return g_string_free(text, FALSE);
}

static void add_tallies(sx_page *page, const sx_checked *c) {
    sx_block *block = sx_page_add(page, SX_BLOCK_FACTS, "conversations", NULL);
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < SX_N_KINDS; i++) {
        const sx_tally *tally = &c->tallies[i];
        if (tally->all == 0)
            continue;
        g_string_truncate(text, 0);
        if (tally->bad > 0)
            sx_label_check_of_kind(page->language, text, tally->all, tally->bad);
        else
            sx_label_check_of_kind_well(page->language, text, tally->all);
        sx_block_fact(block, sx_conversation_kind_name((sx_conversation_kind)i),
                      say(page, kind_words[i]), text->str);
    }
    g_string_free(text, TRUE);
}

/* Then who and why are those of the first conversation. */
static gboolean is_of_several(const sx_records *findings, guint record) {
    return number_of(sx_records_cell(findings, record, "conversations")) > 1;
}

/* Where it was first, how often, between whom. */
static void add_place(sx_page *page, sx_block *block, const sx_checked *c, guint record) {
    const sx_records *f = &c->findings;
    guint32 place = number_of(sx_records_cell(f, record, "first_frame"));
    GString *text = g_string_new(NULL);
    if (c->format != NULL)
        sx_label_check_in_line(page->language, text, place);
    else
        sx_label_check_in_frame(page->language, text, place);
    fact(page, block, "first_frame", SX_LABEL_CHECK_FIRST, text->str);
    g_string_truncate(text, 0);
    sx_label_check_hit_conversations(page->language, text,
                                     number_of(sx_records_cell(f, record, "conversations")),
                                     number_of(sx_records_cell(f, record, "messages")));
    fact(page, block, "hit", SX_LABEL_CHECK_HIT, text->str);
    const char *from = sx_records_cell(f, record, "from");
    const char *to = sx_records_cell(f, record, "to");
    g_string_printf(text, "%s -> %s", from, to);
    fact(page, block, "who",
         is_of_several(f, record) ? SX_LABEL_CHECK_WHO_FIRST : SX_LABEL_CHECK_WHO,
         from[0] != '\0' || to[0] != '\0' ? text->str : "");
    g_string_free(text, TRUE);
}

/* "1. headline"; to be freed with g_free(). */
static char *title_of_finding(sx_language language, const sx_checked *c, guint record,
                              guint number) {
    GString *title = g_string_new(NULL);
    sx_label_check_finding(language, title, number,
                           sx_records_cell(&c->findings, record, "headline"));
    return g_string_free(title, FALSE);
}

static void add_facts(sx_page *page, const sx_checked *c, guint record) {
    const sx_records *f = &c->findings;
    sx_block *block = sx_page_add(page, SX_BLOCK_FACTS, "finding", NULL);
    sx_verdict verdict;
    if (sx_verdict_from_name(sx_records_cell(f, record, "verdict"), &verdict))
        sx_block_fact(block, "verdict", say(page, SX_LABEL_ROWS_VERDICT),
                      say(page, sx_verdict_label(verdict)))
            ->name = sx_verdict_name(verdict);
    fact(page, block, "diagnosis", SX_LABEL_REPORTS_DIAGNOSIS,
         sx_records_cell(f, record, "diagnosis"));
    add_place(page, block, c, record);
    fact(page, block, "why",
         is_of_several(f, record) ? SX_LABEL_CHECK_WHY_FIRST : SX_LABEL_CHECK_WHY,
         sx_records_cell(f, record, "evidence"));
    fact(page, block, "what_to_do", SX_LABEL_CHECK_WHAT_TO_DO,
         sx_records_cell(f, record, "what_to_do"));
    if (c->format == NULL)
        fact(page, block, "filter", SX_LABEL_CHECK_SHOW, sx_records_cell(f, record, "filter"));
}

static void add_finding(sx_page *page, const sx_checked *c, guint record) {
    char *title = title_of_finding(page->language, c, record, record);
    sx_page_add(page, SX_BLOCK_PART, "finding", title);
    g_free(title);
    add_facts(page, c, record);
}

static void add_nothing_wrong(sx_page *page, const sx_checked *c) {
    sx_word word = c->in_part ? SX_LABEL_CHECK_NOTHING_WRONG_IN_PART : SX_LABEL_CHECK_NOTHING_WRONG;
    sx_block_item(sx_page_add(page, SX_BLOCK_TEXT, "nothing", NULL), NULL, say(page, word));
}

static void add_findings(sx_page *page, const sx_checked *c, gboolean all) {
    guint n = sx_records_count(&c->findings);
    guint shown = all ? n : MIN(n, SHOWN);
    if (n == 0 && c->messages > 0)
        add_nothing_wrong(page, c);
    for (guint i = 1; i <= shown; i++)
        add_finding(page, c, i);
    sx_page_end_part(page);
    if (shown == n)
        return;
    GString *text = g_string_new(NULL);
    sx_label_check_more(page->language, text, n - shown);
    sx_block_item(sx_page_add(page, SX_BLOCK_TEXT, "more", NULL), NULL, text->str);
    g_string_free(text, TRUE);
}

static void add_omitted(sx_page *page, const sx_checked *c) {
    if (c->format != NULL) {
        GString *text = g_string_new(NULL);
        sx_label_check_log(page->language, text, c->format);
        sx_block_item(sx_page_add(page, SX_BLOCK_TEXT, "log", NULL), NULL, text->str);
        g_string_free(text, TRUE);
    }
    if (c->omitted == NULL || c->omitted->len == 0)
        return;
    sx_block *block =
        sx_page_add(page, SX_BLOCK_LIST, "omitted",
                    c->format != NULL ? NULL : say(page, SX_LABEL_CHECK_NOT_ANALYZED));
    for (guint i = 0; i < c->omitted->len; i++)
        sx_block_item(block, NULL, (const char *)g_ptr_array_index(c->omitted, i));
}

sx_page *sx_page_of_checked(sx_language language, const sx_checked *checked, gboolean all) {
    char *name = g_filename_display_name(checked->file);
    sx_page *page =
        sx_page_new(language, "check", g_strdup(name), name, summary_of(language, checked));
    add_tallies(page, checked);
    add_findings(page, checked, all);
    add_omitted(page, checked);
    return page;
}

sx_page *sx_page_of_finding(sx_language language, const sx_checked *checked, guint number) {
    char *title = title_of_finding(language, checked, 1, number);
    sx_page *page = sx_page_new(language, "finding", g_strdup(title), title, NULL);
    add_facts(page, checked, 1);
    return page;
}

sx_page *sx_page_of_followed(sx_language language, const sx_checked *checked,
                             const GArray *counts) {
    sx_page *page = sx_page_new(language, "check", g_strdup(checked->file), g_strdup(checked->file),
                                summary_of(language, checked));
    GString *text = g_string_new(NULL);
    sx_block *block = counts->len > 0 ? sx_page_add(page, SX_BLOCK_FACTS, "findings", NULL) : NULL;
    for (guint i = 0; i < counts->len; i++) {
        const sx_count *count = &g_array_index(counts, sx_count, i);
        g_string_truncate(text, 0);
        sx_label_check_hit_conversations(language, text, count->conversations, count->messages);
        sx_block_item(block, count->diagnosis, text->str);
    }
    g_string_free(text, TRUE);
    if (counts->len == 0 && checked->messages > 0)
        add_nothing_wrong(page, checked);
    add_omitted(page, checked);
    return page;
}
