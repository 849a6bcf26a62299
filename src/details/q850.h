/* SPDX-License-Identifier: GPL-2.0-or-later
 * ISDN release causes (ITU-T Q.850) and the SIP codes that go with them.
 */
#ifndef SX_Q850_H
#define SX_Q850_H

#include "knowledge/words.h"

/** What a cause says, in a few words; 0 for one that is not in the table. */
sx_word sx_q850_name(guint cause);

/**
 * Whether a SIP code goes with a cause, by any usual mapping in either direction.
 * @return TRUE as well for causes that are not in the table, and for 127, which stands for anything
 */
gboolean sx_q850_fits(guint cause, guint code);

/** The codes that go with a cause, such as "486, 600"; empty if it is not judged. To be freed with g_free(). */
char *sx_q850_codes(guint cause);

/**
 * The cause that a gateway releases the ISDN side with when it goes by the SIP code (RFC 3398 section 8.2.6.1, Warning
 * and encapsulated ISUP aside).
 * @return 0 for 487, which is mapped to none
 */
guint sx_q850_of_code(guint code);

#endif
