/* SPDX-License-Identifier: GPL-2.0-or-later
 * The bounded map keeps the newest entries, whatever the keys are.
 */
#include "calls/bounded_map.h"

#define LIMIT 1000

typedef struct {
    guint64 key;
    guint32 number;
} entry;

static sx_bounded_map new_map(guint32 limit) {
    sx_bounded_map map;
    sx_map_init(&map, sizeof(entry), limit);
    return map;
}

static void put(sx_bounded_map *map, guint64 key, guint32 number) {
    ((entry *)sx_map_put(map, key))->number = number;
}

static guint32 number_of(const sx_bounded_map *map, guint64 key) {
    const entry *found = (const entry *)sx_map_find(map, key);
    return found != NULL ? found->number : 0;
}

static void test_an_empty_map_has_nothing(void) {
    sx_bounded_map map = new_map(LIMIT);
    g_assert_null(sx_map_find(&map, 0));
    g_assert_null(sx_map_find(&map, 7));
    g_assert_null(sx_map_at(&map, 0));
    g_assert_null(sx_map_at(&map, 1));
    g_assert_null(sx_map_outgoing(&map));
    sx_map_clear(&map);
}

static void test_an_entry_is_found_by_its_whole_key(void) {
    sx_bounded_map map = new_map(LIMIT);
    const guint64 high = G_GUINT64_CONSTANT(1) << 32;
    put(&map, 5, 1);
    put(&map, 5 + high, 2);
    put(&map, 5 + 2 * high, 3);
    put(&map, 0, 4);
    g_assert_cmpuint(number_of(&map, 5), ==, 1);
    g_assert_cmpuint(number_of(&map, 5 + high), ==, 2);
    g_assert_cmpuint(number_of(&map, 5 + 2 * high), ==, 3);
    g_assert_cmpuint(number_of(&map, 5 + 3 * high), ==, 0);
    g_assert_cmpuint(number_of(&map, 0), ==, 4);
    put(&map, 5 + high, 6);
    g_assert_cmpuint(number_of(&map, 5 + high), ==, 6);
    g_assert_cmpuint(map.newest, ==, 4);
    sx_map_clear(&map);
    g_assert_cmpuint(number_of(&map, 5), ==, 0);
}

static void test_the_newest_of_equal_keys_is_found(void) {
    sx_bounded_map map = new_map(LIMIT);
    const entry *first = (const entry *)sx_map_add(&map, 9);
    guint32 older = sx_map_id(&map, 9);
    const entry *second = (const entry *)sx_map_add(&map, 9);
    g_assert_cmpuint(older, ==, 1);
    g_assert_true(sx_map_find(&map, 9) == second);
    g_assert_true(sx_map_at(&map, older) == first);
    sx_map_clear(&map);
}

static void test_the_oldest_entry_goes(void) {
    sx_bounded_map map = new_map(3);
    for (guint32 i = 1; i <= 3; i++)
        put(&map, i, i);
    g_assert_cmpuint(((const entry *)sx_map_outgoing(&map))->number, ==, 1);
    put(&map, 2, 20); /* was there: nothing goes */
    put(&map, 4, 4);
    g_assert_cmpuint(number_of(&map, 1), ==, 0);
    g_assert_cmpuint(number_of(&map, 2), ==, 20);
    g_assert_null(sx_map_at(&map, 1));
    put(&map, 1, 10); /* it may come back */
    g_assert_cmpuint(number_of(&map, 2), ==, 0);
    g_assert_cmpuint(number_of(&map, 1), ==, 10);
    sx_map_clear(&map);
}

static guint64 key_of(guint32 number, guint32 stride) {
    return (guint64)number * stride << 32 | (number % 97) * stride;
}

/* Many entries through a small map; stride 0 gives one tag to all of them. */
static void test_it_is_what_a_plain_table_would_be(gconstpointer argument) {
    guint32 stride = GPOINTER_TO_UINT(argument);
    guint32 n = stride == 0 ? 3 * LIMIT : 100 * LIMIT;
    sx_bounded_map map = new_map(LIMIT);
    for (guint32 i = 1; i <= n; i++) {
        guint64 key = stride == 0 ? (guint64)i << 32 : key_of(i, stride);
        put(&map, key, i);
        if (i % 500 != 0)
            continue;
        for (guint32 back = 0; back < LIMIT + 50 && back < i; back++) {
            guint32 one = i - back;
            guint64 old = stride == 0 ? (guint64)one << 32 : key_of(one, stride);
            g_assert_cmpuint(number_of(&map, old), ==, back < LIMIT ? one : 0);
        }
    }
    g_assert_cmpuint(map.mask + 1, <=, 8 * LIMIT); /* dropped entries hold no slots for long */
    sx_map_clear(&map);
}

static void test_entries_never_move(void) {
    sx_bounded_map map = new_map(LIMIT);
    const entry *first = (const entry *)sx_map_put(&map, 1);
    for (guint32 i = 2; i <= LIMIT; i++)
        put(&map, i, i);
    g_assert_true(sx_map_find(&map, 1) == first);
    sx_map_clear(&map);
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/map/empty", test_an_empty_map_has_nothing);
    g_test_add_func("/map/whole-key", test_an_entry_is_found_by_its_whole_key);
    g_test_add_func("/map/equal-keys", test_the_newest_of_equal_keys_is_found);
    g_test_add_func("/map/oldest-goes", test_the_oldest_entry_goes);
    g_test_add_data_func("/map/many", GUINT_TO_POINTER(0x9e3779b1),
                         test_it_is_what_a_plain_table_would_be);
    g_test_add_data_func("/map/same-place", GUINT_TO_POINTER(4096),
                         test_it_is_what_a_plain_table_would_be);
    g_test_add_data_func("/map/one-tag", GUINT_TO_POINTER(0),
                         test_it_is_what_a_plain_table_would_be);
    g_test_add_func("/map/never-move", test_entries_never_move);
    return g_test_run();
}
