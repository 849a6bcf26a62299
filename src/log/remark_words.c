/* SPDX-License-Identifier: GPL-2.0-or-later
 * What is said of a log, once a file: for each sx_log_remark a sentence.
 */
#include "labels.h"
#include "log/log.h"

static const sx_word words[SX_LOG_N_REMARKS] = {
    [SX_LOG_SAYS_NO_TIME] = SX_LABEL_LOG_NO_TIME,
    [SX_LOG_SAYS_SECONDS_ONLY] = SX_LABEL_LOG_SECONDS_ONLY,
    [SX_LOG_SAYS_TIME_SPANS] = SX_LABEL_LOG_TIME_SPANS,
    [SX_LOG_SAYS_NO_DATE] = SX_LABEL_LOG_NO_DATE,
    [SX_LOG_SAYS_DATE_NEARBY] = SX_LABEL_LOG_DATE_NEARBY,
    [SX_LOG_SAYS_NO_YEAR] = SX_LABEL_LOG_NO_YEAR,
    [SX_LOG_SAYS_NO_DIRECTION] = SX_LABEL_LOG_NO_DIRECTION,
    [SX_LOG_SAYS_OWN_LEARNED] = SX_LABEL_LOG_OWN_LEARNED,
    [SX_LOG_SAYS_OWN_UNKNOWN] = SX_LABEL_LOG_OWN_UNKNOWN,
    [SX_LOG_SAYS_PEER_UNKNOWN] = SX_LABEL_LOG_PEER_UNKNOWN,
    [SX_LOG_SAYS_NAMES] = SX_LABEL_LOG_NAMES,
    [SX_LOG_SAYS_NO_TRANSPORT] = SX_LABEL_LOG_NO_TRANSPORT,
    [SX_LOG_SAYS_NO_HEADS] = SX_LABEL_LOG_NO_HEADS,
    [SX_LOG_SAYS_CLEANED] = SX_LABEL_LOG_CLEANED,
    [SX_LOG_SAYS_LENGTH] = SX_LABEL_LOG_LENGTH,
    [SX_LOG_SAYS_CUT] = SX_LABEL_LOG_CUT,
};

char *sx_log_remark_text(sx_language language, sx_log_remark remark,
                         const sx_log_remarked *remarked) {
    sx_arg args[] = {{SX_ARG_NUMBER, {.number = remarked->messages}},
                     {SX_ARG_NUMBER, {.number = remarked->line}}};
    GString *text = g_string_new(NULL);
    sx_word_format(language, text, words[remark], args, G_N_ELEMENTS(args));
    return g_string_free(text, FALSE);
}
