/* SPDX-License-Identifier: GPL-2.0-or-later
 * ISDN release causes (ITU-T Q.850) and the SIP codes that go with them.
 * Codes: RFC 3398 sections 7.2.4.1 and 8.2.6.1, 3GPP TS 29.163, and what gateways, Asterisk (58 for no codec) and
 * FreeSWITCH (88 for the same) do by default.
 */
#include "details/q850.h"

#include <stdlib.h>

#include "evidence.h"

#define MAX_CODES 8

typedef struct {
    guint8 cause;
    guint16 codes[MAX_CODES]; /* ascending; 0 fills up; none: not judged */
} q850_entry;

/* Ascending by cause. 31 and 127 say "no detail": see sx_q850_fits(). */
static const q850_entry entries[] = {
    {1, {404, 485, 604}},
    {2, {404, 500}},
    {3, {404, 500}},
    {4, {400, 500}},
    {5, {400, 404, 500}},
    {6, {406, 500}},
    {7, {500}},
    {8, {480, 500}},
    {9, {488, 500}},
    {14, {500}},
    {16, {480, 487}},
    {17, {486, 600}},
    {18, {408, 480}},
    {19, {480}},
    {20, {480}},
    {21, {401, 402, 403, 407, 480, 603}},
    {22, {410}},
    {23, {400, 410}},
    {24, {433, 500}},
    {25, {400, 480, 482, 483, 500}},
    {26, {404}},
    {27, {502}},
    {28, {484}},
    {29, {500, 501}},
    {30, {500, 501}},
    {31, {0}},
    {33, {500}},
    {34, {480, 486, 503}},
    {38, {500, 501, 502, 503}},
    {39, {500, 503}},
    {40, {500, 503}},
    {41, {400, 409, 481, 500, 503}},
    {42, {500, 503}},
    {43, {500, 502}},
    {44, {500, 503}},
    {46, {500}},
    {47, {500, 503}},
    {49, {500, 503}},
    {50, {500, 503}},
    {53, {500}},
    {55, {403, 603}},
    {56, {500}},
    {57, {403, 500}},
    {58, {488, 500, 503}},
    {62, {500}},
    {63, {405, 480, 500, 503}},
    {65, {488, 500, 501, 606}},
    {66, {480, 500, 503}},
    {69, {500, 501, 503}},
    {70, {488, 500, 503}},
    {79, {406, 415, 500, 501}},
    {81, {500, 502}},
    {82, {500, 502}},
    {83, {500, 503}},
    {84, {500, 503}},
    {85, {500, 503}},
    {86, {408, 500}},
    {87, {403, 503, 603}},
    {88, {488, 500, 503, 606}},
    {90, {500}},
    {91, {404, 500, 502}},
    {95, {500, 503}},
    {96, {409, 500}},
    {97, {480, 500}},
    {98, {409, 500}},
    {99, {480, 500}},
    {100, {500, 501}},
    {101, {500, 503}},
    {102, {408, 480, 504}},
    {103, {500}},
    {110, {500}},
    {111, {500}},
    {127, {0}},
};

/* What RFC 3398 does not list becomes cause 31; so do some codes it lists. */
static const guint16 codes_of_31[] = {
    400, 409, 411, 412, 417, 422, 424, 425, 428, 429, 430, 433, 436, 437, 438, 439, 440, 469, 470,
    473, 475, 476, 477, 478, 479, 480, 488, 489, 490, 491, 493, 494, 555, 580, 606, 607, 608, 687};

static int compare(const void *key, const void *member) {
    return (int)*(const guint *)key - (int)((const q850_entry *)member)->cause;
}

static const q850_entry *find(guint cause) {
    return bsearch(&cause, entries, G_N_ELEMENTS(entries), sizeof entries[0], compare);
}

static gboolean contains(const guint16 *codes, gsize n, guint code) {
    for (gsize i = 0; i < n && codes[i] != 0; i++) {
        if (codes[i] == code)
            return TRUE;
    }
    return FALSE;
}

sx_word sx_q850_name(guint cause) {
    return sx_knowledge_value(SX_VALUES_Q850_CAUSE, cause);
}

gboolean sx_q850_fits(guint cause, guint code) {
    const q850_entry *entry = find(cause);
    if (cause == 31)
        return contains(codes_of_31, G_N_ELEMENTS(codes_of_31), code);
    if (entry == NULL || entry->codes[0] == 0)
        return TRUE;
    return contains(entry->codes, MAX_CODES, code);
}

char *sx_q850_codes(guint cause) {
    const q850_entry *entry = find(cause);
    GString *text = g_string_new(NULL);
    for (guint i = 0; entry != NULL && i < MAX_CODES && entry->codes[i] != 0; i++)
        g_string_append_printf(text, "%s%u", i > 0 ? ", " : "", entry->codes[i]);
    return g_string_free(text, FALSE);
}

guint sx_q850_of_code(guint code) {
    switch (code) {
    case 400:
    case 481:
    case 500:
    case 503: return 41;
    case 401:
    case 402:
    case 403:
    case 407:
    case 603: return 21;
    case 404:
    case 485:
    case 604: return 1;
    case 405: return 63;
    case 406:
    case 415:
    case 501: return 79;
    case 408:
    case 504: return 102;
    case 410: return 22;
    case 413:
    case 414:
    case 416:
    case 420:
    case 421:
    case 423:
    case 505:
    case 513: return 127;
    case 480: return 18;
    case 482:
    case 483: return 25;
    case 484: return 28;
    case 486:
    case 600: return 17;
    case 487: return 0;
    case 502: return 38;
    default: return 31;
    }
}
