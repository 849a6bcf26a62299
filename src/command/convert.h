/* SPDX-License-Identifier: GPL-2.0-or-later
 * sipexplain convert LOG OUT.pcapng: a capture of a text log, which any Wireshark opens.
 */
#ifndef SX_COMMAND_CONVERT_H
#define SX_COMMAND_CONVERT_H

/** @return the exit status: 0, or 2 if the log cannot be read, the capture not written, or the usage is wrong */
int sx_convert(int argc, char **argv);

#endif
