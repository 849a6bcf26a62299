/* SPDX-License-Identifier: GPL-2.0-or-later
 * The book: all pages as static HTML in a folder, with an index for each complete language.
 */
#ifndef SX_COMMAND_BOOK_H
#define SX_COMMAND_BOOK_H

#include "command/page.h"

/**
 * Writes the book: DIR/index.html, DIR/LANGUAGE/index.html and DIR/LANGUAGE/ID.html, DIR/labels.js.
 * @param folder made if it is not there; files of the same names are replaced
 * @return FALSE with *error set if a file could not be written
 */
gboolean sx_write_book(const char *folder, GError **error);

/** The pages of the book: takes each one, which is freed afterwards. */
void sx_each_page(sx_language language, void (*take)(sx_page *page, void *user), void *user);

/** What stands behind the id of a page in a list: "Unauthorized - the server asks for credentials"; to be freed. */
char *sx_page_line(const sx_page *page);

/** The title above the pages of a kind. */
const char *sx_page_kind_title(sx_language language, const char *kind);

/** The index of a language, whole; search is done by a script inside. @param nav what stands above it */
void sx_render_book_index(GString *out, sx_language language, const char *nav);

/** The labels of pages in the languages that have labels only, as a script that sets sxLabels. */
void sx_render_book_labels(GString *out);

/** A text as it is searched: without case and accents; to be freed. */
char *sx_search_fold(const char *text);

/** Adds a text to a script, in quotes. */
void sx_append_script_string(GString *out, const char *text);

#endif
