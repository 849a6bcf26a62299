/* SPDX-License-Identifier: GPL-2.0-or-later
 * What a response says in words: they tell more than its code, where they are not those that come with the code.
 */
#ifndef SX_DIAGNOSE_SAID_H
#define SX_DIAGNOSE_SAID_H

#include "diagnose/rule.h"

/**
 * The first of the phrase, the texts of Reason and those of Warning that matches; as it was sent, for evidence.
 * @param words, pattern as in sx_matches_with(): where all these texts together do not match, nothing is searched
 * @return NULL if none matches
 */
const char *sx_said_matching(sx_context *context, const char *const words[], const char *pattern);

/**
 * The first of these texts that says more than the registered name of the code and the names of causes do.
 * @param phrase_only the phrase alone is looked at
 * @return NULL if there is none
 */
const char *sx_said_telling(sx_context *context, gboolean phrase_only);

#endif
