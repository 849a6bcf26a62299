/* SPDX-License-Identifier: GPL-2.0-or-later
 * The table of formats. A new one is a row here and a sample in tests/log/samples.
 */
#include "log/format.h"

#include "log/find.h"

/* clang-format off */
const sx_log_format sx_log_formats[] = {
    {.name = "asterisk-pjsip", .needle = "<--- ",
     .head = "<--- %D SIP %w (%n bytes) %w %T:%p --->",
     .other = "<--- %*"},
    {.name = "asterisk-chan-sip", .needle = "<--- ",
     .head = "?.c:\n<--- SIP %D from %T:%p --->",
     .end = "^<------%*\n^--- (%*", .other = "<--- %*"},
    {.name = "asterisk-chan-sip", .needle = "<--- ",
     .head = "?.c:\n<--- SIP %D from %p --->",
     .end = "^<------%*\n^--- (%*", .other = "<--- %*"},
    {.name = "asterisk-chan-sip", .needle = "<--- ",
     .head = "?.c:\n<--- %*%D (%*) to %p --->",
     .end = "^<------%*", .other = "<--- %*"},
    {.name = "asterisk-chan-sip", .needle = "ransmitting (",
     .head = "%D (%*) to %p:",
     .end = "^---", .other = "<--- %*"},
    {.name = "asterisk-chan-sip", .needle = "ransmitting #",
     .head = "%D #%n (%*) to %p:",
     .end = "^---", .other = "<--- %*"},
    {.name = "freeswitch", .needle = " bytes ",
     .head = "%D %n bytes %w %T/%p at %t:",
     .end = "^%-"},
    {.name = "pjsua", .needle = " bytes ",
     .head = "%D %n bytes %w msg %w (%w) %w %T %p:",
     .end = "^--end msg--%*"},
    {.name = "kamailio-sipdump", .needle = "dstport: ",
     .head = "?^====================%*\n?^tag: %D\n?^pid: %n\n?^process: %n\n^time: %t\n?^date: %*\n"
             "^proto: %T%*\n^srcip: %s\n?^srcport: %S\n^dstip: %d\n^dstport: %E",
     .end = "^||||||||||||||||||||%*", .other = "^====================%*"},
    {.name = "homer", .needle = " ---> ",
     .head = "proto:%T %t %s ---> %d", .other = "proto:%*"},
    {.name = "sngrep", .needle = " -> ",
     .head = "^%t %s -> %d"},
    {.name = "ngrep", .needle = " -> ", .dots = TRUE,
     .head = "^%U %t %s -> %d%*",
     .end = "^#%*"},
    {.name = "ngrep", .needle = " -> ", .dots = TRUE,
     .head = "^%U %s -> %d%*",
     .end = "^#%*"},
    {.name = "baresip", .needle = " -> ",
     .head = "?^%*#\n^%T %s -> %d"},
    {.name = "cisco-ccsip", .needle = ":",
     .head = "//%*ccsipDisplayMsg:\n^%D:",
     .other = "//%*/%*/%*:"},
    {.name = "cisco-ccsip", .needle = " message from ",
     .head = "//%*ccsipDisplayMsg:\n^%D: SIP %T message from %s to %d",
     .other = "//%*/%*/%*:"},
    {.name = "cisco-cucm", .needle = ",NET]",
     .head = "%D SIP %T message %w %p on port %E %*\n^[%n,NET]"},
    {.name = "cisco-cucm", .needle = ",NET]",
     .head = "%D SIP %T message %w %p:[%E]:%*\n^[%n,NET]"},
    {.name = "cisco-cucm", .needle = ",NET]",
     .head = "%D SIP %T message size %n %w %p:[%E]:%*\n^[%n,NET]"},
    {.name = "audiocodes", .needle = "SIP Message ",
     .head = "---- %D SIP Message %w %p %+----",
     .other = "[S=%n]%*", .tail = "[Time:%t]", .pieces = SX_LOG_BY_SEQUENCE},
    {.name = "belle-sip", .needle = "]: message ",
     .head = "channel [%k]: message %D to [%T://%p], size: [%n] bytes",
     .other = "channel [%*"},
    {.name = "belle-sip", .needle = "] new bytes from ",
     .head = "channel [%k]: %D [%n] new bytes from [%T://%p]:",
     .other = "channel [%*", .pieces = SX_LOG_BY_CHANNEL},
    {.name = "jssip", .needle = "JsSIP:",
     .head = "JsSIP:Transport %D %*message:",
     .other = "JsSIP:%*", .tail = "+%r", .spans = TRUE},
    {.name = "jssip", .needle = "TRANSPORT | ",
     .head = "JsSIP | TRANSPORT | %D WebSocket %*message:",
     .other = "JsSIP | %*"},
    {.name = "sip.js", .needle = " WebSocket ",
     .head = "%D WebSocket %*message:",
     .other = "| sip.%*"},
    {.name = "oracle-sipmsg", .needle = " On [",
     .head = "On [%*]%l %D %w %p",
     .end = "^%-"},
    {.name = "avaya-tracesm", .needle = "gress: {",
     .head = "?SIPMSGT%*\n?^%-\n%t %*\n%D: { L%l/R%p/%T/ }",
     .end = "^%-", .other = "SIPMSGT%*"},
    {.name = "sipp", .needle = " message ",
     .head = "?^-----%*\n%T message %D %*bytes%*:",
     .end = "^-----%*"},
    {.name = "twinkle", .needle = ": ",
     .head = "?^+++ %t %*\n^%D %w %T:%p",
     .other = "^+++ %*\n^---"},
    {.name = "tcpdump", .needle = " > ", .packets = TRUE,
     .head = "^%t %*IP%* %s > %d: %*"},
    {.name = "tcpdump", .needle = " > ", .packets = TRUE,
     .head = "^%t %*IP%* (%*\n^%s > %d: %*"},
    {.name = "jain-sip", .needle = "<![CDATA[",
     .head = "<message\nfrom=\"%s\"\nto=\"%d\"\ntime=\"%t\"\n?isSender=%*\n?transactionId=%*\n?callId=%*\n"
             "?firstLine=%*\n?statusMessage=%*\n?debugLine=%*\n>\n<![CDATA[",
     .end = "^]]>", .other = "<message"},
    {.name = "yate", .needle = " SIP message from ",
     .head = "%D %n bytes SIP message %w %p%*", .end = "^%-", .other = "^%t <%*"},
    {.name = "yate", .needle = "ending code ",
     .head = "%D code %n %w %w %p%*", .end = "^%-", .other = "^%t <%*"},
    {.name = "yate", .needle = "ending '",
     .head = "%D '%*' %w %w %p%*", .end = "^%-", .other = "^%t <%*"},
    {.name = "mjsip", .needle = "Begin-of-message",
     .head = "%D message %w: %p/%T (%n bytes)%*\n^-----Begin-of-message-----",
     .end = "^-----End-of-message-----"},
    {.name = "mjsip", .needle = "Begin-of-message",
     .head = "%p/%T (%n bytes): %D%*\n^-----Begin-of-message-----",
     .end = "^-----End-of-message-----"},
    {.name = "direction-word", .needle = ":",
     .head = "%D:", .other = "%D:%*SIP/2.0%*\n%D=%*SIP/2.0%*"},
    {.name = "direction-word", .needle = "=",
     .head = "%D=", .other = "%D:%*SIP/2.0%*\n%D=%*SIP/2.0%*"},
};
/* clang-format on */

