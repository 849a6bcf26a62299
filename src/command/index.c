/* SPDX-License-Identifier: GPL-2.0-or-later
 * The list of everything, and the search in it.
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

/* ---- the search ---- */

typedef struct {
    char *id, *text;
    guint rank; /* 0 is best */
} hit;

typedef struct {
    char *wanted; /* case folded */
    GArray *hits; /* hit */
} searching;

static gboolean contains(const searching *all, const char *text) {
    if (text == NULL)
        return FALSE;
    char *folded = g_utf8_casefold(text, -1);
    gboolean found = strstr(folded, all->wanted) != NULL;
    g_free(folded);
    return found;
}

/* How well a page fits: by its title, its summary, its words; G_MAXUINT: not at all. */
static guint rank_of(const searching *all, const sx_page *page) {
    if (contains(all, page->title))
        return 0;
    if (contains(all, page->summary))
        return 1;
    for (guint i = 0; i < page->blocks->len; i++) {
        const sx_block *block = (const sx_block *)g_ptr_array_index(page->blocks, i);
        for (guint j = 0; j < block->items->len; j++) {
            if (contains(all, ((const sx_item *)g_ptr_array_index(block->items, j))->text))
                return 2;
        }
    }
    return G_MAXUINT;
}

static void look_into(sx_page *page, void *user) {
    searching *all = (searching *)user;
    guint rank = rank_of(all, page);
    if (rank == G_MAXUINT)
        return;
    hit found = {g_strdup(page->id), sx_page_line(page), rank};
    g_array_append_val(all->hits, found);
}

sx_page *sx_page_of_search(sx_language language, const char *text) {
    searching all = {g_utf8_casefold(text, -1), g_array_new(FALSE, FALSE, sizeof(hit))};
    GString *title = g_string_new(NULL);
    sx_label_pages_search(language, title, text);
    sx_page *page =
        sx_page_new(language, "search", g_strdup("search"), g_string_free(title, FALSE), NULL);
    sx_each_page(language, look_into, &all);
    sx_block *block = all.hits->len > 0 ? sx_page_add(page, SX_BLOCK_FACTS, "hits", NULL) : NULL;
    for (guint rank = 0; rank < 3; rank++) {
        for (guint i = 0; i < all.hits->len; i++) {
            const hit *found = &g_array_index(all.hits, hit, i);
            if (found->rank == rank)
                sx_block_item(block, found->id, found->text);
        }
    }
    page->is_unknown = all.hits->len == 0;
    if (page->is_unknown)
        sx_block_item(sx_page_add(page, SX_BLOCK_TEXT, "nothing", NULL), NULL,
                      sx_word_text(language, SX_LABEL_PAGES_NOTHING_FOUND));
    for (guint i = 0; i < all.hits->len; i++) {
        g_free(g_array_index(all.hits, hit, i).id);
        g_free(g_array_index(all.hits, hit, i).text);
    }
    g_array_free(all.hits, TRUE);
    g_free(all.wanted);
    return page;
}
