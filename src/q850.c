/* SPDX-License-Identifier: GPL-2.0-or-later
 * ISDN release causes (ITU-T Q.850) and the SIP codes that go with them.
 * Codes: RFC 3398 sections 7.2.4.1 and 8.2.6.1, 3GPP TS 29.163, and what gateways do by default.
 */
#include "q850.h"

#include <stdlib.h>

#define MAX_CODES 8

typedef struct {
    guint8 cause;
    const char *name;
    guint16 codes[MAX_CODES]; /* ascending; 0 fills up; none: not judged */
} q850_entry;

/* Ascending by cause. 31 and 127 say "no detail": see sx_q850_fits(). */
static const q850_entry entries[] = {
    {1, "number not assigned", {404, 485, 604}},
    {2, "no route to the transit network", {404, 500}},
    {3, "no route to the destination", {404, 500}},
    {4, "special information tone wanted", {400, 500}},
    {5, "wrong trunk prefix dialled", {400, 404, 500}},
    {6, "channel not acceptable", {406, 500}},
    {7, "call delivered in a channel that is already set up", {500}},
    {8, "pre-empted by a call of higher priority", {480, 500}},
    {9, "pre-empted, circuit kept for reuse", {488, 500}},
    {14, "number was ported (query on release)", {500}},
    {16, "normal end of the call", {480, 487}},
    {17, "user busy", {486, 600}},
    {18, "nothing heard from the user's device", {408, 480}},
    {19, "user alerted but did not answer", {480}},
    {20, "subscriber absent", {480}},
    {21, "call rejected", {401, 402, 403, 407, 480, 603}},
    {22, "number has changed", {410}},
    {23, "redirected to a new destination", {400, 410}},
    {24, "rejected by a feature at the destination", {433, 500}},
    {25, "routing error in an exchange", {400, 480, 482, 483, 500}},
    {26, "cleared for a user that was not selected", {404}},
    {27, "destination out of order", {502}},
    {28, "number incomplete or in the wrong format", {484}},
    {29, "facility rejected", {500, 501}},
    {30, "answer to a status enquiry", {500, 501}},
    {31, "normal, no further detail", {0}},
    {33, "circuit out of order", {500}},
    {34, "no circuit or channel free", {480, 486, 503}},
    {38, "network out of order", {500, 501, 502, 503}},
    {39, "permanent connection out of service", {500, 503}},
    {40, "permanent connection in operation", {500, 503}},
    {41, "temporary failure", {400, 409, 481, 500, 503}},
    {42, "switch congested", {500, 503}},
    {43, "access information was dropped", {500, 502}},
    {44, "the requested channel is not free", {500, 503}},
    {46, "blocked by calls of higher precedence", {500}},
    {47, "no resources, no further detail", {500, 503}},
    {49, "quality of service not available", {500, 503}},
    {50, "facility not subscribed", {500, 503}},
    {53, "outgoing calls barred in the closed user group", {500}},
    {55, "incoming calls barred in the closed user group", {403, 603}},
    {56, "call waiting not subscribed", {500}},
    {57, "bearer capability not authorized", {403, 500}},
    {58, "bearer capability not available now", {500, 503}},
    {62, "access information and subscriber class disagree", {500}},
    {63, "service not available, no further detail", {405, 500, 503}},
    {65, "bearer capability not implemented", {488, 500, 501, 606}},
    {66, "channel type not implemented", {480, 500}},
    {69, "facility not implemented", {500, 503}},
    {70, "only restricted digital bearer available", {488, 500, 503}},
    {79, "service not implemented, no further detail", {406, 415, 500, 501}},
    {81, "call reference not valid", {500, 502}},
    {82, "channel does not exist", {500, 502}},
    {83, "no suspended call with this identity", {500, 503}},
    {84, "call identity already in use", {500, 503}},
    {85, "no call is suspended", {500, 503}},
    {86, "call with this identity was cleared", {408, 500}},
    {87, "called user not in the closed user group", {403, 503, 603}},
    {88, "destination not compatible", {500, 503}},
    {90, "closed user group does not exist", {500}},
    {91, "transit network selection not valid", {404, 500, 502}},
    {95, "message not valid, no further detail", {500, 503}},
    {96, "mandatory information element missing", {409, 500}},
    {97, "message type unknown", {480, 500}},
    {98, "message type unknown or wrong in this call state", {409, 500}},
    {99, "information element unknown", {480, 500}},
    {100, "content of an information element not valid", {500, 501}},
    {101, "message does not fit the call state", {500, 503}},
    {102, "a timer ran out", {408, 480, 504}},
    {103, "unknown parameter passed on", {500}},
    {110, "message with unknown parameter dropped", {500}},
    {111, "protocol error, no further detail", {500}},
    {127, "interworking, no further detail", {0}},
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

const char *sx_q850_name(guint cause) {
    const q850_entry *entry = find(cause);
    return entry ? entry->name : NULL;
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
    if (cause == 31)
        g_string_append(text, "480 and codes without a cause of their own");
    return g_string_free(text, FALSE);
}
