/* SPDX-License-Identifier: GPL-2.0-or-later
 * Counts requests that come in the first part of the time that was granted.
 */
#include "diagnose/renewals.h"

#include "wire/expires.h"
#include "wire/keyed_hash.h"

#define MAX_RENEWALS 20000
#define ENOUGH 5 /* requests in a row: a restart, or two, are nothing to tell of */
#define EARLY 4  /* before this part of the time is over */

void sx_renewals_init(sx_bounded_map *renewals) {
    sx_map_init(renewals, sizeof(sx_renewal), MAX_RENEWALS);
}

guint64 sx_renewal_key(const sx_transaction *transaction, guint64 more) {
    const sx_keys *keys = &transaction->keys;
    const guint64 pieces[] = {keys->method,
                              transaction->client->key,
                              transaction->server->key,
                              keys->from_aor,
                              keys->to_aor,
                              more};
    return sx_hash_bytes(0, pieces, sizeof pieces);
}

/* Told at the 5th one, the 10th, the 20th ... */
static gboolean is_worth_a_word(guint count) {
    guint told = ENOUGH;
    while (told < count)
        told *= 2;
    return told == count;
}

const sx_renewal *sx_renewals_ask(sx_bounded_map *renewals, guint64 key,
                                  const sx_transaction *transaction) {
    sx_renewal *renewal = (sx_renewal *)sx_map_find(renewals, key);
    if (renewal == NULL || !renewal->is_granted)
        return NULL; /* what was not granted may be asked for again */
    gint64 waited = sx_gap(renewal->granted_time, transaction->time);
    renewal->is_granted = FALSE;
    if (waited < (gint64)renewal->granted * (SX_SECOND / EARLY)) {
        renewal->count++;
    } else {
        renewal->count = 1;
        renewal->first_time = transaction->time;
        renewal->first_frame = transaction->frame;
    }
    renewal->last_time = transaction->time;
    return is_worth_a_word(renewal->count) ? renewal : NULL;
}

void sx_renewals_grant(sx_bounded_map *renewals, guint64 key, const sx_packet *packet,
                       guint32 seconds) {
    if (seconds == 0 || seconds == SX_NO_SECONDS)
        return;
    sx_renewal *renewal = (sx_renewal *)sx_map_put(renewals, key);
    renewal->granted = seconds;
    renewal->granted_time = packet->time;
    renewal->granted_frame = packet->frame;
    renewal->is_granted = TRUE;
    if (renewal->count == 0) {
        renewal->count = 1;
        renewal->first_time = packet->time;
        renewal->first_frame = packet->frame;
    }
}
