/* SPDX-License-Identifier: GPL-2.0-or-later
 * What the sides of a call told each other, hop by hop: their tags, where they want to get requests (Contact), and by which
 * way (Record-Route; RFC 3261 section 12.1).
 */
#ifndef SX_DIAGNOSE_TOLD_H
#define SX_DIAGNOSE_TOLD_H

#include "diagnose/rule.h"

/** What one hop was told by one side. */
typedef struct {
    guint64 tag;    /* of the side */
    guint64 target; /* of its newest Contact, as sx_uri_target(); 0: none seen */
    const sx_host *from, *to;
    char *tag_text;      /* valid UTF-8; only in the first one with this tag */
    const char *contact; /* these two live as long as the findings; NULL: none */
    const char *record_route;
    /* Halves of hashes: there is one for each of a million calls, and two that are equal by chance only hide a difference. */
    guint32 before; /* target of the Contact before, which may still be in use */
    guint32 routes; /* route set in the order of the Routes that follow; 0: there is none */
    guint32 raw;    /* the only Record-Route as it stands; 0: there are none or several */
    guint32 next;   /* key of the host that requests for this side go to; 0: a name, or not known */
    guint32 frame;  /* that brought the tag up at this hop */
    guint32 contact_frame; /* message with that Contact */
    guint32 route_frame;   /* message that tells the route set; 0: not known */
    guint16 to_port;       /* UDP: of the receiver; else 0 */
    guint16 next_port;     /* 0: 5060 */
    guint8 n_routes;
    guint ends_here : 1; /* the receiver may be the other side, and no proxy */
    guint strict : 1;    /* a route has no lr */
} sx_told;

#define SX_MAX_TOLD 8 /* of one call */

/** All of a call: most have one hop and two sides. */
typedef struct {
    guint n;
    sx_told first[2];
    sx_told *more; /* the others */
} sx_tolds;

/** One of them, by its number from 0. */
static inline const sx_told *sx_told_number(const sx_tolds *all, guint number) {
    return number < G_N_ELEMENTS(all->first) ? &all->first[number]
                                             : &all->more[number - G_N_ELEMENTS(all->first)];
}

/** What is known of a call; NULL if nothing is. */
const sx_tolds *sx_tolds_of_call(const sx_call *call);

/** What is known of the call of the message; NULL if nothing is. */
const sx_tolds *sx_tolds_of(const sx_context *context);

/** The first that was told with this tag; NULL if it is not known. It has the text of the tag. */
const sx_told *sx_told_first(const sx_tolds *all, guint64 tag);

/** What a side with this tag told over this hop; NULL: nothing. */
const sx_told *sx_told_at(const sx_tolds *all, guint64 tag, const sx_host *from, const sx_host *to);

/** Whether a side with this tag sent something over this hop. */
gboolean sx_told_over(const sx_tolds *all, guint64 tag, const sx_host *from, const sx_host *to);

/**
 * What the sender of the request at hand was told by the side that it is for; NULL if that is not known without a doubt,
 * or if the sender is a proxy.
 */
const sx_told *sx_told_to_sender(const sx_context *context);

/** What was told over the hop of the request at hand in the other direction; NULL as above. Its sender may be a proxy. */
const sx_told *sx_told_at_hop(const sx_context *context);

/** Reads the routes of a header, Route or Record-Route. @param hashes each one's, as sx_uri_target() @return how many */
#define SX_MAX_ROUTES 10
guint sx_routes_read(const sx_message *message, sx_header_id header, guint64 hashes[SX_MAX_ROUTES],
                     gboolean *strict);

/** Hash of routes in their order, or from the last to the first; 0 of none. */
guint32 sx_routes_hash(const guint64 *hashes, guint n, gboolean backwards);

#endif
