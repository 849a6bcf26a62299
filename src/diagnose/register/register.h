/* SPDX-License-Identifier: GPL-2.0-or-later
 * What others may ask about registrations.
 */
#ifndef SX_REGISTER_H
#define SX_REGISTER_H

#include "diagnose/rule.h"

#define SX_REGISTER_MAX_KEPT 3 /* Contacts that are kept of a 2xx */

/** A Contact that a registrar lists. */
typedef struct {
    guint64 uri; /* hash */
    gint64 ends;
    guint32 transaction; /* of the REGISTER that brought it */
    guint32 frame;       /* of the 2xx that listed it last */
} sx_kept_contact;

/** Answers in a row that grant less than was asked for, to a client that then asks for what it was granted. */
typedef struct {
    guint32 asked, granted; /* seconds: at first, at last */
    guint32 first_frame, frame;
    guint32 n; /* 0: the last answer was none */
} sx_register_shrinking;

/** The last accepted REGISTER of an address-of-record at a server. */
typedef struct {
    guint64 key;
    gint64 ends;         /* when the registration ends; removed: when that was accepted */
    guint32 frame;       /* of the response; 0: nobody said how long it lasts */
    guint32 transaction; /* of the REGISTER */
    guint8 removed;      /* gboolean */
    guint8 dropped_reported, repeated_reported; /* gboolean */
    guint8 n_contacts;
    sx_register_shrinking shrinking;
    sx_kept_contact contacts[SX_REGISTER_MAX_KEPT]; /* whose REGISTER is in the capture */
} sx_registration;

/** That of the address in To of a request at its server; NULL if none is known. */
const sx_registration *sx_register_last(const sx_context *context,
                                        const sx_transaction *transaction);

/** What a REGISTER does; FALSE for other requests. */
gboolean sx_register_removes(const sx_transaction *transaction);
gboolean sx_register_asks(const sx_transaction *transaction); /* it has no Contact: the bindings */

/** The same where it lives: the REGISTER with which its user is registered at this server now; NULL if none is known. */
const sx_transaction *sx_register_alive(const sx_context *context,
                                        const sx_transaction *transaction, guint32 *frame);

/** A phone, PBX or gateway that registered from one address and port. */
typedef struct {
    guint64 key;
    guint64 users[4];    /* hashes of the user in Contact; 0: no more */
    gint64 time;         /* of the last 2xx */
    guint32 transaction; /* of its REGISTER */
    guint32 frame;       /* of that REGISTER */
} sx_registered_phone;

/** The one that a request is sent to, registered at the host that sends it; NULL if none is known. */
const sx_registered_phone *sx_register_phone(const sx_context *context,
                                             const sx_transaction *transaction);

/** Adds to the finding at hand what was asked for and granted, where the answer to a REGISTER grants less or more. */
typedef void (*sx_granted_row)(sx_finding_builder *out, guint64 asked, guint64 granted);
void sx_register_add_granted(sx_context *context, sx_granted_row row);

/** Adds to the finding at hand that a REGISTER refused with 423 asks for no more than it was granted before. */
void sx_register_add_shrunk(sx_context *context);

/** Frame of the last 2xx that binds an address-of-record, at whatever server; 0: none, or it was removed since. */
guint32 sx_register_frame(const sx_context *context, guint64 aor);

#endif
