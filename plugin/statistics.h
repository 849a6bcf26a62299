/* SPDX-License-Identifier: GPL-2.0-or-later
 * The reports in Wireshark's window: Telephony > SIP Explain > Calls, Messages, Summary.
 */
#ifndef SX_STATISTICS_H
#define SX_STATISTICS_H

/** Registers the windows. */
void sx_statistics_register(void);

#endif
