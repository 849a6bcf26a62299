/* SPDX-License-Identifier: GPL-2.0-or-later
 * Entries of one size by 64-bit keys, of which the newest are kept: the one table of whatever is remembered. An entry
 * begins with its key, a keyed hash (wire/keyed_hash.h); when there is no room the oldest one goes.
 */
#ifndef SX_BOUNDED_MAP_H
#define SX_BOUNDED_MAP_H

#include <glib.h>

#define SX_MAP_BLOCK 64 /* entries allocated at a time */

/** Where an entry is found: open addressing, the next slot follows. */
typedef struct {
    guint32 tag; /* lower half of the key */
    guint32 id;  /* of the entry; 0: the slot is free */
} sx_map_slot;

/** Entries are numbered in the order they came, from 1. They never move while they are kept. */
typedef struct {
    guint8 **blocks;
    sx_map_slot *slots;
    guint32 mask;   /* slots there are, less 1 */
    guint32 n_used; /* slots that are not free, those of dropped entries too */
    guint32 newest; /* id of the newest entry; 0: none */
    guint32 limit;  /* entries that are kept */
    guint32 entry_size;
    guint32 n_blocks;
} sx_bounded_map;

/** Makes an empty map; it takes no memory before its first entry. @param entry_size bytes, with the key at its start */
void sx_map_init(sx_bounded_map *map, gsize entry_size, guint32 limit);

/** Frees the entries; what hangs on them must be freed before. */
void sx_map_clear(sx_bounded_map *map);

/** Whether there is still an entry with this id; 0 is none. */
static inline gboolean sx_map_has(const sx_bounded_map *map, guint32 id) {
    return id - 1 < map->newest && map->newest - id < map->limit;
}

/** The entry with this id; NULL if it was dropped, or never was. */
static inline void *sx_map_at(const sx_bounded_map *map, guint32 id) {
    guint32 place = id - 1;
    if (!sx_map_has(map, id))
        return NULL;
    if (place >= map->limit)
        place %= map->limit;
    return map->blocks[place / SX_MAP_BLOCK] + (gsize)(place % SX_MAP_BLOCK) * map->entry_size;
}

/** Id of the newest entry with this key; 0 if there is none. */
static inline guint32 sx_map_id(const sx_bounded_map *map, guint64 key) {
    if (map->newest == 0)
        return 0;
    for (guint32 at = (guint32)key & map->mask; map->slots[at].id != 0; at = (at + 1) & map->mask) {
        if (map->slots[at].tag != (guint32)key)
            continue;
        const guint64 *entry = (const guint64 *)sx_map_at(map, map->slots[at].id);
        if (entry != NULL && *entry == key)
            return map->slots[at].id;
    }
    return 0;
}

/** The newest entry with this key; NULL if there is none. */
static inline void *sx_map_find(const sx_bounded_map *map, guint64 key) {
    return sx_map_at(map, sx_map_id(map, key));
}

/** The oldest entry, if the next one takes its place; else NULL. */
static inline void *sx_map_outgoing(const sx_bounded_map *map) {
    return map->newest >= map->limit ? sx_map_at(map, map->newest - map->limit + 1) : NULL;
}

/**
 * Adds an entry, all zero but its key, also where there are others with this key: those are found by their ids only.
 * @return valid until `limit` further entries have come
 */
void *sx_map_add(sx_bounded_map *map, guint64 key);

/** The newest entry with this key; added if there is none. */
static inline void *sx_map_put(sx_bounded_map *map, guint64 key) {
    void *entry = sx_map_find(map, key);
    return entry != NULL ? entry : sx_map_add(map, key);
}

#endif