const guint sx_log_n_formats = G_N_ELEMENTS(sx_log_formats);

const sx_log_format sx_log_bare = {.name = "bare"};

const char *sx_log_format_name(guint i) {
    if (i < sx_log_n_formats)
        return sx_log_formats[i].name;
    return i == sx_log_n_formats ? sx_log_bare.name : NULL;
}

gboolean sx_log_is_head(const sx_log_format *format, sx_slice line, sx_head *head) {
    const char *pattern = format->head;
    if (pattern == NULL ||
        sx_find_bytes(line.p, line.len, format->needle, strlen(format->needle)) == NULL)
        return FALSE;
    for (const char *next = pattern; next != NULL; next = sx_pattern_next(next))
        pattern = next;
    return sx_pattern_match(pattern, line, head, NULL);
}

static gboolean match_any(const char *patterns, sx_slice line, sx_head *head) {
    for (; patterns != NULL; patterns = sx_pattern_next(patterns)) {
        if (sx_pattern_match(patterns, line, head, NULL))
            return TRUE;
    }
    return FALSE;
}

gboolean sx_log_is_end(const sx_log_format *format, sx_slice line) {
    sx_head ignored;
    return match_any(format->end, line, &ignored) || match_any(format->other, line, &ignored) ||
           sx_log_is_head(format, line, &ignored);
}
