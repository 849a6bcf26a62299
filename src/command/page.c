/* SPDX-License-Identifier: GPL-2.0-or-later
 * Pages and their blocks.
 */
#include "command/page.h"

static void free_item(gpointer pointer) {
    sx_item *item = (sx_item *)pointer;
    g_free(item->label);
    g_free(item->text);
    g_free(item);
}

static void free_block(gpointer pointer) {
    sx_block *block = (sx_block *)pointer;
    g_free(block->title);
    g_ptr_array_free(block->items, TRUE);
    g_free(block);
}

sx_page *sx_page_new(sx_language language, const char *kind, char *id, char *title, char *summary) {
    sx_page *page = g_new0(sx_page, 1);
    *page = (sx_page){
        .language = language,
        .id = id,
        .kind = kind,
        .title = title,
        .summary = summary,
        .blocks = g_ptr_array_new_with_free_func(free_block),
    };
    return page;
}

void sx_page_free(sx_page *page) {
    if (page == NULL)
        return;
    g_free(page->id);
    g_free(page->title);
    g_free(page->summary);
    g_ptr_array_free(page->blocks, TRUE);
    g_free(page);
}

sx_block *sx_page_add(sx_page *page, sx_block_kind kind, const char *key, const char *title) {
    sx_block *block = g_new0(sx_block, 1);
    *block = (sx_block){
        .kind = kind,
        .key = key,
        .labels_are = "id",
        .title = g_strdup(title),
        .items = g_ptr_array_new_with_free_func(free_item),
        .in_part = page->in_part && kind != SX_BLOCK_PART,
        .is_prose = kind == SX_BLOCK_TEXT || kind == SX_BLOCK_LIST || kind == SX_BLOCK_STEPS,
    };
    page->in_part = page->in_part || kind == SX_BLOCK_PART;
    g_ptr_array_add(page->blocks, block);
    return block;
}

void sx_page_end_part(sx_page *page) {
    page->in_part = FALSE;
}

void sx_block_item(sx_block *block, const char *label, const char *text) {
    sx_block_fact(block, NULL, label, text);
}

sx_item *sx_block_fact(sx_block *block, const char *key, const char *label, const char *text) {
    sx_item *item = g_new0(sx_item, 1);
    item->key = key;
    item->label = g_strdup(label);
    item->text = g_strdup(text);
    g_ptr_array_add(block->items, item);
    return item;
}
