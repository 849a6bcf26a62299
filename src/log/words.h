/* SPDX-License-Identifier: GPL-2.0-or-later
 * What is said of a log, once a file: for each sx_log_remark a sentence. {count} messages, the first in {line}.
 */
#ifndef SX_LOG_WORDS_H
#define SX_LOG_WORDS_H

#include "log/log.h"

static const char *const sx_log_words[SX_LOG_N_REMARKS] = {
    [SX_LOG_SAYS_NO_TIME] = "{count} messages have no time: only their order is known",
    [SX_LOG_SAYS_SECONDS_ONLY] = "{count} messages have a time in whole seconds",
    [SX_LOG_SAYS_TIME_SPANS] =
        "Times are sums of the spans that the log has from one record to the next",
    [SX_LOG_SAYS_NO_DATE] = "This log has no date: times are of the day, the first day is day 0",
    [SX_LOG_SAYS_DATE_NEARBY] = "The date is that of other lines of this log",
    [SX_LOG_SAYS_NO_YEAR] = "This log has no year: it is taken from the time of the file",
    [SX_LOG_SAYS_NO_DIRECTION] = "This log does not say what was sent and what was received",
    [SX_LOG_SAYS_OWN_LEARNED] =
        "The own address is not in this log, but in Via or Contact of its messages",
    [SX_LOG_SAYS_OWN_UNKNOWN] = "The own address is not known: a stand-in takes its place",
    [SX_LOG_SAYS_PEER_UNKNOWN] = "The address of the peer is not known: a stand-in takes its place",
    [SX_LOG_SAYS_NAMES] =
        "This log has names in place of addresses: a stand-in for each takes their place",
    [SX_LOG_SAYS_NO_TRANSPORT] = "The transport is that of the top Via",
    [SX_LOG_SAYS_NO_HEADS] =
        "{count} messages stand alone, the first in line {line}: nothing says when, from "
        "where and to where",
    [SX_LOG_SAYS_CLEANED] =
        "{count} messages were mended: prefixes, colors, escapes or doubled lines taken out",
    [SX_LOG_SAYS_LENGTH] =
        "{count} bodies are not as long as their Content-Length says, the first in line {line}",
    [SX_LOG_SAYS_CUT] = "{count} messages are cut, the first in line {line}",
};

#endif
