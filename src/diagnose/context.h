/* SPDX-License-Identifier: GPL-2.0-or-later
 * What rules ask of the message at hand, and the short-lived texts that they put into evidence: all of these live until
 * the next message and are valid UTF-8.
 */
#ifndef SX_DIAGNOSE_CONTEXT_H
#define SX_DIAGNOSE_CONTEXT_H

#include "calls/related.h"
#include "diagnose/rule.h"

#define SX_SHOWN 64         /* bytes shown of a value from the wire: a name, a number, a tag */
#define SX_SHOWN_LONG 160   /* of a text or a list */
#define SX_SHOWN_WHOLE 1024 /* of what is not to be cut */

/** The status code, 0 for a request. */
static inline guint sx_context_code(const sx_context *context) {
    return context->message->is_response ? context->message->code : 0;
}

/** Whether the transaction of the message is known and began outside a dialog. */
static inline gboolean sx_context_is_initial(const sx_context *context) {
    return context->seen.transaction != NULL && context->seen.transaction->keys.to_tag == 0;
}

/** Time from the first copy of the request to this message in microseconds, never negative; 0 for orphans. */
gint64 sx_context_since_request(const sx_context *context);

/**
 * TXT of the rules: reason phrase, texts of Reason and of Warning (but code 392), in lower case, separated by " | ".
 * @return never NULL
 */
const char *sx_context_text(sx_context *context);

/** The same texts as they were sent, separated by "; ": for evidence. Never NULL. */
const char *sx_context_said(sx_context *context);

/** The product that wrote the response; empty where it names none, or the one that its request has, too. */
sx_slice sx_context_product(const sx_context *context);

/** What the answer says in words of its own: text of Reason, else Warning, else its phrase; NULL if nothing. */
const char *sx_context_words(sx_context *context);

/**
 * Whether a text matches a regular expression (GRegex syntax; write it in lower case for sx_context_text()).
 * @param pattern a string constant: compiled once and kept
 */
gboolean sx_matches(const char *text, const char *pattern);

/**
 * The same, but fast where the text does not match.
 * @param words ends with NULL; whatever matches the pattern has one of these
 */
gboolean sx_matches_with(const char *text, const char *const words[], const char *pattern);

/** Whether a text has one of these words, or part of a longer one. @param words ends with NULL */
gboolean sx_has_word(const char *text, const char *const words[]);

/** The URI of the first Contact; NULL if there is none that can be read. */
const sx_uri *sx_context_contact(sx_context *context);

/** A value from the wire as evidence shows it: trimmed, cut to so many bytes. */
const char *sx_context_shown(sx_context *context, sx_slice value, gsize limit);

/** The value of a header, as above; NULL if the message does not have it. */
const char *sx_context_header(sx_context *context, sx_header_id id, gsize limit);

/** The elements of all headers of this kind, as above, with ", " between them. */
const char *sx_context_list(sx_context *context, sx_header_id id);

/** A text made as by printf(). */
const char *sx_context_print(const sx_context *context, const char *format, ...)
    G_GNUC_PRINTF(2, 3);

/** A text that was put together; frees the string. */
const char *sx_context_keep(const sx_context *context, GString *text);

/** "192.0.2.1:5060" or "[2001:db8::1]:5060"; the address alone with port 0. */
const char *sx_context_place(const sx_context *context, const sx_host *host, guint16 port);

#endif
