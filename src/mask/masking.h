/* SPDX-License-Identifier: GPL-2.0-or-later
 * The inside of the masks; for the files of this folder only. All of them work in place.
 */
#ifndef SX_MASKING_H
#define SX_MASKING_H

#include "mask/mask.h"

/** Bytes that are masked. */
typedef struct {
    char *p;
    gsize len;
} sx_span;

struct sx_mask {
    guint64 key[2];
    GHashTable *known;  /* guint64 *, hashes of the identities met so far, for free text */
    GHashTable *common; /* char *, words that SIP itself uses, in lower case */
    gboolean attacks;   /* the message at hand: its SQL and script are no names */
};

/** How words are masked. */
typedef enum {
    SX_MASK_ONLY,     /* tags, ids, nonces */
    SX_MASK_IDENTITY, /* users, hosts, names: free text must not say them either */
    SX_MASK_NAMED,    /* a word before "=" is a name and stays */
} sx_mask_way;

static inline sx_span sx_span_of(char *p, const char *end) {
    return (sx_span){p, (gsize)(end - p)};
}

static inline sx_slice sx_span_slice(sx_span s) {
    return (sx_slice){s.p, s.len};
}

/** What follows the first n bytes. */
static inline sx_span sx_span_after(sx_span s, gsize n) {
    return (sx_span){s.p + MIN(n, s.len), s.len - MIN(n, s.len)};
}

/** Where a character stands; s.len if nowhere. */
static inline gsize sx_span_find(sx_span s, char c) {
    const char *found = s.len > 0 ? memchr(s.p, c, s.len) : NULL;
    return found != NULL ? (gsize)(found - s.p) : s.len;
}

/** Without blanks and line ends around it. */
sx_span sx_span_trim(sx_span s);

/** 64 bits that depend on the key, on what came before and on this number; not to be had without the key. */
guint64 sx_mask_step(const sx_mask *mask, guint64 before, guint64 number);

/** Whether this word, of whatever case, was met as an identity. */
gboolean sx_mask_knows(const sx_mask *mask, sx_slice word);

/** Masks one word: letters and digits; other characters stay. */
void sx_mask_word(sx_mask *mask, sx_span word, sx_mask_way way);

/** Masks all words and addresses. */
void sx_mask_words(sx_mask *mask, sx_span s, sx_mask_way way);

/** Makes all letters "x" and all digits "0". */
void sx_mask_blank(sx_span s);

/** Masks free text: addresses, URIs, long numbers and what is known as an identity. */
void sx_mask_text(sx_mask *mask, sx_span s);

/** Masks the IP address that begins here. @return how long it is; 0: there is none */
gsize sx_mask_ip_text(const sx_mask *mask, sx_span s);

/** Masks an IP address of 4 or 16 bytes. */
void sx_mask_ip(const sx_mask *mask, guint8 *ip, guint len);

/** Masks a host, a port may follow. */
void sx_mask_host(sx_mask *mask, sx_span s);

/** Masks a URI (RFC 3261 section 19.1, RFC 3966). */
void sx_mask_uri(sx_mask *mask, sx_span s);

/** Masks values with display names, unless these are kept, URIs and parameters (RFC 3261 section 20.10). */
void sx_mask_addresses(sx_mask *mask, sx_span s, gboolean keep_display);

/** Masks ";name=value" and what follows, up to the end. */
void sx_mask_params(sx_mask *mask, sx_span s);

/** Masks parameters that tell of somebody behind words of the protocol: `dialog;call-id=x` (RFC 4235), file names. */
void sx_mask_features(sx_mask *mask, sx_span s);

/** Masks Via values. */
void sx_mask_vias(sx_mask *mask, sx_span s);

/** Masks challenges or credentials (RFC 7616). */
void sx_mask_credentials(sx_mask *mask, sx_span s);

/** Masks the value of Identity (RFC 8224): numbers in it too. */
void sx_mask_identity(sx_mask *mask, sx_span s);

/** Masks a body of this Content-Type. */
void sx_mask_body(sx_mask *mask, sx_span body, sx_slice content_type, guint depth);

/** sx_mask_message() inside of a body. */
void sx_mask_nested(sx_mask *mask, sx_span s, guint depth);

#endif
