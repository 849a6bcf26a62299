/* SPDX-License-Identifier: GPL-2.0-or-later
 * ISDN causes and the SIP codes that go with them.
 */
#include "details/q850.h"

#include <string.h>

static void test_names(void) {
    g_assert_cmpstr(sx_word_text(SX_ENGLISH, sx_q850_name(17)), ==, "user busy");
    g_assert_cmpstr(sx_word_text(SX_ENGLISH, sx_q850_name(1)), ==, "number not assigned");
    g_assert_cmpstr(sx_word_text(SX_ENGLISH, sx_q850_name(127)), ==,
                    "interworking, no further detail");
    g_assert_cmpuint(sx_q850_name(0), ==, 0);
    g_assert_cmpuint(sx_q850_name(15), ==, 0);
    g_assert_cmpuint(sx_q850_name(128), ==, 0);
    g_assert_cmpuint(sx_q850_name(G_MAXUINT), ==, 0);
}

/* RFC 3398 in both directions. */
static void test_fits(void) {
    static const guint pairs[][2] = {
        {1, 404},  {1, 485},  {17, 486}, {17, 600}, {16, 487},  {19, 480}, {21, 403},
        {21, 603}, {28, 484}, {34, 503}, {38, 502}, {102, 504}, {31, 480}, {31, 488},
        {31, 606}, {58, 488}, {63, 480}, {66, 503}, {69, 501},  {88, 488}, {88, 606}};
    for (guint i = 0; i < G_N_ELEMENTS(pairs); i++)
        g_assert_true(sx_q850_fits(pairs[i][0], pairs[i][1]));
}

static void test_does_not_fit(void) {
    g_assert_false(sx_q850_fits(16, 486));
    g_assert_false(sx_q850_fits(17, 480));
    g_assert_false(sx_q850_fits(47, 480));
    g_assert_false(sx_q850_fits(1, 503));
    g_assert_false(sx_q850_fits(31, 486));
    g_assert_false(sx_q850_fits(58, 486));
    g_assert_false(sx_q850_fits(88, 404));
    g_assert_false(sx_q850_fits(111, 0));
}

/* 127 stands for anything, and nothing is said of causes that are not in the table. */
static void test_not_judged(void) {
    for (guint code = 400; code < 700; code++) {
        g_assert_true(sx_q850_fits(127, code));
        g_assert_true(sx_q850_fits(0, code));
        g_assert_true(sx_q850_fits(255, code));
        g_assert_true(sx_q850_fits(G_MAXUINT, code));
    }
}

/* Every cause with codes fits each code it names, and only those. */
/* What a gateway makes of a code is a cause that fits it, but where RFC 3398 gives up with 31 or 127. */
static void test_of_code(void) {
    for (guint code = 300; code < 700; code++) {
        guint cause = sx_q850_of_code(code);
        if (cause != 0)
            g_assert_cmpuint(sx_q850_name(cause), !=, 0);
        if (cause != 0 && cause != 31)
            g_assert_true(sx_q850_fits(cause, code));
    }
    g_assert_cmpuint(sx_q850_of_code(486), ==, 17);
    g_assert_cmpuint(sx_q850_of_code(480), ==, 18);
    g_assert_cmpuint(sx_q850_of_code(487), ==, 0);
    g_assert_cmpuint(sx_q850_of_code(488), ==, 31);
    g_assert_cmpuint(sx_q850_of_code(65535), ==, 31);
}

static void test_codes(void) {
    for (guint cause = 0; cause < 300; cause++) {
        char *codes = sx_q850_codes(cause);
        for (guint code = 400; cause != 31 && *codes != '\0' && code < 700; code++) {
            char digits[8];
            g_snprintf(digits, sizeof digits, "%u", code);
            g_assert_true(sx_q850_fits(cause, code) == (strstr(codes, digits) != NULL));
        }
        g_free(codes);
    }
    char *codes = sx_q850_codes(17);
    g_assert_cmpstr(codes, ==, "486, 600");
    g_free(codes);
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/q850/names", test_names);
    g_test_add_func("/q850/fits", test_fits);
    g_test_add_func("/q850/does-not-fit", test_does_not_fit);
    g_test_add_func("/q850/not-judged", test_not_judged);
    g_test_add_func("/q850/of-code", test_of_code);
    g_test_add_func("/q850/codes", test_codes);
    return g_test_run();
}
