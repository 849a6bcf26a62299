/* SPDX-License-Identifier: GPL-2.0-or-later
 * Words: every text that a user reads, by number, in the languages of languages.csv; and how templates are printed.
 * Made of the files of this folder by kb.py; GUIDE.md tells their form.
 */
#ifndef SX_WORDS_H
#define SX_WORDS_H

#include <glib.h>

/** The number of a text; 0: no text. The same in every language. */
typedef guint16 sx_word;

/** A language by its place in languages.csv. */
typedef guint8 sx_language;
#define SX_ENGLISH ((sx_language)0)

/** How many languages there are. */
guint sx_n_languages(void);

/** The code of a language, such as "pt", and its own name, such as "Português"; NULL for what is no language. */
const char *sx_language_code(sx_language language);
const char *sx_language_name(sx_language language);

/** Whether it is written from right to left. */
gboolean sx_language_is_right_to_left(sx_language language);

/** Whether everything is translated into it, or labels and the names of the codes only. */
gboolean sx_language_is_complete(sx_language language);

/**
 * Finds a language by its code, as it stands in languages.csv, in upper or lower case.
 * @param language set if it is found
 */
gboolean sx_language_find(const char *code, sx_language *language);

/**
 * Finds a language by the name of a locale: "pt_BR.UTF-8" is "pt", "zh_CN" is "zh-Hans".
 * @param language set if it is found
 */
gboolean sx_language_from_name(const char *name, sx_language *language);

/** The language of the environment (LANGUAGE, LC_ALL, LC_MESSAGES, LANG); English where none of them is known. Read once. */
sx_language sx_language_of_system(void);

/**
 * A text in a language, in English where it is not translated. That of a template has control bytes for its
 * placeholders: print it by sx_word_format().
 * @return constant; "" for 0 and for numbers and languages that do not exist
 */
const char *sx_word_text(sx_language language, sx_word word);

typedef enum {
    SX_ARG_FRAME,
    SX_ARG_SECONDS,
    SX_ARG_NUMBER,
    SX_ARG_CODE,
    SX_ARG_TEXT,
    SX_ARG_WORD,
    SX_ARG_STATED_SECONDS /* a time that a message says, not one between two of them */
} sx_arg_type;

/** The value of one placeholder. */
typedef struct {
    sx_arg_type type;
    union {
        guint64 number;   /* of times microseconds, of SX_ARG_WORD an sx_word; 0 prints "?" */
        const char *text; /* of SX_ARG_TEXT: valid UTF-8; NULL prints "?" */
    } value;
} sx_arg;

/** Whether an argument is a time, in microseconds. */
static inline gboolean sx_arg_is_time(const sx_arg *arg) {
    return arg->type == SX_ARG_SECONDS || arg->type == SX_ARG_STATED_SECONDS;
}

#define SX_MAX_ARGS 6

/** A time of SX_ARG_SECONDS that is not known. */
#define SX_UNTIMED (G_MAXUINT32 * G_GUINT64_CONSTANT(1000))

/**
 * Prints a template with its placeholders filled, in one pass.
 * @param args in the order of the placeholders in English, or NULL; a placeholder without argument is left out
 */
void sx_word_format(sx_language language, GString *out, sx_word template, const sx_arg *args,
                    guint n_args);

/** Prints a duration, with its unit and no more precision than a reader needs: "350 ms", "1.2 s", "12 min". */
void sx_word_append_time(sx_language language, GString *out, guint64 microseconds);

/** Adds an item to a list that is being printed, with a separator if it is not the first; nothing for an empty item. */
void sx_word_append_item(sx_language language, GString *list, const char *item);

/** Whether a character can stand as it is: no control, no separator of lines, nothing invisible. */
gboolean sx_word_is_shown(gunichar c);

/**
 * Prints a text from the network: white space of ASCII is one blank for each character; what no terminal, HTML or CSV
 * can show as it is, or what would steer, hide or turn other text, is escaped: ESC as \033, U+202E as \u202e.
 * @param text valid UTF-8
 */
void sx_word_append_text(GString *out, const char *text);

#endif
