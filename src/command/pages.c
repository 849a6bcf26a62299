/* SPDX-License-Identifier: GPL-2.0-or-later
 * What stands on the page of a code, a diagnosis, a cause, a vendor.
 */
#include "command/page.h"
#include "details/q850.h"
#include "evidence.h"
#include "knowledge/facts.h"
#include "knowledge/vendor_rows.h"
#include "labels.h"

#define MAX_BULLETS 16 /* of a list when nothing is known that could leave some out */

static const char *say(const sx_page *page, sx_word word) {
    return sx_word_text(page->language, word);
}

static void add_text(sx_page *page, const char *key, sx_word title, sx_word text) {
    if (text != 0)
        sx_block_item(sx_page_add(page, SX_BLOCK_TEXT, key, say(page, title)), NULL,
                      say(page, text));
}

static void add_bullets(sx_page *page, const char *key, sx_word title, sx_bullets bullets) {
    sx_word shown[MAX_BULLETS];
    sx_bullet_facts nothing = {0};
    guint n = sx_bullets_select(bullets, &nothing, shown, MAX_BULLETS);
    if (n == 0)
        return;
    sx_block *block = sx_page_add(page, SX_BLOCK_STEPS, key, say(page, title));
    for (guint i = 0; i < n; i++)
        sx_block_item(block, NULL, say(page, shown[i]));
}

static void add_words(sx_page *page, const sx_text *words) {
    add_text(page, "meaning", SX_LABEL_ROWS_MEANING, words->meaning);
    add_text(page, "when", SX_LABEL_ROWS_WHEN, words->when);
    add_text(page, "must_follow", SX_LABEL_ROWS_MUST_FOLLOW, words->must_follow);
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

static void add_related(sx_page *page, const guint16 *codes) {
    if (codes[0] == 0)
        return;
    sx_block *block =
        sx_page_add(page, SX_BLOCK_LINKS, "related", say(page, SX_LABEL_ROWS_RELATED));
    for (; *codes != 0; codes++) {
        char *id = g_strdup_printf("%u", *codes);
        char *title = title_of_code(page->language, *codes);
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
