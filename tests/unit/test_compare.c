/* SPDX-License-Identifier: GPL-2.0-or-later
 * Comparisons: any two codes, in every language.
 */
#include "compare/compare.h"

#include <string.h>

#include "knowledge/knowledge.h"

/* Limits in characters, those of GUIDE.md; another language may take 30 percent more. */
#define DIFFERENCE_MOST 420
#define KEY_MOST 160

static guint n_of(char **list) {
    return g_strv_length(list);
}

static void assert_short(const char *text, guint most, sx_language language) {
    guint limit = language == SX_ENGLISH ? most : most * 130 / 100;
    if (text[0] == '\0' || (guint)g_utf8_strlen(text, -1) > limit)
        g_error("%u characters: %s", (guint)g_utf8_strlen(text, -1), text);
    g_assert_null(strpbrk(text, "{}?\001\002\003\004\005\006"));
}

static void assert_list(char **list, guint fewest, guint most, sx_language language) {
    g_assert_cmpuint(n_of(list), >=, fewest);
    g_assert_cmpuint(n_of(list), <=, most);
    for (char **text = list; *text != NULL; text++) {
        assert_short(*text, KEY_MOST, language);
        for (char **other = list; other != text; other++)
            g_assert_cmpstr(*text, !=, *other);
    }
}

static void assert_names_both(char **list, guint low, guint high) {
    char names[2][8];
    g_snprintf(names[0], sizeof names[0], "%u", low);
    g_snprintf(names[1], sizeof names[1], "%u", high);
    for (; *list != NULL; list++) {
        if (strstr(*list, names[0]) == NULL || strstr(*list, names[1]) == NULL)
            g_error("%u and %u: %s", low, high, *list);
    }
}

static void assert_good(guint one, guint other, sx_language language) {
    sx_comparison *c = sx_compare(one, other, language);
    g_assert_nonnull(c);
    g_assert_cmpuint(c->low, ==, MIN(one, other));
    g_assert_cmpuint(c->high, ==, MAX(one, other));
    assert_short(c->difference, DIFFERENCE_MOST, language);
    assert_list(c->key_differences, 3, 6, language);
    assert_list(c->uses, 2, 4, language);
    assert_list(c->elsewhere, 0, 4, language);
    assert_names_both(c->key_differences, c->low, c->high);
    g_assert_cmpstr(c->reference, !=, "");
    char *const *alone = sx_key_differences(other, one, language);
    g_assert_true(
        g_strv_equal((const char *const *)alone, (const char *const *)c->key_differences));
    sx_comparison_free(c);
}

static guint code_at(guint i) {
    /* Behind the codes that are known, numbers that nobody registered: two of each class. */
    return i < sx_n_code_entries ? sx_code_entries[i].code
                                 : 196 + (i - sx_n_code_entries) / 2 * 100 + i % 2;
}

static void any_two_keep_form_and_limits(void) {
    guint n = sx_n_code_entries + 12;
    for (sx_language language = 0; language < sx_n_languages(); language++) {
        for (guint low = 0; low < n; low++) {
            for (guint high = low + 1; high < n; high++)
                assert_good(code_at(high), code_at(low), language);
        }
    }
}

static void assert_texts(char **list, const char *const *wanted) {
    for (; *wanted != NULL; wanted++, list++)
        g_assert_cmpstr(*list, ==, *wanted);
    g_assert_null(*list);
}

