/* SPDX-License-Identifier: GPL-2.0-or-later
 * The user's notes: what is refused, which messages they are for.
 */
#include "explanation/notes.h"

#include "support.h"

#define BUSY                                                                                       \
    "SIP/2.0 486 Busy Here today\r\n" RESPONSE_HEADERS "CSeq: 1 INVITE\r\n"                        \
    "Server: Example PBX 1.2\r\n\r\n"
#define INVITE                                                                                     \
    "INVITE sip:b@example.com SIP/2.0\r\n" RESPONSE_HEADERS "CSeq: 1 INVITE\r\n"                   \
    "User-Agent: Phone*\r\n\r\n"

static char *add(const char *codes, const char *method, const char *product, const char *phrase,
                 const char *text) {
    sx_notes *notes = sx_notes_new();
    sx_note note = {codes, method, product, phrase, text, SX_NOTE_NO_SEVERITY};
    char *mistake = sx_notes_add(notes, &note, SX_ENGLISH);
    sx_notes_free(notes);
    return mistake;
}

static void assert_refused(const char *codes, const char *method, const char *product,
                           const char *phrase, const char *text) {
    char *mistake = add(codes, method, product, phrase, text);
    g_assert_nonnull(mistake);
    g_free(mistake);
}

static gboolean is_for(const char *message, const char *codes, const char *method,
                       const char *product, const char *phrase) {
    sx_notes *notes = sx_notes_new();
    sx_note note = {codes, method, product, phrase, "x", SX_NOTE_NO_SEVERITY};
    sx_message read = read_message(message);
    const sx_note *found[SX_MAX_NOTES];
    g_assert_null(sx_notes_add(notes, &note, SX_ENGLISH));
    guint n = sx_notes_find(notes, &read, found);
    sx_notes_free(notes);
    return n == 1;
}

static void test_refused(void) {
    static const char *const codes[] = {"40",      "4000",    "099", "700",  "abc", "4xx",
                                        "500-400", "400-700", "-",   "400-", "-403"};
    for (guint i = 0; i < G_N_ELEMENTS(codes); i++)
        assert_refused(codes[i], "", "", "", "x");
    assert_refused("99999999999999999999", "", "", "", "x");
    assert_refused("", "IN VITE", "", "", "x");
    assert_refused("", "INVITE\r", "caf\xe9", "**", "x");
    assert_refused("", "", "*", "", "x");
    assert_refused("", "", "", "***", "x");
    assert_refused("", "", "", "", "");
    assert_refused("", "", "", "", " \t");
    assert_refused("", "", "", "", NULL);
    char *long_pattern = g_strnfill(201, 'a');
    assert_refused("", "", long_pattern, "", "x");
    long_pattern[200] = '\0';
    g_assert_null(add("", "", long_pattern, "", "x"));
    g_free(long_pattern);
}

static void test_the_message_says_what_is_wrong(void) {
    char *mistake = add("4%sxx", "", "", "", "x");
    g_assert_nonnull(strstr(mistake, "\"4%sxx\" is neither"));
    g_free(mistake);
}

static void test_codes_and_methods(void) {
    g_assert_true(is_for(BUSY, "486", "", "", ""));
    g_assert_true(is_for(BUSY, " 480-489 ", "", "", ""));
    g_assert_true(is_for(BUSY, "486-486", "invite", "", ""));
    g_assert_false(is_for(BUSY, "480", "", "", ""));
    g_assert_false(is_for(BUSY, "487-699", "", "", ""));
    g_assert_false(is_for(BUSY, "486", "BYE", "", ""));
    g_assert_true(is_for(BUSY, NULL, NULL, NULL, NULL));
    g_assert_true(is_for(INVITE, "", "INVITE", "", ""));
    g_assert_false(is_for(INVITE, "100-699", "", "", ""));
}

static void test_patterns(void) {
    g_assert_true(is_for(BUSY, "", "", "example", ""));
    g_assert_true(is_for(BUSY, "", "", "EX*pbx*2", ""));
    g_assert_false(is_for(BUSY, "", "", "pbx*example", ""));
    g_assert_false(is_for(BUSY, "", "", "1.2*1.2", ""));
    g_assert_true(is_for(BUSY, "", "", "*p*", ""));
    g_assert_true(is_for(BUSY, "", "", "", "here today"));
    g_assert_false(is_for(BUSY, "", "", "", "gone"));
    g_assert_true(is_for(INVITE, "", "", "phone", ""));
    g_assert_false(is_for(INVITE, "", "", "", "phone"));
}

static void test_only_the_first_bytes_are_compared(void) {
    char *far = g_strnfill(300, 'a');
    far[150] = 'b';
    far[250] = 'c';
    char *text = g_strdup_printf("SIP/2.0 486 x\r\n" RESPONSE_HEADERS "Server: %s\r\n\r\n", far);
    g_assert_true(is_for(text, "", "", "b", ""));
    g_assert_false(is_for(text, "", "", "c", ""));
    g_free(text);
    g_free(far);
}

static void test_order_and_words(void) {
    sx_notes *notes = sx_notes_new();
    const sx_note *found[SX_MAX_NOTES];
    sx_message message = read_message(BUSY);
    g_assert_cmpuint(sx_notes_find(NULL, &message, found), ==, 0);
    for (guint i = 0; i < SX_MAX_NOTES + 2; i++) {
        char text[32];
        g_snprintf(text, sizeof text, " note\033 %u\xff ", i);
        sx_note note = {"", "", "", "", text, (gint)i - 1};
        g_assert_null(sx_notes_add(notes, &note, SX_ENGLISH));
    }
    g_assert_cmpuint(sx_notes_find(notes, &message, found), ==, SX_MAX_NOTES);
    g_assert_cmpstr(found[1]->text, ==, "note\\033 1\xef\xbf\xbd");
    g_assert_cmpint(found[1]->severity, ==, 0);
    sx_notes_free(notes);
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/notes/refused", test_refused);
    g_test_add_func("/notes/mistake", test_the_message_says_what_is_wrong);
    g_test_add_func("/notes/codes-and-methods", test_codes_and_methods);
    g_test_add_func("/notes/patterns", test_patterns);
    g_test_add_func("/notes/first-bytes", test_only_the_first_bytes_are_compared);
    g_test_add_func("/notes/order-and-words", test_order_and_words);
    return g_test_run();
}
