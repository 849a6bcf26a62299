/* SPDX-License-Identifier: GPL-2.0-or-later
 * What compilers do beyond C11, and the portable way beside it: GCC and Clang, MSVC, any other. Nothing else in src/ uses
 * an extension. SX_PORTABLE takes the portable way wherever there is one, so that it is tested too.
 */
#ifndef SX_COMPILER_H
#define SX_COMPILER_H

#include <glib.h>

#if defined(__GNUC__) && !defined(SX_PORTABLE)
#define SX_GNU_EXTENSIONS 1
#endif

/* Where inlining, or none, makes a difference that was measured. */
#if defined(SX_GNU_EXTENSIONS)
#define SX_NO_INLINE __attribute__((noinline))
#define SX_ALWAYS_INLINE inline __attribute__((always_inline))
#elif defined(_MSC_VER)
#define SX_NO_INLINE __declspec(noinline)
#define SX_ALWAYS_INLINE __forceinline
#else
#define SX_NO_INLINE
#define SX_ALWAYS_INLINE inline
#endif

/** Begins a function that runs when the program or plugin is loaded: `SX_AT_START(name) { ... }`. C has no such thing. */
#if defined(__GNUC__)
#define SX_AT_START(name) static __attribute__((constructor)) void name(void)
#elif defined(_MSC_VER)
#pragma section(".CRT$XCU", read)
#define SX_AT_START(name)                                                                          \
    static void __cdecl name(void);                                                                \
    __declspec(allocate(".CRT$XCU")) void(__cdecl * sx_start_##name)(void) = name;                 \
    static void __cdecl name(void)
#else
#error "How does this compiler run a function at the start of a program?"
#endif

/** The place of the lowest bit that is set: 0 to 63. @param bits not 0 */
static inline guint sx_lowest_bit(guint64 bits) {
#if defined(SX_GNU_EXTENSIONS)
    return (guint)__builtin_ctzll(bits);
#else
    guint place = 0;
    for (guint half = 32; half > 0; half /= 2) {
        if ((bits & (((guint64)1 << half) - 1)) == 0) {
            bits >>= half;
            place += half;
        }
    }
    return place;
#endif
}

/** The product of two numbers, both halves of its 128 bits folded into one by exclusive or. */
static inline guint64 sx_folded_product(guint64 a, guint64 b) {
#if defined(SX_GNU_EXTENSIONS) && defined(__SIZEOF_INT128__)
    __extension__ typedef unsigned __int128 wide;
    wide product = (wide)a * b;
    return (guint64)product ^ (guint64)(product >> 64);
#else
    guint64 low = (a & G_MAXUINT32) * (b & G_MAXUINT32);
    guint64 one = (a >> 32) * (b & G_MAXUINT32) + (low >> 32); /* does not overflow */
    guint64 other = (a & G_MAXUINT32) * (b >> 32) + (one & G_MAXUINT32);
    guint64 high = (a >> 32) * (b >> 32) + (one >> 32) + (other >> 32);
    return (other << 32 | (low & G_MAXUINT32)) ^ high;
#endif
}

#endif
