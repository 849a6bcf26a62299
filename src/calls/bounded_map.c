/* SPDX-License-Identifier: GPL-2.0-or-later
 * A ring of entries in blocks, and slots that say where a key is. The slot of a dropped entry is told by its id; such
 * slots go when the slots are laid out anew, which costs a few steps an entry.
 */
#include "calls/bounded_map.h"

#include <string.h>

#define FEWEST_SLOTS 16

void sx_map_init(sx_bounded_map *map, gsize entry_size, guint32 limit) {
    *map = (sx_bounded_map){.limit = limit, .entry_size = (guint32)entry_size};
}

void sx_map_clear(sx_bounded_map *map) {
    for (guint32 i = 0; i < map->n_blocks; i++)
        g_free(map->blocks[i]);
    g_free(map->blocks);
    g_free(map->slots);
    sx_map_init(map, map->entry_size, map->limit);
}

/* Room for the entry with this id. */
static void *make_room(sx_bounded_map *map, guint32 id) {
    guint32 block = (id - 1) % map->limit / SX_MAP_BLOCK;
    if (block >= map->n_blocks) {
        if ((map->n_blocks & (map->n_blocks - 1)) == 0) /* doubled each time it is full */
            map->blocks = g_renew(guint8 *, map->blocks, MAX(2 * map->n_blocks, 1));
        map->blocks[map->n_blocks++] = g_malloc((gsize)SX_MAP_BLOCK * map->entry_size);
    }
    void *entry = sx_map_at(map, id);
    memset(entry, 0, map->entry_size);
    return entry;
}

/* Lays the slots out anew, without those of dropped entries, so that at least half of them are free. */
static void lay_out(sx_bounded_map *map) {
    sx_map_slot *old = map->slots;
    guint32 n_old = old != NULL ? map->mask + 1 : 0;
    guint32 n = FEWEST_SLOTS;
    map->n_used = 0;
    for (guint32 i = 0; i < n_old; i++)
        map->n_used += sx_map_has(map, old[i].id) ? 1 : 0;
    while (n / 2 <= map->n_used)
        n *= 2;
    map->slots = g_new0(sx_map_slot, n);
    map->mask = n - 1;
    for (guint32 i = 0; i < n_old; i++) {
        guint32 at = old[i].tag & map->mask;
        if (!sx_map_has(map, old[i].id))
            continue;
        while (map->slots[at].id != 0)
            at = (at + 1) & map->mask;
        map->slots[at] = old[i];
    }
    g_free(old);
}

/* The slot for a key: that of the newest entry with it, else a free one, or one whose entry was dropped. */
static sx_map_slot *slot_for(sx_bounded_map *map, guint64 key) {
    sx_map_slot *dropped = NULL;
    guint32 at = (guint32)key & map->mask;
    for (; map->slots[at].id != 0; at = (at + 1) & map->mask) {
        const guint64 *entry = (const guint64 *)sx_map_at(map, map->slots[at].id);
        if (entry == NULL)
            dropped = &map->slots[at];
        else if (map->slots[at].tag == (guint32)key && *entry == key)
            return &map->slots[at];
    }
    return dropped != NULL ? dropped : &map->slots[at];
}

void *sx_map_add(sx_bounded_map *map, guint64 key) {
    if (map->slots == NULL || map->n_used >= map->mask - map->mask / 4)
        lay_out(map);
    guint32 id = ++map->newest;
    guint64 *entry = (guint64 *)make_room(map, id);
    sx_map_slot *slot = slot_for(map, key);
    if (slot->id == 0)
        map->n_used++;
    *slot = (sx_map_slot){(guint32)key, id};
    *entry = key;
    return entry;
}
