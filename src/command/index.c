/* SPDX-License-Identifier: GPL-2.0-or-later
 * The list of everything.
 */
#include <stdio.h>
#include <string.h>

#include "command/book.h"
#include "compare/compare.h"
#include "details/q850.h"
#include "evidence.h"
#include "knowledge/facts.h"
#include "knowledge/vendor_rows.h"
#include "labels.h"

#define LAST_CAUSE 127

void sx_each_page(sx_language language, void (*take)(sx_page *page, void *user), void *user) {
    for (guint code = 100; code < 700; code++) {
        if (sx_knowledge_code(code)->status == SX_CODE_CLASS)
            continue;
        sx_page *page = sx_page_of_code(language, code, NULL);
        take(page, user);
        sx_page_free(page);
    }
    guint low, high;
    for (guint place = 0; sx_pair_by_hand(place, &low, &high); place++) {
        sx_page *page = sx_page_of_comparison(language, low, high);
        take(page, user);
        sx_page_free(page);
    }
    for (guint i = SX_DIAG_NONE + 1; i < SX_N_DIAGNOSES; i++) {
        sx_page *page = sx_page_of_diagnosis(language, i);
        take(page, user);
        sx_page_free(page);
    }
    for (guint cause = 1; cause <= LAST_CAUSE; cause++) {
        sx_page *page = sx_page_of_q850(language, cause);
        if (page != NULL)
            take(page, user);
        sx_page_free(page);
    }
    for (guint i = 0; i < sx_n_vendors(); i++) {
        sx_page *page = sx_page_of_vendor(language, i);
        take(page, user);
        sx_page_free(page);
    }
}

/* ---- the list ---- */

typedef struct {
    sx_page *list;
    const char *kind; /* of the last page */
    sx_block *block;
} listing;

const char *sx_page_kind_title(sx_language language, const char *kind) {
    static const struct {
        const char *kind;
        sx_word title;
    } titles[] = {
        {"code", SX_LABEL_PAGES_CODES},          {"comparison", SX_LABEL_PAGES_COMPARISONS},
        {"diagnosis", SX_LABEL_PAGES_DIAGNOSES}, {"cause", SX_LABEL_PAGES_CAUSES},
        {"vendor", SX_LABEL_PAGES_VENDORS},
    };
    for (guint i = 0; i < G_N_ELEMENTS(titles); i++) {
        if (strcmp(titles[i].kind, kind) == 0)
            return sx_word_text(language, titles[i].title);
    }
    return "";
}

char *sx_page_line(const sx_page *page) {
    gsize id = strlen(page->id);
    const char *name = page->title;
    if (g_str_has_prefix(name, page->id) && name[id] == ' ')
        name += id + 1;
    if (page->summary == NULL)
        return g_strdup(name);
    if (strcmp(name, page->id) == 0)
        return g_strdup(page->summary);
    return g_strdup_printf("%s - %s", name, page->summary);
}

static void list_page(sx_page *page, void *user) {
    listing *all = (listing *)user;
    if (all->kind == NULL || strcmp(all->kind, page->kind) != 0)
        all->block = sx_page_add(all->list, SX_BLOCK_FACTS, page->kind,
                                 sx_page_kind_title(page->language, page->kind));
    all->kind = page->kind;
    char *text = sx_page_line(page);
    sx_block_item(all->block, page->id, text);
    g_free(text);
}

sx_page *sx_page_of_everything(sx_language language) {
    listing all = {sx_page_new(language, "list", g_strdup("list"),
                               g_strdup(sx_word_text(language, SX_LABEL_PAGES_EVERYTHING)), NULL),
                   NULL, NULL};
    sx_each_page(language, list_page, &all);
    return all.list;
}

static void print_id(sx_page *page, void *user) {
    (void)user;
    char *text = sx_page_line(page);
    printf("%s\t%s\n", page->id, text);
    g_free(text);
}

void sx_print_ids(sx_language language) {
    sx_each_page(language, print_id, NULL);
}
