/* SPDX-License-Identifier: GPL-2.0-or-later
 * The header fields that the engine reads, by name and compact form (RFC 3261 section 7.3).
 */
#ifndef SX_HEADER_H
#define SX_HEADER_H

#include "wire/slice.h"

/* Ascending by the length of the name. */
#define SX_HEADERS(X)                                                                              \
    X(TO, "To")                                                                                    \
    X(VIA, "Via")                                                                                  \
    X(CSEQ, "CSeq")                                                                                \
    X(DATE, "Date")                                                                                \
    X(FROM, "From")                                                                                \
    X(PATH, "Path")                                                                                \
    X(RACK, "RAck")                                                                                \
    X(RSEQ, "RSeq")                                                                                \
    X(ALLOW, "Allow")                                                                              \
    X(EVENT, "Event")                                                                              \
    X(ROUTE, "Route")                                                                              \
    X(ACCEPT, "Accept")                                                                            \
    X(MIN_SE, "Min-SE")                                                                            \
    X(REASON, "Reason")                                                                            \
    X(SERVER, "Server")                                                                            \
    X(CALL_ID, "Call-ID")                                                                          \
    X(CONTACT, "Contact")                                                                          \
    X(EXPIRES, "Expires")                                                                          \
    X(PRIVACY, "Privacy")                                                                          \
    X(REQUIRE, "Require")                                                                          \
    X(WARNING, "Warning")                                                                          \
    X(IDENTITY, "Identity")                                                                        \
    X(REFER_TO, "Refer-To")                                                                        \
    X(REPLACES, "Replaces")                                                                        \
    X(SIP_ETAG, "SIP-ETag")                                                                        \
    X(CALL_INFO, "Call-Info")                                                                      \
    X(DIVERSION, "Diversion")                                                                      \
    X(RECV_INFO, "Recv-Info")                                                                      \
    X(REFER_SUB, "Refer-Sub")                                                                      \
    X(SUPPORTED, "Supported")                                                                      \
    X(TIMESTAMP, "Timestamp")                                                                      \
    X(ALERT_INFO, "Alert-Info")                                                                    \
    X(ERROR_INFO, "Error-Info")                                                                    \
    X(USER_AGENT, "User-Agent")                                                                    \
    X(GEOLOCATION, "Geolocation")                                                                  \
    X(MAX_BREADTH, "Max-Breadth")                                                                  \
    X(MIN_EXPIRES, "Min-Expires")                                                                  \
    X(REFERRED_BY, "Referred-By")                                                                  \
    X(RETRY_AFTER, "Retry-After")                                                                  \
    X(UNSUPPORTED, "Unsupported")                                                                  \
    X(ALLOW_EVENTS, "Allow-Events")                                                                \
    X(CONTENT_TYPE, "Content-Type")                                                                \
    X(FEATURE_CAPS, "Feature-Caps")                                                                \
    X(HISTORY_INFO, "History-Info")                                                                \
    X(MAX_FORWARDS, "Max-Forwards")                                                                \
    X(RECORD_ROUTE, "Record-Route")                                                                \
    X(SIP_IF_MATCH, "SIP-If-Match")                                                                \
    X(AUTHORIZATION, "Authorization")                                                              \
    X(P_EARLY_MEDIA, "P-Early-Media")                                                              \
    X(PROXY_REQUIRE, "Proxy-Require")                                                              \
    X(SERVICE_ROUTE, "Service-Route")                                                              \
    X(ALERTMSG_ERROR, "AlertMsg-Error")                                                            \
    X(CONTENT_LENGTH, "Content-Length")                                                            \
    X(MS_DIAGNOSTICS, "ms-diagnostics")                                                            \
    X(ACCEPT_ENCODING, "Accept-Encoding")                                                          \
    X(ACCEPT_LANGUAGE, "Accept-Language")                                                          \
    X(REMOTE_PARTY_ID, "Remote-Party-ID")                                                          \
    X(SECURITY_SERVER, "Security-Server")                                                          \
    X(SECURITY_VERIFY, "Security-Verify")                                                          \
    X(SESSION_EXPIRES, "Session-Expires")                                                          \
    X(TRIGGER_CONSENT, "Trigger-Consent")                                                          \
    X(CONTENT_ENCODING, "Content-Encoding")                                                        \
    X(WWW_AUTHENTICATE, "WWW-Authenticate")                                                        \
    X(GEOLOCATION_ERROR, "Geolocation-Error")                                                      \
    X(PERMISSION_MISSING, "Permission-Missing")                                                    \
    X(PROXY_AUTHENTICATE, "Proxy-Authenticate")                                                    \
    X(SUBSCRIPTION_STATE, "Subscription-State")                                                    \
    X(AUTHENTICATION_INFO, "Authentication-Info")                                                  \
    X(P_ASSERTED_IDENTITY, "P-Asserted-Identity")                                                  \
    X(PROXY_AUTHORIZATION, "Proxy-Authorization")                                                  \
    X(P_PREFERRED_IDENTITY, "P-Preferred-Identity")                                                \
    X(X_ASTERISK_HANGUPCAUSE, "X-Asterisk-HangupCause")                                            \
    X(ACCEPT_RESOURCE_PRIORITY, "Accept-Resource-Priority")                                        \
    X(X_ASTERISK_HANGUPCAUSECODE, "X-Asterisk-HangupCauseCode")

typedef enum {
    SX_HDR_OTHER, /* a header the engine has no use for */
#define X(id, name) SX_HDR_##id,
    SX_HEADERS(X)
#undef X
        SX_N_HDRS
} sx_header_id;

/** Which header has this name or compact form, ASCII case ignored; SX_HDR_OTHER if none the engine reads. */
sx_header_id sx_header_lookup(sx_slice name);

/** The header's name as RFCs write it; "" for SX_HDR_OTHER. */
const char *sx_header_name(sx_header_id id);

#endif
