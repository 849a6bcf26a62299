/* SPDX-License-Identifier: GPL-2.0-or-later
 * A page as a JSON object: the keys of its blocks are stable; the blocks below a part stand in an object of its own.
 */
#include "command/render.h"
#include "report/table.h"

static void append_string(GString *out, const char *text) {
    g_string_append_c(out, '"');
    sx_append_json(out, text);
    g_string_append_c(out, '"');
}

static void append_pair(GString *out, const char *key, const char *value) {
    append_string(out, key);
    g_string_append(out, ": ");
    if (value != NULL)
        append_string(out, value);
    else
        g_string_append(out, "null");
}

/* Whether the facts of a block have names of their own: then they stand among the keys of the page. */
static gboolean is_named(const sx_block *block) {
    return block->kind == SX_BLOCK_FACTS && block->items->len > 0 &&
           ((const sx_item *)g_ptr_array_index(block->items, 0))->key != NULL;
}

static void append_named(GString *out, const sx_block *block) {
    for (guint i = 0; i < block->items->len; i++) {
        const sx_item *item = (const sx_item *)g_ptr_array_index(block->items, i);
        g_string_append(out, i > 0 ? ", " : "");
        append_pair(out, item->key, item->name != NULL ? item->name : item->text);
    }
}

static void append_labeled(GString *out, const sx_block *block) {
    g_string_append_c(out, '[');
    for (guint i = 0; i < block->items->len; i++) {
        const sx_item *item = (const sx_item *)g_ptr_array_index(block->items, i);
        g_string_append(out, i > 0 ? ", {" : "{");
        append_pair(out, block->labels_are, item->label);
        g_string_append(out, ", ");
        append_pair(out, "text", item->text);
        g_string_append_c(out, '}');
    }
    g_string_append_c(out, ']');
}

static void append_list(GString *out, const sx_block *block) {
    g_string_append_c(out, '[');
    for (guint i = 0; i < block->items->len; i++) {
        g_string_append(out, i > 0 ? ", " : "");
        append_string(out, ((const sx_item *)g_ptr_array_index(block->items, i))->text);
    }
    g_string_append_c(out, ']');
}

static void append_block(GString *out, const sx_block *block) {
    if (is_named(block)) {
        append_named(out, block);
        return;
    }
    append_string(out, block->key);
    g_string_append(out, ": ");
    if (block->kind == SX_BLOCK_FACTS || block->kind == SX_BLOCK_LINKS)
        append_labeled(out, block);
    else if (block->kind == SX_BLOCK_TEXT && block->items->len > 0)
        append_string(out, ((const sx_item *)g_ptr_array_index(block->items, 0))->text);
    else
        append_list(out, block);
}

/* The page that a part is about, where it has one. */
static void append_id(GString *out, const sx_block *part) {
    const sx_item *item =
        part->items->len > 0 ? (const sx_item *)g_ptr_array_index(part->items, 0) : NULL;
    if (item == NULL || item->label == NULL)
        return;
    g_string_append(out, ", ");
    append_pair(out, "id", item->label);
}

/* The parts of a page, each an object, in one list. Returns the index of the first block behind them. */
static guint append_parts(GString *out, const sx_page *page, guint i) {
    g_string_append(out, ", \"parts\": [");
    for (guint n = 0; i < page->blocks->len; n++) {
        const sx_block *part = (const sx_block *)g_ptr_array_index(page->blocks, i);
        if (part->kind != SX_BLOCK_PART)
            break;
        i++;
        g_string_append(out, n > 0 ? ", {" : "{");
        append_pair(out, "part", part->key);
        append_id(out, part);
        g_string_append(out, ", ");
        append_pair(out, "title", part->title);
        while (i < page->blocks->len) {
            const sx_block *block = (const sx_block *)g_ptr_array_index(page->blocks, i);
            if (!block->in_part)
                break;
            g_string_append(out, ", ");
            append_block(out, block);
            i++;
        }
        g_string_append_c(out, '}');
    }
    g_string_append_c(out, ']');
    return i;
}

void sx_render_json(GString *out, const sx_page *page) {
    g_string_append_c(out, '{');
    append_pair(out, "kind", page->kind);
    g_string_append(out, ", ");
    append_pair(out, "id", page->id);
    g_string_append(out, ", ");
    append_pair(out, "language", sx_language_code(page->language));
    g_string_append(out, ", ");
    append_pair(out, "title", page->title);
    g_string_append(out, ", ");
    append_pair(out, "headline", page->summary);
    for (guint i = 0; i < page->blocks->len;) {
        const sx_block *block = (const sx_block *)g_ptr_array_index(page->blocks, i);
        if (block->kind == SX_BLOCK_PART) {
            i = append_parts(out, page, i);
            continue;
        }
        g_string_append(out, ", ");
        append_block(out, block);
        i++;
    }
    g_string_append(out, "}\n");
}