static void two_classes(void) {
    static const char *const keys[] = {
        "Class: 180 is provisional (1xx), 503 is a server failure (5xx)",
        "Who sends it: 180 comes from the callee's phone or a server that answers for it; 503 can "
        "come from any server or device on the path",
        "Retry: after 180 nothing is to be repeated; after 503 the request can succeed at another "
        "server or address",
        "What the caller does next: after 180 it waits for the final response; after 503 it leaves "
        "this server alone for Retry-After",
        "Headers: in 180 look for RSeq and Alert-Info; in 503 for Retry-After and Reason",
        "Scope: 180 answers INVITE; 503 answers any request",
        NULL};
    static const char *const uses[] = {
        "Send 180 when the callee's phone rings",
        "Send 503 with Retry-After when you can serve no requests at the moment", NULL};
    static const char *const elsewhere[] = {
        "HTTP: 503 means the same there",
        "Q.850: a gateway turns 503 into cause 41 (temporary failure)",
        "XMPP: internal-server-error stands for 503", NULL};
    sx_comparison *c = sx_compare(503, 180, SX_ENGLISH);
    g_assert_false(c->by_hand);
    g_assert_cmpstr(
        c->difference, ==,
        "180 leaves the request open; 503 ends it, because a server could not do its "
        "part. 180 means: the called user is being alerted. 503 means: the server cannot "
        "serve requests at this time.");
    assert_texts(c->key_differences, keys);
    assert_texts(c->uses, uses);
    assert_texts(c->elsewhere, elsewhere);
    sx_comparison_free(c);
}

static void two_that_are_nearly_one(void) {
    static const char *const keys[] = {
        "Who sends it: 475 comes from an OpenSIPS proxy; 479 comes from a Kamailio or SER proxy",
        "Retry: after both 475 and 479 a changed request can succeed",
        "What the caller does next: after both 475 and 479 it has the URI corrected where it was "
        "made",
        NULL};
    sx_comparison *c = sx_compare(475, 479, SX_ENGLISH);
    g_assert_cmpstr(c->difference, ==,
                    "Both are the answer of one server or device and do not speak for others. "
                    "Both mean: the proxy could not parse the URI. "
                    "Neither is registered, and clients treat both as 400.");
    assert_texts(c->key_differences, keys);
    sx_comparison_free(c);
}

static void one_that_nobody_registered(void) {
    sx_comparison *c = sx_compare(200, 499, SX_ENGLISH);
    g_assert_true(
        g_str_has_suffix(c->difference, "499 is not registered, and clients treat it as 400."));
    g_assert_cmpstr(c->uses[1], ==,
                    "Do not send 499: it is not registered, and clients treat it as 400");
    sx_comparison_free(c);
    c = sx_compare(150, 411, SX_ENGLISH); /* one that RFC 3261 dropped is another matter */
    g_assert_nonnull(strstr(c->difference, "150 is not registered, and clients treat it as 183. "
                                           "411 is from RFC 2543 and was dropped"));
    sx_comparison_free(c);
}

static void those_by_hand(void) {
    sx_comparison *c = sx_compare(401, 200, SX_ENGLISH);
    g_assert_true(c->by_hand);
    g_assert_cmpuint(n_of(c->key_differences), ==, 6);
    g_assert_nonnull(strstr(c->key_differences[4], "three-way handshake"));
    g_assert_nonnull(strstr(c->reference, "22.2"));
    sx_comparison_free(c);
    g_assert_true(sx_is_compared_by_hand(401, 200));
    g_assert_false(sx_is_compared_by_hand(401, 201));
    guint low, high, n = 0;
    for (; sx_pair_by_hand(n, &low, &high); n++)
        g_assert_true(sx_is_compared_by_hand(high, low));
    g_assert_cmpuint(n, ==, 36);
}

static void what_cannot_be_compared(void) {
    static const guint pairs[][2] = {{401, 401}, {99, 401}, {401, 700}, {0, G_MAXUINT}};
    for (guint i = 0; i < G_N_ELEMENTS(pairs); i++) {
        g_assert_false(sx_can_compare(pairs[i][0], pairs[i][1]));
        g_assert_null(sx_compare(pairs[i][0], pairs[i][1], SX_ENGLISH));
    }
    sx_comparison_free(NULL);
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/compare/any two", any_two_keep_form_and_limits);
    g_test_add_func("/compare/two classes", two_classes);
    g_test_add_func("/compare/nearly one", two_that_are_nearly_one);
    g_test_add_func("/compare/unregistered", one_that_nobody_registered);
    g_test_add_func("/compare/by hand", those_by_hand);
    g_test_add_func("/compare/not comparable", what_cannot_be_compared);
    return g_test_run();
}
