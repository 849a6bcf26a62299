/* SPDX-License-Identifier: GPL-2.0-or-later
 * Pages on a terminal, and as Markdown.
 */
#include <string.h>

#include "command/render.h"
#include "explanation/wrap.h"

#define BOLD "\033[1m"
#define PLAIN "\033[0m"
#define INDENT 2
#define LABEL_MOST 28 /* columns that labels of facts may take */

gboolean sx_page_format_from_name(const char *name, sx_page_format *format) {
    static const char *const names[] = {"text", "markdown", "html", "json", "man"};
    for (guint i = 0; i < G_N_ELEMENTS(names); i++) {
        if (strcmp(names[i], name) == 0) {
            *format = (sx_page_format)i;
            return TRUE;
        }
    }
    return FALSE;
}

static void append_blanks(GString *out, guint n) {
    for (; n > 0; n--)
        g_string_append_c(out, ' ');
}

/* A text in lines: the first one goes on where the line at hand stands, the others begin at `indent`. */
static void append_lines(GString *out, const char *text, guint indent, guint columns) {
    sx_slice rest = {text, strlen(text)};
    guint room = columns > indent + 10 ? columns - indent : 10;
    sx_slice line = sx_wrap_next(&rest, room, G_MAXINT);
    g_string_append_len(out, line.p, (gssize)line.len);
    g_string_append_c(out, '\n');
    while ((line = sx_wrap_next(&rest, room, G_MAXINT)).len > 0) {
        append_blanks(out, indent);
        g_string_append_len(out, line.p, (gssize)line.len);
        g_string_append_c(out, '\n');
    }
}

static void append_title(GString *out, const char *title, guint indent,
                         const sx_terminal *terminal) {
    append_blanks(out, indent);
    g_string_append_printf(out, "%s%s%s\n", terminal->color ? BOLD : "", title,
                           terminal->color ? PLAIN : "");
}

/* The widest label of a block, in columns. */
static guint label_width(const sx_block *block) {
    guint width = 0;
    for (guint i = 0; i < block->items->len; i++) {
        const sx_item *item = (const sx_item *)g_ptr_array_index(block->items, i);
        guint length = sx_columns_of(item->label != NULL ? item->label : "");
        if (length <= LABEL_MOST)
            width = MAX(width, length);
    }
    return width;
}

static void append_fact(GString *out, const sx_item *item, guint indent, guint width,
                        guint columns) {
    guint length = sx_columns_of(item->label);
    append_blanks(out, indent);
    g_string_append(out, item->label);
    if (length > width) {
        g_string_append_c(out, '\n');
        append_blanks(out, indent + width + 2);
    } else {
        append_blanks(out, width - length + 2);
    }
    append_lines(out, item->text, indent + width + 2, columns);
}

static void append_links(GString *out, const sx_block *block, guint indent, guint columns) {
    GString *all = g_string_new(NULL);
    for (guint i = 0; i < block->items->len; i++)
        g_string_append_printf(all, "%s%s", i > 0 ? "; " : "",
                               ((const sx_item *)g_ptr_array_index(block->items, i))->text);
    append_blanks(out, indent);
    append_lines(out, all->str, indent, columns);
    g_string_free(all, TRUE);
}

static void append_item(GString *out, const sx_block *block, guint i, guint indent, guint columns) {
    const sx_item *item = (const sx_item *)g_ptr_array_index(block->items, i);
    char mark[16] = "";
    if (block->kind == SX_BLOCK_STEPS)
        g_snprintf(mark, sizeof mark, "%u. ", i + 1);
    else if (block->kind == SX_BLOCK_LIST)
        g_snprintf(mark, sizeof mark, "- ");
    append_blanks(out, indent);
    g_string_append(out, mark);
    append_lines(out, item->text, indent + (guint)strlen(mark), columns);
}

static void append_block(GString *out, const sx_block *block, const sx_terminal *terminal) {
    guint width = label_width(block);
    guint indent = block->in_part ? INDENT : 0;
    if (block->title != NULL || !block->in_part)
        g_string_append_c(out, '\n');
    if (block->title != NULL)
        append_title(out, block->title, indent, terminal);
    indent += block->title != NULL || !block->in_part ? INDENT : 0;
    if (block->kind == SX_BLOCK_LINKS) {
        append_links(out, block, indent, terminal->columns);
        return;
    }
    for (guint i = 0; block->kind != SX_BLOCK_PART && i < block->items->len; i++) {
        const sx_item *item = (const sx_item *)g_ptr_array_index(block->items, i);
        if (block->kind == SX_BLOCK_FACTS)
            append_fact(out, item, indent, width, terminal->columns);
        else
            append_item(out, block, i, indent, terminal->columns);
    }
}

void sx_render_text(GString *out, const sx_page *page, const sx_terminal *terminal) {
    append_title(out, page->title, 0, terminal);
    if (page->summary != NULL)
        append_lines(out, page->summary, 0, terminal->columns);
    for (guint i = 0; i < page->blocks->len; i++)
        append_block(out, (const sx_block *)g_ptr_array_index(page->blocks, i), terminal);
}

/* ---- Markdown ---- */

/* What Markdown would take for a mark is escaped. */
static void append_markdown(GString *out, const char *text) {
    for (; *text != '\0'; text++) {
        if (strchr("\\`*_{}[]<>#|", *text) != NULL)
            g_string_append_c(out, '\\');
        g_string_append_c(out, *text);
    }
}

static void append_markdown_item(GString *out, const sx_block *block, guint i) {
    const sx_item *item = (const sx_item *)g_ptr_array_index(block->items, i);
    if (block->kind == SX_BLOCK_STEPS)
        g_string_append_printf(out, "%u. ", i + 1);
    else if (block->kind != SX_BLOCK_TEXT)
        g_string_append(out, "- ");
    if (block->kind == SX_BLOCK_FACTS) {
        append_markdown(out, item->label);
        g_string_append(out, ": ");
    }
    append_markdown(out, item->text);
    g_string_append_c(out, '\n');
}

void sx_render_markdown(GString *out, const sx_page *page) {
    g_string_append(out, "# ");
    append_markdown(out, page->title);
    g_string_append_c(out, '\n');
    if (page->summary != NULL) {
        g_string_append_c(out, '\n');
        append_markdown(out, page->summary);
        g_string_append_c(out, '\n');
    }
    for (guint i = 0; i < page->blocks->len; i++) {
        const sx_block *block = (const sx_block *)g_ptr_array_index(page->blocks, i);
        if (block->title != NULL || !block->in_part)
            g_string_append_c(out, '\n');
        if (block->title != NULL) {
            g_string_append(out, block->in_part ? "### " : "## ");
            append_markdown(out, block->title);
            g_string_append(out, "\n\n");
        }
        for (guint j = 0; block->kind != SX_BLOCK_PART && j < block->items->len; j++)
            append_markdown_item(out, block, j);
    }
}
