/* SPDX-License-Identifier: GPL-2.0-or-later
 * The search: a page fits if it has every word, and is the better the more of them stand in its title and summary. The
 * script in book_index.c goes by the same rules.
 */
#include <string.h>

#include "command/book.h"
#include "labels.h"

/* How well a word fits a text. */
enum { NOWHERE, INSIDE, AT_A_START, WHOLE };

typedef struct {
    char *id, *text;
    guint points;
} hit;

typedef struct {
    char **words; /* folded */
    char *phrase; /* all of them, folded */
    GArray *hits; /* hit */
} searching;

static gboolean is_mark(gunichar c) {
    return c >= 0x300 && c <= 0x36f;
}

char *sx_search_fold(const char *text) {
    char *apart = g_utf8_normalize(text, -1, G_NORMALIZE_ALL);
    if (apart == NULL)
        return g_strdup("");
    GString *plain = g_string_new(NULL);
    for (const char *p = apart; *p != '\0'; p = g_utf8_next_char(p)) {
        if (!is_mark(g_utf8_get_char(p)))
            g_string_append_unichar(plain, g_utf8_get_char(p));
    }
    char *folded = g_utf8_casefold(plain->str, -1);
    g_string_free(plain, TRUE);
    g_free(apart);
    return folded;
}

static guint place_of(const char *text, const char *word) {
    guint best = NOWHERE;
    gsize length = strlen(word);
    for (const char *p = strstr(text, word); p != NULL && best != WHOLE; p = strstr(p + 1, word)) {
        gboolean starts = p == text || !g_unichar_isalnum(g_utf8_get_char(g_utf8_prev_char(p)));
        gboolean ends = !g_unichar_isalnum(g_utf8_get_char(p + length));
        best = MAX(best, !starts ? INSIDE : ends ? WHOLE : AT_A_START);
    }
    return best;
}

/* All that a page says, folded; to be freed. */
static char *text_of(const sx_page *page) {
    GString *all = g_string_new(sx_page_kind_title(page->language, page->kind));
    for (guint i = 0; i < page->blocks->len; i++) {
        const sx_block *block = (const sx_block *)g_ptr_array_index(page->blocks, i);
        for (guint j = 0; block->kind != SX_BLOCK_LINKS && j < block->items->len; j++)
            g_string_append_printf(all, " %s",
                                   ((const sx_item *)g_ptr_array_index(block->items, j))->text);
    }
    char *folded = sx_search_fold(all->str);
    g_string_free(all, TRUE);
    return folded;
}

/* 0: a word is missing. What the line itself has counts, then whether the words stand together. */
static guint points_of(const searching *all, const char *line, const char *text) {
    guint points = 1;
    for (char **word = all->words; *word != NULL; word++) {
        guint place = place_of(line, *word);
        if (place == NOWHERE && place_of(text, *word) < AT_A_START)
            return 0;
        points += 4 * place;
    }
    if (place_of(line, all->phrase) >= AT_A_START)
        return points + 2;
    return points + (place_of(text, all->phrase) >= AT_A_START);
}

static void look_into(sx_page *page, void *user) {
    searching *all = (searching *)user;
    char *shown = sx_page_line(page);
    char *whole = g_strdup_printf("%s %s", page->id, shown);
    char *line = sx_search_fold(whole);
    char *text = text_of(page);
    guint points = points_of(all, line, text);
    if (points > 0) {
        hit found = {g_strdup(page->id), g_strdup(shown), points};
        g_array_append_val(all->hits, found);
    }
    g_free(text);
    g_free(line);
    g_free(whole);
    g_free(shown);
}

static gint compare_hits(gconstpointer a, gconstpointer b) {
    guint one = ((const hit *)a)->points;
    guint other = ((const hit *)b)->points;
    return (one < other) - (one > other);
}

/* The best first; of equal ones the order of the list, for the sort is stable. */
static void list_hits(const searching *all, sx_page *page) {
    sx_block *block = all->hits->len > 0 ? sx_page_add(page, SX_BLOCK_FACTS, "hits", NULL) : NULL;
    g_array_sort(all->hits, compare_hits);
    for (guint i = 0; i < all->hits->len; i++) {
        const hit *found = &g_array_index(all->hits, hit, i);
        sx_block_item(block, found->id, found->text);
    }
}

static void clear_hit(gpointer data) {
    hit *found = (hit *)data;
    g_free(found->id);
    g_free(found->text);
}

/* The words of a text, folded, without empty ones; to be freed. */
static char **words_of(const char *folded) {
    GPtrArray *words = g_ptr_array_new();
    char **pieces = g_strsplit_set(folded, " \t\r\n", -1);
    for (char **piece = pieces; *piece != NULL; piece++) {
        if (**piece != '\0')
            g_ptr_array_add(words, g_strdup(*piece));
    }
    g_strfreev(pieces);
    g_ptr_array_add(words, NULL);
    return (char **)g_ptr_array_free(words, FALSE);
}

sx_page *sx_page_of_search(sx_language language, const char *text) {
    char *folded = sx_search_fold(text);
    searching all = {words_of(folded), NULL, g_array_new(FALSE, FALSE, sizeof(hit))};
    all.phrase = g_strjoinv(" ", all.words);
    g_array_set_clear_func(all.hits, clear_hit);
    GString *title = g_string_new(NULL);
    sx_label_pages_search(language, title, text);
    sx_page *page =
        sx_page_new(language, "search", g_strdup("search"), g_string_free(title, FALSE), NULL);
    if (all.words[0] != NULL)
        sx_each_page(language, look_into, &all);
    list_hits(&all, page);
    page->is_unknown = all.hits->len == 0;
    if (page->is_unknown)
        sx_block_item(sx_page_add(page, SX_BLOCK_TEXT, "nothing", NULL), NULL,
                      sx_word_text(language, SX_LABEL_PAGES_NOTHING_FOUND));
    g_array_free(all.hits, TRUE);
    g_free(all.phrase);
    g_strfreev(all.words);
    g_free(folded);
    return page;
}
