/* SPDX-License-Identifier: GPL-2.0-or-later
 * Warning 392, the debug output of SER-type proxies: "Noisy feedback tells: pid=1 req_src_ip=192.0.2.1 ...".
 */
#ifndef SX_NOISY_H
#define SX_NOISY_H

#include "wire/message.h"

/** The first Warning value with code 392; FALSE if there is none. */
gboolean sx_noisy_find(const sx_message *message, sx_slice *warning);

/** The value of `name=value` in such a Warning; empty if it is not there. */
sx_slice sx_noisy_field(sx_slice warning, const char *name);

#endif
