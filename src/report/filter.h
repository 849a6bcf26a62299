/* SPDX-License-Identifier: GPL-2.0-or-later
 * Display filters in Wireshark's language, as reports, notes and menus give them to users to type, copy or click on.
 */
#ifndef SX_REPORT_FILTER_H
#define SX_REPORT_FILTER_H

#include "wire/message.h"

/**
 * Adds a text to a filter as a string constant, in quotes, so that it means just this text.
 * @param text valid UTF-8
 */
void sx_filter_append_string(GString *out, const char *text);

/**
 * The filter that shows all messages of the conversation of a message, on every hop: those with the same Call-ID; of a
 * REGISTER those of the same address-of-record, whatever their Call-ID.
 * @return to be freed with g_free(); NULL: the message does not say what it belongs to
 */
char *sx_filter_of_conversation(const sx_message *message);

#endif
