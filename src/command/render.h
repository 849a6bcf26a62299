/* SPDX-License-Identifier: GPL-2.0-or-later
 * Pages as text, Markdown, HTML or JSON.
 */
#ifndef SX_COMMAND_RENDER_H
#define SX_COMMAND_RENDER_H

#include "command/page.h"
#include "command/terminal.h"

typedef enum {
    SX_PAGE_TEXT,
    SX_PAGE_MARKDOWN,
    SX_PAGE_HTML,
    SX_PAGE_JSON,
    SX_PAGE_MAN
} sx_page_format;

/** Whether a word names a format: "text", "markdown", "html", "json"; "man", which only the help has. */
gboolean sx_page_format_from_name(const char *name, sx_page_format *format);

/** Adds a page to a text, for this terminal. */
void sx_render_text(GString *out, const sx_page *page, const sx_terminal *terminal);
void sx_render_markdown(GString *out, const sx_page *page);
/** One object, with a line end behind it. */
void sx_render_json(GString *out, const sx_page *page);

/** The blocks of a page, to stand inside an HTML document. @param link_suffix behind the id of another page, ".html" */
void sx_render_html_blocks(GString *out, const sx_page *page, const char *link_suffix);
/** A whole document that needs nothing else. */
void sx_render_html(GString *out, const sx_page *page);

/** The head of a document up to the style, not closed. */
void sx_append_html_start(GString *out, sx_language language, const char *title);

/** Adds a text to HTML, escaped. */
void sx_append_html(GString *out, const char *text);

/** The look of every HTML document that we write: light and dark, screen and paper, narrow and wide. */
extern const char sx_html_style[];

#endif
