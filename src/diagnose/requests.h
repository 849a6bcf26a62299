/* SPDX-License-Identifier: GPL-2.0-or-later
 * What is kept of a request until its response comes, for the evidence and the rules of several families: who called
 * whom, what was required, how long it shall last.
 */
#ifndef SX_DIAGNOSE_REQUESTS_H
#define SX_DIAGNOSE_REQUESTS_H

#include "diagnose/rule.h"

/** Texts of requests outside dialogs by INVITE, MESSAGE and REGISTER; the last two of any. At most SX_SHOWN bytes. */
typedef enum {
    SX_REQUEST_TARGET,       /* user of the Request-URI */
    SX_REQUEST_TARGET_HOST,  /* host of the Request-URI */
    SX_REQUEST_DIGEST_USER,  /* username in Authorization or Proxy-Authorization */
    SX_REQUEST_FROM,         /* user of From; this one and the next six not of a REGISTER */
    SX_REQUEST_ASSERTED,     /* user of P-Asserted-Identity */
    SX_REQUEST_PREFERRED,    /* user of P-Preferred-Identity */
    SX_REQUEST_REMOTE_PARTY, /* user of Remote-Party-ID */
    SX_REQUEST_DIVERSION,    /* user of Diversion */
    SX_REQUEST_HISTORY,      /* user of the first History-Info */
    SX_REQUEST_PRIVACY,
    SX_REQUEST_TO,      /* REGISTER: URI of To */
    SX_REQUEST_CONTACT, /* REGISTER: URI of the first Contact */
    SX_REQUEST_PATH,    /* REGISTER: the first Path */
    SX_REQUEST_REG_ID,  /* REGISTER: reg-id of the first Contact */
    SX_REQUEST_SUPPORTED,
    SX_REQUEST_REQUIRE,
    SX_REQUEST_PROXY_REQUIRE,
    SX_REQUEST_N_TEXTS
} sx_request_text_id;

/** Whether a request had the User-Agent that a response to it has, and no Server names another writer; some proxies copy it. */
gboolean sx_request_shares_product(const sx_transaction *transaction, const sx_message *response);

/** A text; NULL if the request did not have it. */
const char *sx_request_text(const sx_transaction *transaction, sx_request_text_id id);

/** What a request asks for, to be compared with the next one. */
typedef struct {
    guint64 etag;      /* hash of SIP-If-Match; 0: none */
    guint32 expires;   /* shortest interval; SX_NO_SECONDS */
    guint32 session;   /* Session-Expires; SX_NO_SECONDS */
    gboolean verifies; /* has Security-Verify */
} sx_request_terms;

/** The terms of a request; those of one that has none where nothing is kept. */
sx_request_terms sx_request_terms_of(const sx_transaction *transaction);

#endif
