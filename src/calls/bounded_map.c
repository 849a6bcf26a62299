/* SPDX-License-Identifier: GPL-2.0-or-later
 * A ring of entries in blocks, and slots that say where a key is. The slot of a dropped entry is known by its id; it is
 * used again, or goes when the slots are laid out anew, which costs a few steps an entry.
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

/* Half of the slots stay free, so that searches end soon. */
static gboolean is_full(const sx_bounded_map *map) {
    return map->slots == NULL || map->n_used > map->mask / 2;
}

/* Lays the slots out anew, without those of dropped entries, with room for as many entries again. */
static void lay_out(sx_bounded_map *map) {
    sx_map_slot *old = map->slots;
    guint32 n_old = old != NULL ? map->mask + 1 : 0;
    guint32 n = FEWEST_SLOTS;
    map->n_used = 0;
    for (guint32 i = 0; i < n_old; i++)
        map->n_used += sx_map_has(map, old[i].id) ? 1 : 0;
    while (n / 4 < map->n_used)
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

/* The slot for a key: that of the newest entry with it, else one whose entry was dropped, else a free one. */
static sx_map_slot *slot_for(sx_bounded_map *map, guint64 key) {
    sx_map_slot *dropped = NULL;
    guint32 at = (guint32)key & map->mask;
    for (; map->slots[at].id != 0; at = (at + 1) & map->mask) {
        sx_map_slot *slot = &map->slots[at];
        if (!sx_map_has(map, slot->id))
            dropped = slot;
        else if (slot->tag == (guint32)key && *(const guint64 *)sx_map_at(map, slot->id) == key)
            return slot;
    }
    return dropped != NULL ? dropped : &map->slots[at];
}

static void add_block(sx_bounded_map *map) {
    if ((map->n_blocks & (map->n_blocks - 1)) == 0) /* doubled each time it is full */
        map->blocks = g_renew(guint8 *, map->blocks, MAX(2 * map->n_blocks, 1));
    map->blocks[map->n_blocks++] = g_malloc((gsize)SX_MAP_BLOCK * map->entry_size);
}

void *sx_map_add(sx_bounded_map *map, guint64 key) {
    if (is_full(map))
        lay_out(map);
    guint32 id = ++map->newest;
    if ((id - 1) % SX_MAP_BLOCK == 0 && id <= map->limit)
        add_block(map);
    sx_map_slot *slot = slot_for(map, key);
    map->n_used += slot->id == 0 ? 1 : 0;
    *slot = (sx_map_slot){(guint32)key, id};
    guint64 *entry = (guint64 *)sx_map_at(map, id);
    memset(entry, 0, map->entry_size);
    *entry = key;
    return entry;
}
