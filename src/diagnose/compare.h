/* SPDX-License-Identifier: GPL-2.0-or-later
 * The one comparison that every family may ask: how a request in a dialog differs from what the capture has shown before.
 * Its way is compared when it comes, its tags when it is refused: only then both are told.
 */
#ifndef SX_DIAGNOSE_COMPARE_H
#define SX_DIAGNOSE_COMPARE_H

#include "diagnose/told.h"

/** What differs on the way of a request (RFC 3261 sections 12.2.1.1 and 8.1.2). */
typedef enum {
    SX_WAY_NO_ROUTE,    /* no Route, but there is a route set */
    SX_WAY_ROUTE_ORDER, /* the right routes from the last to the first */
    SX_WAY_ROUTE,       /* other routes */
    SX_WAY_TARGET,      /* the Request-URI is another host or port than the Contact */
    SX_WAY_USER,        /* the same host and port, another user */
    SX_WAY_HOST,        /* sent to another address than Route or Request-URI asks for */
    SX_WAY_PORT,        /* the same address, another port */
    SX_N_WAYS
} sx_way;

/** One difference. Texts live as long as the findings. */
typedef struct {
    guint8 what; /* sx_way */
    guint32
        frame; /* of the message that tells what is expected; of the request itself for HOST, PORT */
    const char *expected; /* URI */
    const char *actual;   /* URI; for HOST and PORT where it was sent to; NULL: nothing */
} sx_difference;

#define SX_MAX_DIFFERENCES 3

typedef struct {
    guint n;
    sx_difference items[SX_MAX_DIFFERENCES];
} sx_differences;

/** Compares the request at hand with what its sender was told. found->n is 0 where nothing differs, or nothing is known. */
void sx_compare_way(sx_context *context, sx_differences *found);

/** How the request of a transaction differed; NULL: it did not. */
const sx_differences *sx_differences_of(const sx_transaction *transaction);

/** Whether a code that refuses a request in a dialog speaks of its way, or may do so. */
gboolean sx_is_of_routing(guint code);
gboolean sx_may_be_of_routing(guint code);

/**
 * Adds rows about a refused request in a dialog to the finding that is being made: its way, if the code may be due to it, and
 * that its dialog was an early one.
 */
void sx_compare_add_rows(sx_context *context);

/** What is wrong with the tags of a request. */
typedef enum {
    SX_TAGS_FIT,
    SX_TAGS_TO_MISSING,
    SX_TAGS_FROM_MISSING,
    SX_TAGS_EXCHANGED,
    SX_TAGS_OTHER_BRANCH, /* To tag of a 1xx of a branch of a fork that another one won */
    SX_TAGS_TO_UNKNOWN,
} sx_tags;

/**
 * Compares the tags of the request that the message at hand answers.
 * @param dialog set to the dialog that it is meant for, as far as one is known; else NULL
 */
sx_tags sx_compare_tags(const sx_context *context, const sx_dialog **dialog);

#endif
