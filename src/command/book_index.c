/* SPDX-License-Identifier: GPL-2.0-or-later
 * The index of the book with its search, and the labels of the languages that have nothing else.
 */
#include <string.h>

#include "command/book.h"
#include "command/render.h"
#include "labels.h"
#include "report/table.h"

void sx_append_script_string(GString *out, const char *text) {
    GString *quoted = g_string_new(NULL);
    sx_append_json(quoted, text);
    g_string_append_c(out, '"');
    for (const char *p = quoted->str; *p != '\0'; p++) {
        if (*p == '<') /* nothing in a script may look like its end */
            g_string_append(out, "\\u003c");
        else
            g_string_append_c(out, *p);
    }
    g_string_append_c(out, '"');
    g_string_free(quoted, TRUE);
}

/* ---- the words that are searched ---- */

/* Adds the words of a text that are not there yet. */
static void add_words(GHashTable *words, GString *out, const char *text) {
    char *folded = sx_search_fold(text);
    for (char *p = folded; *p != '\0';) {
        char *begin = p;
        while (*p != '\0' && (g_unichar_isalnum(g_utf8_get_char(p)) || *p == '-'))
            p = g_utf8_next_char(p);
        gsize length = (gsize)(p - begin);
        char *word = g_strndup(begin, length);
        if (length > 1 && g_hash_table_add(words, word)) {
            g_string_append_printf(out, "%s%s", out->len > 0 ? " " : "", word);
            word = NULL;
        } else if (length <= 1) {
            g_free(word);
        }
        if (*p != '\0')
            p = g_utf8_next_char(p);
    }
    g_free(folded);
}

/* Every word of a page, once. To be freed. */
static char *words_of(const sx_page *page) {
    GHashTable *words = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    GString *out = g_string_new(NULL);
    add_words(words, out, page->id);
    add_words(words, out, page->title);
    add_words(words, out, page->summary != NULL ? page->summary : "");
    add_words(words, out, sx_page_kind_title(page->language, page->kind));
    for (guint i = 0; i < page->blocks->len; i++) {
        const sx_block *block = (const sx_block *)g_ptr_array_index(page->blocks, i);
        for (guint j = 0; j < block->items->len && block->kind != SX_BLOCK_LINKS; j++)
            add_words(words, out, ((const sx_item *)g_ptr_array_index(block->items, j))->text);
    }
    g_hash_table_destroy(words);
    return g_string_free(out, FALSE);
}

/* ---- the index ---- */

typedef struct {
    GString *list, *words;
    const char *kind; /* of the last page */
} indexing;

static void add_page(sx_page *page, void *user) {
    indexing *all = (indexing *)user;
    if (all->kind == NULL || strcmp(all->kind, page->kind) != 0) {
        g_string_append_printf(all->list, "%s<section>\n<h2%s>",
                               all->kind != NULL ? "</ul>\n</section>\n" : "",
                               page->language == SX_ENGLISH ? " class=\"l\"" : "");
        sx_append_html(all->list, sx_page_kind_title(page->language, page->kind));
        g_string_append(all->list, "</h2>\n<ul>\n");
    }
    all->kind = page->kind;
    char *line = sx_page_line(page);
    char *words = words_of(page);
    g_string_append_printf(all->list, "<li><a href=\"%s.html\">%s</a> ", page->id, page->id);
    sx_append_html(all->list, line);
    g_string_append(all->list, "</li>\n");
    g_string_append(all->words, all->words->len > 0 ? ",\n" : "");
    sx_append_script_string(all->words, words);
    g_free(words);
    g_free(line);
}

/* Search by the rules of search.c, but that a page has its words in no order here. */
static const char search_script[] =
    "(function(){\n"
    "var box=document.getElementById('search'),none=document.getElementById('none'),"
    "found=document.getElementById('found'),all=document.getElementById('all'),"
    "items=all.querySelectorAll('li');\n"
    "function fold(text){"
    "return text.normalize('NFKD').replace(/[\\u0300-\\u036f]/g,'').toLowerCase()}\n"
    "function place(text,word){\n"
    " for(var best=0,p=text.indexOf(word);p>=0&&best<3;p=text.indexOf(word,p+1)){\n"
    "  var starts=!/[\\p{L}\\p{N}]$/u.test(text.slice(0,p)),"
    "ends=!/^[\\p{L}\\p{N}]/u.test(text.slice(p+word.length));\n"
    "  best=Math.max(best,!starts?1:ends?3:2);\n"
    " }\n"
    " return best;\n"
    "}\n"
    "function points(typed,line,words){\n"
    " var sum=1;\n"
    " for(var i=0;i<typed.length;i++){\n"
    "  var best=place(line,typed[i]);\n"
    "  if(!best&&place(words,typed[i])<2)return 0;\n"
    "  sum+=4*best;\n"
    " }\n"
    " return sum+(place(line,typed.join(' '))>1?2:0);\n"
    "}\n"
    "function look(){\n"
    " var typed=fold(box.value).split(/\\s+/).filter(Boolean),hits=[];\n"
    " for(var i=0;typed.length&&i<items.length;i++){\n"
    "  var sum=points(typed,fold(items[i].textContent),words[i]);\n"
    "  if(sum)hits.push([sum,i]);\n"
    " }\n"
    " hits.sort(function(a,b){return b[0]-a[0]||a[1]-b[1]});\n"
    " found.textContent='';\n"
    " hits.forEach(function(hit){found.appendChild(items[hit[1]].cloneNode(true))});\n"
    " all.hidden=typed.length>0;none.hidden=!typed.length||hits.length>0;\n"
    "}\n"
    "box.oninput=look;box.parentNode.hidden=false;look();\n"
    "})();\n";

