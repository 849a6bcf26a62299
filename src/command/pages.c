/* SPDX-License-Identifier: GPL-2.0-or-later
 * What stands on the page of a code, two codes, a diagnosis, a cause, a vendor.
 */
#include <string.h>

#include "command/page.h"
#include "compare/compare.h"
#include "details/q850.h"
#include "evidence.h"
#include "knowledge/facts.h"
#include "knowledge/vendor_rows.h"
#include "labels.h"

static const char *say(const sx_page *page, sx_word word) {
    return sx_word_text(page->language, word);
}

static void add_text(sx_page *page, const char *key, sx_word title, sx_word text) {
    if (text != 0)
        sx_block_item(sx_page_add(page, SX_BLOCK_TEXT, key, title != 0 ? say(page, title) : NULL),
                      NULL, say(page, text));
}

/* Whether a capture must have shown something for it: the less likely case where there is none. */
static gboolean needs_evidence(const sx_bullet *bullet) {
    for (guint i = 0; i < bullet->n_conditions; i++) {
        const sx_condition *condition = &sx_condition_entries[bullet->first_condition + i];
        if (condition->kind == SX_IF_EVIDENCE && condition->wanted)
            return TRUE;
    }
    return FALSE;
}

static void add_bullets(sx_page *page, const char *key, sx_word title, sx_bullets bullets) {
    if (bullets.count == 0)
        return;
    sx_block *block = sx_page_add(page, SX_BLOCK_STEPS, key, say(page, title));
    for (gboolean needed = FALSE; needed <= TRUE; needed++) {
        for (guint i = 0; i < bullets.count; i++) {
            const sx_bullet *bullet = &sx_bullet_entries[bullets.first + i];
            if (needs_evidence(bullet) == needed)
                sx_block_item(block, NULL, say(page, bullet->text));
        }
    }
}

/* Where all lines have conditions, the last one is the most general. */
static sx_word must_follow_of(const sx_text *words) {
    sx_bullets cases = words->must_follow_cases;
    return words->must_follow != 0 || cases.count == 0
               ? words->must_follow
               : (sx_word)sx_bullet_entries[cases.first + cases.count - 1u].text;
}

static void add_words(sx_page *page, const sx_text *words) {
    add_text(page, "meaning", SX_LABEL_ROWS_MEANING, words->meaning);
    add_text(page, "when", SX_LABEL_ROWS_WHEN, words->when);
    add_text(page, "must_follow", SX_LABEL_ROWS_MUST_FOLLOW, must_follow_of(words));
    add_bullets(page, "causes", SX_LABEL_ROWS_CAUSES, words->causes);
    add_bullets(page, "fixes", SX_LABEL_ROWS_FIXES, words->fixes);
}

static void add_fact(sx_page *page, sx_block *block, const char *key, sx_word label,
                     const char *value) {
    if (value != NULL && value[0] != '\0')
        sx_block_fact(block, key, say(page, label), value);
}

/* A fact whose name is the same in every language. */
static void add_name(sx_page *page, sx_block *block, const char *key, sx_word label,
                     const char *name, sx_word word) {
    sx_block_fact(block, key, say(page, label), say(page, word))->name = name;
}

/* ---- codes ---- */

static const sx_word classes[] = {0,
                                  SX_LABEL_PAGES_CLASS_1,
                                  SX_LABEL_PAGES_CLASS_2,
                                  SX_LABEL_PAGES_CLASS_3,
                                  SX_LABEL_PAGES_CLASS_4,
                                  SX_LABEL_PAGES_CLASS_5,
                                  SX_LABEL_PAGES_CLASS_6};
static const sx_word statuses[] = {
    [SX_CODE_REGISTERED] = SX_LABEL_PAGES_REGISTERED,
    [SX_CODE_RFC2543] = SX_LABEL_PAGES_RFC2543,
    [SX_CODE_FIELD] = SX_LABEL_PAGES_FIELD,
    [SX_CODE_CLASS] = SX_LABEL_PAGES_UNKNOWN,
};

static char *title_of_code(sx_language language, guint code) {
    return g_strdup_printf("%u %s", code, sx_word_text(language, sx_knowledge_code(code)->name));
}

/* A link to the page of a code; once only. */
static void add_link_to_code(const sx_page *page, sx_block *block, guint code) {
    char *id = g_strdup_printf("%u", code);
    char *title = title_of_code(page->language, code);
    gboolean there = FALSE;
    for (guint i = 0; i < block->items->len; i++)
        there |= strcmp(((const sx_item *)g_ptr_array_index(block->items, i))->label, id) == 0;
    if (!there)
        sx_block_item(block, id, title);
    g_free(title);
    g_free(id);
}

static void add_related(sx_page *page, const guint16 *codes) {
    if (codes[0] == 0)
        return;
    sx_block *block =
        sx_page_add(page, SX_BLOCK_LINKS, "related", say(page, SX_LABEL_ROWS_RELATED));
    for (; *codes != 0; codes++)
        add_link_to_code(page, block, *codes);
}

