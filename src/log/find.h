/* SPDX-License-Identifier: GPL-2.0-or-later
 * Bytes in bytes: what the GNU library has functions for that C and POSIX lack.
 */
#ifndef SX_LOG_FIND_H
#define SX_LOG_FIND_H

#include <glib.h>
#include <string.h>

#if defined(__GLIBC__) && defined(_GNU_SOURCE) && !defined(SX_PORTABLE)
#define SX_HAS_GNU_SEARCH 1
#endif

/** Where some bytes stand first; NULL if nowhere. @param needle not empty */
static inline const char *sx_find_bytes(const char *p, gsize len, const char *needle,
                                        gsize wanted) {
#ifdef SX_HAS_GNU_SEARCH
    return (const char *)memmem(p, len, needle, wanted);
#else
    while (len >= wanted) {
        const char *found = (const char *)memchr(p, needle[0], len - wanted + 1);
        if (found == NULL || memcmp(found, needle, wanted) == 0)
            return found;
        len -= (gsize)(found + 1 - p);
        p = found + 1;
    }
    return NULL;
#endif
}

/** Where a byte stands last; NULL if nowhere. */
static inline const char *sx_find_last(const char *p, char byte, gsize len) {
#ifdef SX_HAS_GNU_SEARCH
    return (const char *)memrchr(p, byte, len);
#else
    while (len > 0) {
        if (p[--len] == byte)
            return p + len;
    }
    return NULL;
#endif
}

#endif
