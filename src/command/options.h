/* SPDX-License-Identifier: GPL-2.0-or-later
 * The command line of sipexplain: what it may ask for, in one table that also tells --help and the man page.
 */
#ifndef SX_COMMAND_OPTIONS_H
#define SX_COMMAND_OPTIONS_H

#include "command/render.h"

/** Exit statuses. */
enum { SX_EXIT_FOUND = 0, SX_EXIT_UNKNOWN = 1, SX_EXIT_WRONG_USAGE = 2 };

/** What the command line asks for. */
typedef struct {
    char *lang, *format, *output, *search, *book;
    gboolean list, list_ids, list_languages, no_pager, version, help;
    char **words;
    sx_language language;
    sx_page_format page_format;
} sx_options;

/** Where an option stands in the help. */
typedef enum { SX_OPTION_ASKS, SX_OPTION_WRITES, SX_OPTION_HIDDEN } sx_option_place;

/** An option. */
typedef struct {
    const char *name;
    char letter;    /* 0: none */
    sx_word value;  /* name of its value; 0: it takes none */
    sx_word text;   /* what it does */
    guint8 place;   /* sx_option_place */
    guint8 is_file; /* gboolean: the value is the name of a file */
    gsize offset;   /* in sx_options, a char * or a gboolean */
} sx_option;

/** All of them; a row with the name NULL ends the table. */
extern const sx_option sx_option_table[];

/**
 * Reads the command line, and says what is wrong with it.
 * @param options all zero; to be freed with sx_options_clear() in any case
 * @return SX_EXIT_FOUND, or SX_EXIT_WRONG_USAGE
 */
int sx_options_read(sx_options *options, int argc, char **argv);
void sx_options_clear(sx_options *options);

/**
 * One line on standard error on what is wrong.
 * @param template with the word that was typed as its only placeholder
 * @return SX_EXIT_WRONG_USAGE
 */
int sx_usage_error(const sx_options *options, sx_word template, const char *typed);

#endif