void sx_render_book_index(GString *out, sx_language language, const char *nav) {
    indexing all = {g_string_new(NULL), g_string_new(NULL), NULL};
    sx_each_page(language, add_page, &all);
    g_string_append_printf(out,
                           "%s<main>\n<h1>SIP Explain</h1>\n"
                           "<p hidden><label for=\"search\">%s</label>\n"
                           "<input id=\"search\" type=\"search\" autocomplete=\"off\"></p>\n",
                           nav, sx_word_text(language, SX_LABEL_COMMAND_SEARCH));
    g_string_append(out, "<ul id=\"found\" aria-live=\"polite\"></ul>\n<p id=\"none\" hidden>");
    sx_append_html(out, sx_word_text(language, SX_LABEL_PAGES_NOTHING_FOUND));
    g_string_append_printf(out, "</p>\n<div id=\"all\">\n%s</ul>\n</section>\n</div>\n",
                           all.list->str);
    g_string_append_printf(out, "<script>\nvar words=[%s];\n%s</script>\n", all.words->str,
                           search_script);
    g_string_free(all.list, TRUE);
    g_string_free(all.words, TRUE);
}

/* ---- labels ---- */

/** The labels of one language: those in English, and what stands in their place. */
typedef struct {
    GPtrArray *english; /* sx_page */
    guint next;
    GHashTable *names; /* English: other */
} labeling;

static void take_label(labeling *all, const char *english, const char *other) {
    if (english != NULL && other != NULL && strcmp(english, other) != 0)
        g_hash_table_insert(all->names, g_strdup(english), g_strdup(other));
}

/* The same page in another language has the same blocks and items. */
static void compare_pages(sx_page *page, void *user) {
    labeling *all = (labeling *)user;
    const sx_page *english = (const sx_page *)g_ptr_array_index(all->english, all->next++);
    take_label(all, english->title, page->title);
    take_label(all, sx_page_kind_title(SX_ENGLISH, page->kind),
               sx_page_kind_title(page->language, page->kind));
    for (guint i = 0; i < MIN(page->blocks->len, english->blocks->len); i++) {
        const sx_block *block = (const sx_block *)g_ptr_array_index(page->blocks, i);
        const sx_block *of = (const sx_block *)g_ptr_array_index(english->blocks, i);
        take_label(all, of->title, block->title);
        for (guint j = 0; !block->is_prose && j < MIN(block->items->len, of->items->len); j++) {
            const sx_item *item = (const sx_item *)g_ptr_array_index(block->items, j);
            const sx_item *item_of = (const sx_item *)g_ptr_array_index(of->items, j);
            take_label(all, item_of->label, item->label);
            take_label(all, item_of->text, item->text);
        }
    }
}

static void keep_page(sx_page *page, void *user) {
    /* sx_each_page() frees what it gives: this takes the inside. */
    sx_page *kept = g_new0(sx_page, 1);
    *kept = *page;
    page->id = page->title = page->summary = NULL;
    page->blocks = g_ptr_array_new();
    g_ptr_array_add((GPtrArray *)user, kept);
}

static void append_names(GString *out, GHashTable *names) {
    GList *keys = g_list_sort(g_hash_table_get_keys(names), (GCompareFunc)strcmp);
    for (GList *key = keys; key != NULL; key = key->next) {
        sx_append_script_string(out, (const char *)key->data);
        g_string_append_c(out, ':');
        sx_append_script_string(out, (const char *)g_hash_table_lookup(names, key->data));
        g_string_append(out, key->next != NULL ? ",\n" : "");
    }
    g_list_free(keys);
}

void sx_render_book_labels(GString *out) {
    GPtrArray *english = g_ptr_array_new_with_free_func((GDestroyNotify)sx_page_free);
    sx_each_page(SX_ENGLISH, keep_page, english);
    g_string_append(out, "window.sxLabels={");
    const char *separator = "";
    for (sx_language language = 1; language < sx_n_languages(); language++) {
        if (sx_language_is_complete(language))
            continue;
        labeling all = {english, 0, g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free)};
        sx_each_page(language, compare_pages, &all);
        g_string_append_printf(out, "%s\n", separator);
        sx_append_script_string(out, sx_language_code(language));
        g_string_append_printf(out, ":{\"dir\":\"%s\",\"names\":{\n",
                               sx_language_is_right_to_left(language) ? "rtl" : "ltr");
        append_names(out, all.names);
        g_string_append(out, "}}");
        g_hash_table_destroy(all.names);
        separator = ",";
    }
    g_string_append(out, "};\n");
    g_ptr_array_free(english, TRUE);
}
