/* SPDX-License-Identifier: GPL-2.0-or-later
 * What others may ask about registrations.
 */
#ifndef SX_REGISTER_H
#define SX_REGISTER_H

#include "diagnose/rule.h"

/** The last accepted REGISTER of an address-of-record at a server. */
typedef struct {
    guint64 key;
    gint64 ends;   /* when the registration ends; removed: when that was accepted */
    guint32 frame; /* of the response; 0: nobody said how long it lasts */
    gboolean removed;
} sx_registration;

/** That of the address in To of a request at its server; NULL if none is known. */
const sx_registration *sx_register_last(const sx_context *context,
                                        const sx_transaction *transaction);

/** What a REGISTER does; FALSE for other requests. */
gboolean sx_register_removes(const sx_transaction *transaction);
gboolean sx_register_asks(const sx_transaction *transaction); /* it has no Contact: the bindings */

/** Frame of the last 2xx that binds an address-of-record, at whatever server; 0: none, or it was removed since. */
guint32 sx_register_frame(const sx_context *context, guint64 aor);

#endif
