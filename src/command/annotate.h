/* SPDX-License-Identifier: GPL-2.0-or-later
 * sipexplain annotate IN OUT.pcapng: a copy of a capture whose packet comments say what happened, for those who have no
 * plugin. Everything else of the capture stays as it is.
 */
#ifndef SX_COMMAND_ANNOTATE_H
#define SX_COMMAND_ANNOTATE_H

#include <stdio.h>

#include "log/log.h"

/** @return the exit status: 0, or 2 if the capture cannot be read or written, or the usage is wrong */
int sx_annotate(int argc, char **argv);

/** How copying ended. */
typedef enum {
    SX_COPIED,
    SX_COPY_NOT_A_CAPTURE, /* neither pcap nor pcapng */
    SX_COPY_CUT,           /* it ends inside of a block or record */
    SX_COPY_BROKEN,        /* a length in it is wrong */
    SX_COPY_UNCOUNTED, /* blocks of programs' own: whether Wireshark takes them for frames is not known */
    SX_COPY_FAILED, /* errno says why */
} sx_copy_result;

/**
 * Copies a pcapng capture block by block, or a pcap one as pcapng, and adds comments.
 * @param in belongs to the caller
 * @param comments char * by frame number, UTF-8
 * @param unable set to how many comments had no place: a Simple Packet Block has no options
 */
sx_copy_result sx_copy_with_comments(sx_log_input *in, FILE *out, GHashTable *comments,
                                     guint32 *unable);

#endif