/* The comparisons with this code that were written by hand. */
static void add_comparisons(sx_page *page, guint code) {
    sx_block *block = NULL;
    guint low, high;
    for (guint place = 0; sx_pair_by_hand(place, &low, &high); place++) {
        if (low != code && high != code)
            continue;
        if (block == NULL)
            block = sx_page_add(page, SX_BLOCK_LINKS, "compared_with",
                                say(page, SX_LABEL_PAGES_COMPARED_WITH));
        char *id = g_strdup_printf("%u-%u", low, high);
        char *title = title_of_code(page->language, low == code ? high : low);
        sx_block_item(block, id, title);
        g_free(title);
        g_free(id);
    }
}

sx_page *sx_page_of_code(sx_language language, guint code, const char *method) {
    const sx_code_entry *entry = sx_knowledge_code(code);
    sx_text words = sx_knowledge_text(entry, method);
    sx_page *page = sx_page_new(language, entry->status == SX_CODE_CLASS ? "class" : "code",
                                g_strdup_printf("%u", code), title_of_code(language, code),
                                g_strdup(sx_word_text(language, words.headline)));
    sx_block *facts = sx_page_add(page, SX_BLOCK_FACTS, "facts", NULL);
    if (code >= 100 && code < 700)
        add_fact(page, facts, "class", SX_LABEL_PAGES_CLASS, say(page, classes[code / 100]));
    add_fact(page, facts, "status", SX_LABEL_PAGES_STATUS, say(page, statuses[entry->status]));
    add_fact(page, facts, "method", SX_LABEL_PAGES_METHOD, method);
    add_name(page, facts, "verdict", SX_LABEL_ROWS_VERDICT,
             sx_verdict_name((sx_verdict)entry->verdict),
             sx_verdict_label((sx_verdict)entry->verdict));
    add_words(page, &words);
    add_text(page, "reference", SX_LABEL_ROWS_REFERENCE, entry->reference);
    add_related(page, entry->related);
    add_comparisons(page, code);
    page->is_unknown = entry->status == SX_CODE_CLASS;
    return page;
}

/* ---- two codes ---- */

/* "Aspect: sentence" as a label and its text. */
static void add_topics(sx_page *page, const char *key, const char *labels_are, sx_word title,
                       char **texts) {
    if (texts[0] == NULL)
        return;
    sx_block *block = sx_page_add(page, SX_BLOCK_FACTS, key, say(page, title));
    block->labels_are = labels_are;
    block->is_prose = TRUE;
    for (; *texts != NULL; texts++) {
        const char *colon = strstr(*texts, ": ");
        char *label = colon != NULL ? g_strndup(*texts, (gsize)(colon - *texts)) : g_strdup("");
        sx_block_item(block, label, colon != NULL ? colon + 2 : *texts);
        g_free(label);
    }
}

/* One of the two: what it means, when you see it, how to fix it. */
static void add_one_of_two(sx_page *page, guint code) {
    const sx_code_entry *entry = sx_knowledge_code(code);
    sx_text words = sx_knowledge_text(entry, NULL);
    char *title = title_of_code(page->language, code);
    char *id = g_strdup_printf("%u", code);
    sx_block_item(sx_page_add(page, SX_BLOCK_PART, "code", title), id, title);
    add_text(page, "headline", 0, words.headline);
    add_text(page, "meaning", SX_LABEL_ROWS_MEANING, words.meaning);
    add_text(page, "when", SX_LABEL_ROWS_WHEN, words.when);
    add_bullets(page, "fixes", SX_LABEL_ROWS_CODE_FIXES, words.fixes);
    add_text(page, "reference", SX_LABEL_ROWS_REFERENCE, entry->reference);
    g_free(id);
    g_free(title);
}

/* Where to read more: what is near to the two; both stand on the page itself. */
static void add_links_of_two(sx_page *page, const sx_comparison *c) {
    const guint codes[] = {c->low, c->high};
    sx_block *block =
        sx_page_add(page, SX_BLOCK_LINKS, "related", say(page, SX_LABEL_ROWS_RELATED));
    for (guint i = 0; i < G_N_ELEMENTS(codes); i++) {
        for (const guint16 *code = sx_knowledge_code(codes[i])->related; *code != 0; code++) {
            if (*code != c->low && *code != c->high)
                add_link_to_code(page, block, *code);
        }
    }
}

static char *title_of_two(sx_language language, const sx_comparison *c) {
    GString *title = g_string_new(NULL);
    sx_label_pages_comparison(language, title, c->low, sx_knowledge_code(c->low)->name, c->high,
                              sx_knowledge_code(c->high)->name);
    return g_string_free(title, FALSE);
}

