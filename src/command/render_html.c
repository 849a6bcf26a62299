/* SPDX-License-Identifier: GPL-2.0-or-later
 * Pages as HTML: no script, no request, one style for all that we write.
 */
#include <string.h>

#include "command/render.h"

const char sx_html_style[] =
    ":root{color-scheme:light dark;"
    "--ink:#1b1f24;--paper:#fff;--soft:#57606a;--line:#d0d7de;--link:#0550ae;--field:#f6f8fa;--bad:"
    "#b42318;--mark:#fff0ee}\n"
    "@media(prefers-color-scheme:dark){:root{"
    "--ink:#e6edf3;--paper:#0d1117;--soft:#9198a1;--line:#30363d;--link:#79c0ff;--field:#161b22;--"
    "bad:#ff9b8e;--mark:#3b1714}}\n"
    "*{box-sizing:border-box}\n"
    "body{margin:0 auto;padding:1rem;max-width:46rem;color:var(--ink);background:var(--paper);"
    "font:1rem/1.55 system-ui,sans-serif;overflow-wrap:anywhere}\n"
    "h1{font-size:1.6rem;line-height:1.25;margin:.5rem 0}\n"
    "h2{font-size:1.25rem;margin:1.6rem 0 .4rem;border-top:1px solid "
    "var(--line);padding-top:1rem}\n"
    "h3{font-size:1rem;margin:1.2rem 0 .2rem}\n"
    "p,ul,ol,dl{margin:.2rem 0 .6rem}ul,ol{padding-inline-start:1.4rem}\n"
    "dl{display:grid;grid-template-columns:minmax(min-content,max-content) 1fr;gap:.1rem 1rem}\n"
    "dl:has([dir=rtl]){direction:rtl}dd:not([dir=rtl],:has([dir=rtl])){unicode-bidi:plaintext}\n"
    "dt{color:var(--soft);overflow-wrap:normal}dd{margin:0}\n"
    ".summary{font-size:1.1rem;color:var(--soft)}a{color:var(--link)}\n"
    ".comparison{max-width:60rem}.check{max-width:64rem}.ladder+h1{margin-top:3rem}\n"
    ".ladder{overflow-x:auto;border:1px solid var(--line);border-radius:6px;margin:.4rem 0 1rem}\n"
    ".ladder svg{display:block;font:13px system-ui,sans-serif}.ladder text{fill:var(--ink)}"
    ".ladder .a,.ladder .s,.ladder .n{text-anchor:middle}.ladder .t{text-anchor:end}"
    ".ladder .a{font-weight:600}.ladder .s,.ladder .f,.ladder .t,.ladder .g{fill:var(--soft)}"
    ".ladder .g{font-style:italic}.ladder path{stroke:var(--ink);stroke-width:1.3;fill:none}"
    ".ladder .h{fill:var(--ink)}.ladder .l{stroke:var(--line)}"
    ".ladder rect{fill:var(--mark);stroke:var(--bad)}"
    ".ladder .bad .n{font-weight:700;fill:var(--bad)}.ladder .bad path{stroke:var(--bad)}"
    ".ladder .bad .h{fill:var(--bad)}footer{color:var(--soft);margin-top:2rem}\n"
    "@media(min-width:50rem){.comparison .parts{display:grid;grid-template-columns:1fr 1fr;gap:0 "
    "2rem}}\n"
    "@media(max-width:30rem){dl{display:block}dd{margin:0 0 .4rem}}\n"
    "@media print{body{max-width:none;color:#000;background:#fff}"
    ":root{--ink:#000;--soft:#444;--line:#bbb;--bad:#900;--mark:#fff}"
    ".ladder{overflow:visible;break-inside:avoid}.ladder svg{max-width:100%;height:auto}"
    "a{color:inherit;text-decoration:none}nav{display:none}}\n";

void sx_append_html(GString *out, const char *text) {
    char *escaped = g_markup_escape_text(text, -1);
    g_string_append(out, escaped);
    g_free(escaped);
}

void sx_append_html_start(GString *out, sx_language language, const char *title) {
    g_string_append_printf(
        out,
        "<!DOCTYPE html>\n<html lang=\"%s\"%s>\n<head>\n<meta charset=\"utf-8\">\n"
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>",
        sx_language_code(language), sx_language_is_right_to_left(language) ? " dir=\"rtl\"" : "");
    sx_append_html(out, title);
    g_string_append_printf(out, "</title>\n<style>\n%s</style>\n", sx_html_style);
}

/* Opens an element; prose that the language of the page does not have says that it is English. */
static void open_element(GString *out, const sx_page *page, const char *element, gboolean prose) {
    g_string_append_printf(out, "<%s", element);
    if (prose && !sx_language_is_complete(page->language))
        g_string_append_printf(out, " lang=\"%s\" dir=\"ltr\"", sx_language_code(SX_ENGLISH));
    else if (!prose && page->has_labels)
        g_string_append(out, " class=\"l\"");
    g_string_append_c(out, '>');
}

