/* SPDX-License-Identifier: GPL-2.0-or-later
 * Pages as HTML: no script, no request, one style for all that we write.
 */
#include <string.h>

#include "command/render.h"

const char sx_html_style[] =
    ":root{color-scheme:light "
    "dark;--ink:#1b1f24;--paper:#fff;--soft:#57606a;--line:#d0d7de;--link:#0550ae}\n"
    "@media(prefers-color-scheme:dark){:root{--ink:#e6edf3;--paper:#0d1117;--soft:#9198a1;--line:#"
    "30363d;"
    "--link:#79c0ff}}\n"
    "*{box-sizing:border-box}\n"
    "body{margin:0 auto;padding:1rem;max-width:46rem;color:var(--ink);background:var(--paper);"
    "font:1rem/1.55 system-ui,sans-serif;overflow-wrap:anywhere}\n"
    "h1{font-size:1.6rem;line-height:1.25;margin:.5rem 0}\n"
    "h2{font-size:1.25rem;margin:1.6rem 0 .4rem;border-top:1px solid "
    "var(--line);padding-top:1rem}\n"
    "h3{font-size:1rem;margin:1.2rem 0 .2rem}\n"
    "p,ul,ol,dl{margin:.2rem 0 .6rem}ul,ol{padding-inline-start:1.4rem}\n"
    "dl{display:grid;grid-template-columns:max-content 1fr;gap:.1rem "
    "1rem}dt{color:var(--soft)}dd{margin:0}\n"
    "@media(max-width:30rem){dl{display:block}dd{margin:0 0 .4rem}}\n"
    ".summary{font-size:1.1rem;color:var(--soft)}a{color:var(--link)}code{font-family:ui-monospace,"
    "monospace}\n"
    "@media "
    "print{body{max-width:none;color:#000;background:#fff}a{color:inherit;text-decoration:none}}\n";

void sx_append_html(GString *out, const char *text) {
    char *escaped = g_markup_escape_text(text, -1);
    g_string_append(out, escaped);
    g_free(escaped);
}

static void append_element(GString *out, const char *element, const char *text) {
    g_string_append_printf(out, "<%s>", element);
    sx_append_html(out, text);
    g_string_append_printf(out, "</%s>\n", element);
}

static void append_links(GString *out, const sx_block *block, const char *suffix) {
    g_string_append(out, "<p>");
    for (guint i = 0; i < block->items->len; i++) {
        const sx_item *item = (const sx_item *)g_ptr_array_index(block->items, i);
        g_string_append(out, i > 0 ? " · " : "");
        if (suffix != NULL)
            g_string_append_printf(out, "<a href=\"%s%s\">", item->label, suffix);
        sx_append_html(out, item->text);
        g_string_append(out, suffix != NULL ? "</a>" : "");
    }
    g_string_append(out, "</p>\n");
}

static void append_facts(GString *out, const sx_block *block) {
    g_string_append(out, "<dl>\n");
    for (guint i = 0; i < block->items->len; i++) {
        const sx_item *item = (const sx_item *)g_ptr_array_index(block->items, i);
        append_element(out, "dt", item->label);
        append_element(out, "dd", item->text);
    }
    g_string_append(out, "</dl>\n");
}

static void append_list(GString *out, const sx_block *block) {
    const char *element = block->kind == SX_BLOCK_STEPS ? "ol" : "ul";
    g_string_append_printf(out, "<%s>\n", element);
    for (guint i = 0; i < block->items->len; i++)
        append_element(out, "li", ((const sx_item *)g_ptr_array_index(block->items, i))->text);
    g_string_append_printf(out, "</%s>\n", element);
}

void sx_render_html_blocks(GString *out, const sx_page *page, const char *link_suffix) {
    append_element(out, "h1", page->title);
    if (page->summary != NULL) {
        g_string_append(out, "<p class=\"summary\">");
        sx_append_html(out, page->summary);
        g_string_append(out, "</p>\n");
    }
    gboolean in_part = FALSE;
    for (guint i = 0; i < page->blocks->len; i++) {
        const sx_block *block = (const sx_block *)g_ptr_array_index(page->blocks, i);
        gboolean part = block->kind == SX_BLOCK_PART;
        if (block->title != NULL)
            append_element(out, part || !in_part ? "h2" : "h3", block->title);
        in_part = in_part || part;
        if (part || block->items->len == 0)
            continue;
        if (block->kind == SX_BLOCK_TEXT)
            append_element(out, "p", ((const sx_item *)g_ptr_array_index(block->items, 0))->text);
        else if (block->kind == SX_BLOCK_FACTS)
            append_facts(out, block);
        else if (block->kind == SX_BLOCK_LINKS)
            append_links(out, block, link_suffix);
        else
            append_list(out, block);
    }
}

void sx_render_html(GString *out, const sx_page *page) {
    g_string_append_printf(
        out,
        "<!DOCTYPE html>\n<html lang=\"%s\"%s>\n<head>\n<meta charset=\"utf-8\">\n"
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n",
        sx_language_code(page->language),
        sx_language_is_right_to_left(page->language) ? " dir=\"rtl\"" : "");
    g_string_append(out, "<title>");
    sx_append_html(out, page->title);
    g_string_append_printf(out, "</title>\n<style>\n%s</style>\n</head>\n<body>\n<main>\n",
                           sx_html_style);
    sx_render_html_blocks(out, page, NULL);
    g_string_append(out, "</main>\n</body>\n</html>\n");
}
