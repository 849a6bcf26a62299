/* SPDX-License-Identifier: GPL-2.0-or-later
 * Lines out of long texts, in scripts with words and without, wide characters and marks.
 */
#include "explanation/wrap.h"

#include <string.h>

/* The lines of a text, with | between them. */
static void assert_lines(const char *text, guint columns, gsize bytes, const char *expected) {
    sx_slice rest = {text, strlen(text)};
    GString *lines = g_string_new(NULL);
    sx_slice line;
    while ((line = sx_wrap_next(&rest, columns, bytes)).len > 0) {
        g_assert_true(g_utf8_validate(line.p, (gssize)line.len, NULL));
        char *alone = g_strndup(line.p, line.len);
        g_assert_cmpuint(sx_columns_of(alone), <=, columns);
        g_assert_cmpuint(line.len, <=, bytes);
        g_free(alone);
        g_string_append_printf(lines, "%s%.*s", lines->len > 0 ? "|" : "", (int)line.len, line.p);
    }
    g_assert_cmpuint(rest.len, ==, 0);
    g_assert_cmpstr(lines->str, ==, expected);
    g_string_free(lines, TRUE);
}

static void words_with_spaces(void) {
    assert_lines("", 10, 100, "");
    assert_lines("one two three", 7, 100, "one two|three");
    assert_lines("one two three", 6, 100, "one|two|three");
    assert_lines("  one   two  ", 5, 100, "one|two");
    assert_lines("unbreakable", 4, 100, "unbr|eaka|ble");
    assert_lines("Вызываемый телефон занят", 18, 100, "Вызываемый телефон|занят");
    assert_lines("Вызываемый телефон занят", 18, 34, "Вызываемый|телефон занят"); /* bytes */
    assert_lines("الهاتف المطلوب مشغول", 14, 100, "الهاتف المطلوب|مشغول");
    assert_lines("전화가 통화 중입니다", 12, 100, "전화가 통화|중입니다"); /* not inside a word */
}

static void words_without_spaces(void) {
    assert_lines("電話は通話中です", 8, 100, "電話は通|話中です");
    assert_lines("電話は通話中です", 9, 100, "電話は通|話中です"); /* no half character */
    assert_lines("通話中です。次", 10, 100,
                 "通話中で|す。次"); /* no full stop at the begin of a line */
    assert_lines("通話「中です」", 6, 100, "通話|「中で|す」"); /* no bracket at its end */
    assert_lines("サーバーが", 4, 100, "サー|バー|が");
    assert_lines("電話はINVITEを", 8, 100,
                 "電話は|INVITEを"); /* words of another script stay whole */
}

static void no_line_begins_with_a_dash(void) {
    assert_lines("Первый — красный", 8, 100, "Первый —|красный");
    assert_lines("Первый — красный", 7, 100, "Первый|—|красный"); /* there is no room for both */
    assert_lines("Первый 18x — это 180", 11, 100, "Первый|18x — это|180");
    assert_lines("one two - three", 8, 100, "one|two -|three");
    assert_lines("one two – three", 8, 100, "one|two –|three");
    assert_lines("電話——通話中", 5, 100, "電|話——|通話|中");
    /* A word may begin with a hyphen. */
    assert_lines("one two --all", 8, 100, "one two|--all");
    assert_lines("from -2 to -7", 8, 100, "from -2|to -7");
}

static void marks_stay_with_their_letters(void) {
    assert_lines("ที่นี่", 2, 100, "ที่นี่"); /* two letters with two marks each take two columns */
    assert_lines("ที่นี่", 2, 10, "ที่|นี่");
    assert_lines("สายไม่ว่าง โทรใหม่", 12, 100, "สายไม่ว่าง|โทรใหม่");
}

static void columns(void) {
    g_assert_cmpuint(sx_columns_of("abc é"), ==, 5);
    g_assert_cmpuint(sx_columns_of("Код"), ==, 3);
    g_assert_cmpuint(sx_columns_of("電話"), ==, 4);
    g_assert_cmpuint(sx_columns_of("ที่"), ==, 1);
    g_assert_cmpuint(sx_columns_of("مشغول"), ==, 5);
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/wrap/spaces", words_with_spaces);
    g_test_add_func("/wrap/no-spaces", words_without_spaces);
    g_test_add_func("/wrap/dashes", no_line_begins_with_a_dash);
    g_test_add_func("/wrap/marks", marks_stay_with_their_letters);
    g_test_add_func("/wrap/columns", columns);
    return g_test_run();
}