static void append_element(GString *out, const sx_page *page, const char *element, gboolean prose,
                           const char *text) {
    open_element(out, page, element, prose);
    sx_append_html(out, text);
    g_string_append_printf(out, "</%s>\n", element);
}

/* The name of another page, or a link to it. */
static void append_name(GString *out, const sx_page *page, const sx_item *item,
                        const char *suffix) {
    if (suffix != NULL) {
        g_string_append_printf(out, "<a%s href=\"%s%s\">", page->has_labels ? " class=\"l\"" : "",
                               item->label, suffix);
        sx_append_html(out, item->text);
        g_string_append(out, "</a>");
    } else {
        sx_append_html(out, item->text);
    }
}

static const sx_item *item_of(const sx_block *block, guint i) {
    return (const sx_item *)g_ptr_array_index(block->items, i);
}

static void append_links(GString *out, const sx_page *page, const sx_block *block,
                         const char *suffix) {
    g_string_append(out, "<p>");
    for (guint i = 0; i < block->items->len; i++) {
        g_string_append(out, i > 0 ? " · " : "");
        append_name(out, page, item_of(block, i), suffix);
    }
    g_string_append(out, "</p>\n");
}

static void append_facts(GString *out, const sx_page *page, const sx_block *block) {
    g_string_append(out, "<dl>\n");
    for (guint i = 0; i < block->items->len; i++) {
        append_element(out, page, "dt", block->is_prose, item_of(block, i)->label);
        append_element(out, page, "dd", block->is_prose, item_of(block, i)->text);
    }
    g_string_append(out, "</dl>\n");
}

static void append_list(GString *out, const sx_page *page, const sx_block *block) {
    const char *element = block->kind == SX_BLOCK_STEPS ? "ol" : "ul";
    open_element(out, page, element, TRUE);
    g_string_append_c(out, '\n');
    for (guint i = 0; i < block->items->len; i++) {
        g_string_append(out, "<li>");
        sx_append_html(out, item_of(block, i)->text);
        g_string_append(out, "</li>\n");
    }
    g_string_append_printf(out, "</%s>\n", element);
}

/* The title of a part leads to the page that the part is about. */
static void append_part(GString *out, const sx_page *page, const sx_block *block,
                        const char *suffix) {
    const sx_item *item = block->items->len > 0 ? item_of(block, 0) : NULL;
    if (item == NULL || item->label == NULL) {
        append_element(out, page, "h2", FALSE, block->title);
        return;
    }
    g_string_append(out, "<h2>");
    append_name(out, page, item, suffix);
    g_string_append(out, "</h2>\n");
}

static void append_block(GString *out, const sx_page *page, const sx_block *block,
                         const char *suffix) {
    if (block->kind == SX_BLOCK_PART) {
        append_part(out, page, block, suffix);
        return;
    }
    if (block->title != NULL)
        append_element(out, page, block->in_part ? "h3" : "h2", FALSE, block->title);
    if (block->items->len == 0)
        return;
    if (block->kind == SX_BLOCK_TEXT)
        append_element(out, page, "p", TRUE, item_of(block, 0)->text);
    else if (block->kind == SX_BLOCK_FACTS)
        append_facts(out, page, block);
    else if (block->kind == SX_BLOCK_LINKS)
        append_links(out, page, block, suffix);
    else
        append_list(out, page, block);
}

void sx_render_html_blocks(GString *out, const sx_page *page, const char *link_suffix) {
    gboolean in_parts = FALSE;
    append_element(out, page, "h1", FALSE, page->title);
    if (page->summary != NULL) {
        g_string_append(out, "<div class=\"summary\">\n");
        append_element(out, page, "p", TRUE, page->summary);
        g_string_append(out, "</div>\n");
    }
    for (guint i = 0; i < page->blocks->len; i++) {
        const sx_block *block = (const sx_block *)g_ptr_array_index(page->blocks, i);
        gboolean part = block->kind == SX_BLOCK_PART;
        if (part || (in_parts && !block->in_part))
            g_string_append(out, in_parts ? "</section>\n" : "<div class=\"parts\">\n");
        if (part)
            g_string_append(out, "<section>\n");
        else if (in_parts && !block->in_part)
            g_string_append(out, "</div>\n");
        in_parts = part || block->in_part;
        append_block(out, page, block, link_suffix);
    }
    g_string_append(out, in_parts ? "</section>\n</div>\n" : "");
}

void sx_render_html(GString *out, const sx_page *page) {
    sx_append_html_start(out, page->language, page->title);
    g_string_append_printf(out, "</head>\n<body class=\"%s\">\n<main>\n", page->kind);
    sx_render_html_blocks(out, page, NULL);
    g_string_append(out, "</main>\n</body>\n</html>\n");
}