sx_page *sx_page_of_comparison(sx_language language, guint one, guint other) {
    sx_comparison *c = sx_compare(one, other, language);
    sx_page *page = sx_page_new(language, "comparison", g_strdup_printf("%u-%u", c->low, c->high),
                                title_of_two(language, c), NULL);
    sx_block_item(sx_page_add(page, SX_BLOCK_TEXT, "difference", say(page, SX_LABEL_PAGES_DIFFER)),
                  NULL, c->difference);
    add_one_of_two(page, c->low);
    add_one_of_two(page, c->high);
    sx_page_end_part(page);
    add_topics(page, "key_differences", "aspect", SX_LABEL_PAGES_KEY_DIFFERENCES,
               c->key_differences);
    sx_block *uses = sx_page_add(page, SX_BLOCK_LIST, "uses", say(page, SX_LABEL_PAGES_USES));
    for (char **text = c->uses; *text != NULL; text++)
        sx_block_item(uses, NULL, *text);
    add_topics(page, "elsewhere", "protocol", SX_LABEL_PAGES_ELSEWHERE, c->elsewhere);
    sx_block_item(sx_page_add(page, SX_BLOCK_TEXT, "reference", say(page, SX_LABEL_ROWS_REFERENCE)),
                  NULL, c->reference);
    add_links_of_two(page, c);
    page->is_unknown = sx_knowledge_code(c->low)->status == SX_CODE_CLASS ||
                       sx_knowledge_code(c->high)->status == SX_CODE_CLASS;
    sx_comparison_free(c);
    return page;
}

/* ---- diagnoses ---- */

sx_page *sx_page_of_diagnosis(sx_language language, guint diagnosis) {
    const sx_diagnosis_entry *entry = sx_knowledge_diagnosis(diagnosis);
    const char *id = sx_diagnosis_id_of(diagnosis);
    sx_page *page = sx_page_new(language, "diagnosis", g_strdup(id), g_strdup(id),
                                g_strdup(sx_word_text(language, entry->words.headline)));
    sx_block *facts = sx_page_add(page, SX_BLOCK_FACTS, "facts", NULL);
    add_name(page, facts, "verdict", SX_LABEL_ROWS_VERDICT,
             sx_verdict_name((sx_verdict)entry->verdict),
             sx_verdict_label((sx_verdict)entry->verdict));
    add_name(page, facts, "severity", SX_LABEL_PAGES_SEVERITY, sx_severity_name(entry->severity),
             sx_severity_label(entry->severity));
    add_words(page, &entry->words);
    add_text(page, "reference", SX_LABEL_ROWS_REFERENCE, entry->reference);
    char *filter = g_strdup_printf("sipexplain.diagnosis == \"%s\"", id);
    sx_block_item(sx_page_add(page, SX_BLOCK_TEXT, "filter", say(page, SX_LABEL_PAGES_FILTER)),
                  NULL, filter);
    g_free(filter);
    return page;
}

/* ---- causes ---- */

sx_page *sx_page_of_q850(sx_language language, guint cause) {
    sx_word name = sx_q850_name(cause);
    if (name == 0)
        return NULL;
    sx_page *page =
        sx_page_new(language, "cause", g_strdup_printf("q850-%u", cause),
                    g_strdup_printf("Q.850 %u", cause), g_strdup(sx_word_text(language, name)));
    char *codes = sx_q850_codes(cause);
    char **each = g_strsplit(codes, ", ", -1);
    if (codes[0] != '\0') {
        sx_block *block =
            sx_page_add(page, SX_BLOCK_LINKS, "codes", say(page, SX_LABEL_PAGES_CODES_OF_CAUSE));
        for (guint i = 0; each[i] != NULL; i++) {
            char *title = title_of_code(language, (guint)g_ascii_strtoull(each[i], NULL, 10));
            sx_block_item(block, each[i], title);
            g_free(title);
        }
    }
    g_strfreev(each);
    g_free(codes);
    return page;
}

/* ---- vendors ---- */

guint sx_n_vendors(void) {
    guint n = 0;
    for (guint i = 0; i < sx_n_vendor_rows; i++)
        n = MAX(n, sx_vendor_rows[i].vendor + 1u);
    return n;
}

sx_page *sx_page_of_vendor(sx_language language, guint vendor) {
    const char *name = sx_word_text(language, sx_vendors[vendor].name);
    sx_page *page = sx_page_new(language, "vendor", NULL, g_strdup(name), NULL);
    for (guint i = 0; i < sx_n_vendor_rows; i++) {
        const sx_vendor_row *row = &sx_vendor_rows[i];
        const char *id = sx_fact(row->id);
        if (row->vendor != vendor)
            continue;
        if (page->id == NULL)
            page->id = g_strndup(id, strcspn(id, "."));
        sx_block_item(sx_page_add(page, SX_BLOCK_PART, "row", id), NULL, id);
        add_text(page, "means", SX_LABEL_ROWS_MEANING, row->means);
        add_text(page, "action", SX_LABEL_ROWS_FIXES, row->action);
        add_text(page, "source", SX_LABEL_ROWS_REFERENCE, row->source);
    }
    return page;
}
