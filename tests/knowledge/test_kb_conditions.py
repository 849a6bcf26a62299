# SPDX-License-Identifier: GPL-2.0-or-later
"""Conditions before causes and fixes: mistakes in them, the cases that a list has to serve, what C makes of them."""
from .folder import DIAGNOSIS, TEXT, Knowledge

FILE = "en/diagnoses/auth.wrong-credentials.md"
HEADER = "situation,needs,excludes,known,meaning\n"


class Situations(Knowledge):
    def expect_list(self, text, *errors):
        self.expect_in("situations.csv", text, *errors)

    def test_mistakes(self):
        self.expect_list(HEADER + "rang,,,kept,it rang\nrang-long,rang,,read,long\nat-once,,rang rang-long,kept,soon\n")
        self.expect_list(HEADER + "Rang,,,kept,x\n", "2: 'Rang' is no new name of a situation")
        self.expect_list(HEADER + "a,,,kept,x\na,,,kept,x\n", "3: 'a' is no new name of a situation")
        self.expect_list(HEADER + "a,b,,kept,x\nb,,,kept,x\n", "2: 'a' needs or excludes what is not in a line above")
        self.expect_list(HEADER + "a,,,always,x\n", "2: 'a' is 'kept' or 'read'")
        self.expect_list(HEADER + "a,,,kept,\n", "2: expected 'situation,needs,excludes,known,meaning'")
        self.expect_list("situation,meaning\n", "1: expected the header 'situation,needs,excludes,known,meaning'")
        self.expect_list(HEADER + "".join(f"s{number},,,kept,x\n" for number in range(33)),
                         "1: more than 32 situations")


class OfCodes(Knowledge):
    """Conditions before the causes of a code, in line 14 and below."""

    def expect_causes(self, bullets, *errors):
        self.expect_486(TEXT.replace("- on a call\n- do not disturb\n", bullets), *errors)

    def test_situations_and_numbers(self):
        self.expect_causes("- [rang, not credentials] a\n- [not rang] b\n- c\n")
        self.expect_causes("- [q850=17] a\n- [q850=1-31, warning=304] b\n- c\n- [not q850] d\n")

    def test_unknown_name(self):
        self.expect_causes("- [rings] a\n- b\n- c\n", "15: there is no evidence and no situation 'rings'")

    def test_number_of_what_has_none(self):
        self.expect_causes("- [rang=1] a\n- b\n- c\n", "15: 'rang' has no number")

    def test_codes_and_methods(self):
        self.expect_causes("- [code=486, method=INVITE] a\n- [not code=400-499] b\n- [not method=REGISTER] c\n- d\n")
        self.expect_causes("- [method=REGISTER] a\n- [not method=REGISTER] b\n")
        self.expect_causes("- [method=REGISTER] a\n- [method=INVITE] b\n", "14: 'Causes' shows nothing in some case")
        self.expect_causes("- [method=REGISTER] a\n- [method=INVITE] b\n" + "- c\n" * 4)  # never both

    def test_what_is_no_method(self):
        for condition in ("method=FETCH", "method=486", "rang=INVITE", "code=INVITE"):
            self.expect_causes(f"- a\n- [{condition}] b\n", f"16: '{condition}' is no method")

    def test_range_that_runs_backwards(self):
        self.expect_causes("- [q850=31-1] a\n- b\n- c\n", "15: the range of 'q850' runs backwards")

    def test_what_is_no_condition(self):
        for condition in ("rang credentials", "not not rang", "Rang", "q850=", "q850=1-", "q850=x", "!rang", ","):
            self.expect_causes(f"- a\n- [{condition}] b\n",
                               f"16: '{condition.split(',')[0]}' is no condition" if condition != "," else
                               "16: '' is no condition")

    def test_what_is_no_bullet_with_a_condition(self):
        for bullet in ("[rang]", "[rang]a", "[] a", "[rang] [sdp] a"):
            self.expect_causes(f"- a\n- {bullet}\n", "16: expected '[condition, not condition] text'")

    def test_case_without_a_bullet(self):
        self.expect_causes("- [rang] a\n- [not credentials] b\n", "14: 'Causes' shows nothing in some case")
        self.expect_causes("- [q850=17] a\n- [not q850] b\n", "14: 'Causes' shows nothing in some case")

    def test_pair_that_serves_every_case(self):
        self.expect_causes("- [rang] a\n- [not rang] b\n")
        self.expect_causes("- [q850] a\n- [not q850] b\n")

    def test_case_with_too_many_bullets(self):
        self.expect_causes("- [rang] a\n" * 3 + "- [not rang] b\n" + "- c\n" * 3,
                           "14: 'Causes' shows 6 bullets in some case, the limit is 5")

    def test_cases_that_cannot_be_do_not_count(self):
        """at-once excludes rang, rang-long needs it, a number is in one of two ranges."""
        self.expect_causes("- [rang] a\n- [at-once] b\n" + "- c\n" * 4)
        self.expect_causes("- [rang-long] a\n- [not rang] b\n" + "- c\n" * 4)
        self.expect_causes("- [q850=1-16] a\n- [q850=17] b\n" + "- c\n" * 4)
        self.expect_causes("- [q850=17] a\n- [not q850] b\n" + "- c\n" * 4)
        self.expect_causes("- [q850=1-17] a\n- [q850=17] b\n" + "- c\n" * 4,
                           "14: 'Causes' shows 6 bullets in some case, the limit is 5")

    def test_too_many_different_ones(self):
        names = ["rang", "sdp", "number", "reason", "challenged", "relayed", "credentials", "in-dialog", "udp",
                 "warning", "q850", "retry-after"]
        self.expect_causes(f"- a\n- [{', '.join(names)}] b\n")
        self.expect_causes(f"- a\n- [{', '.join(names)}, not name] b\n",
                           "14: 'Causes' has more than 12 different conditions")


class OfDiagnoses(Knowledge):
    def expect_causes(self, bullets, *errors):
        self.expect_in(FILE, DIAGNOSIS.replace("- wrong password\n", bullets), *errors)

    def test_evidence_and_situations(self):
        self.expect_causes("- [sent] a\n- [not sent, udp] b\n- [not sent, not udp] c\n")
        self.expect_causes("- [headline] a\n" * 3 + "- [not headline] b\n" * 3 + "- c\n- d\n")

    def test_unknown_evidence(self):
        self.expect_causes("- a\n- [got] b\n", "17: there is no evidence and no situation 'got'")

    def test_evidence_has_no_number(self):
        self.write("en/diagnoses/ack.missing.md", DIAGNOSIS.replace("- sent:", "- q850:")
                   .replace("- wrong", "- c\n- [q850=17] wrong"))
        self.expect("en/diagnoses/ack.missing.md:17: error: 'q850' has no number")

    def test_evidence_comes_before_a_situation_of_its_name(self):
        self.write(FILE, DIAGNOSIS.replace("- sent:", "- rang:").replace("- wrong password", "- [rang] a\n- b"))
        self.assertEqual(self.build_and_run(r"""
            #include <stdio.h>
            #include "knowledge/diagnosis.h"
            #include "knowledge_ids.h"
            int main(void) {
                const sx_bullet *cause = &sx_bullet_entries[sx_knowledge_diagnosis(2)->words.causes.first];
                const sx_condition *condition = &sx_condition_entries[cause->first_condition];
                printf("%u %d %d\n", cause->n_conditions, condition->kind == SX_IF_EVIDENCE,
                       condition->first == SX_EV_AUTH_WRONG_CREDENTIALS_RANG);
                return 0;
            }"""), ["1 1 1"])


class OfLines(Knowledge):
    """Conditions before headlines, in line 6 and below."""

    def expect_headline(self, lines, *errors):
        self.expect_486(TEXT.replace("the phone is busy\n", lines), *errors)

    def expect_must_follow(self, lines, *errors):
        self.expect_486(TEXT + f"\n# What must follow\n{lines}", *errors)

    def test_cases_and_the_line_for_all_others(self):
        self.expect_headline("[in-dialog] a\n[not in-dialog, not method=REGISTER] b\nc\n")
        self.expect_must_follow("[in-dialog] a\nb\n")

    def test_nothing_may_follow(self):
        self.expect_must_follow("[not in-dialog] a\n")
        self.expect_headline("[not in-dialog] a\n", "6: the last line of 'Headline' must have no conditions")

    def test_line_that_hides_others(self):
        self.expect_headline("a\n[in-dialog] b\nc\n",
                             "6: 'Headline' has a line without conditions that is not its last one")
        self.expect_must_follow("a\nb\n",
                                "22: 'What must follow' has a line without conditions that is not its last one")

    def test_what_is_not_known_where_headlines_are_needed(self):
        self.expect_headline("[q850=17] a\nb\n", "6: 'q850' is not known where headlines are needed")
        self.expect_must_follow("[q850=17] a\nb\n")

    def test_conditions_count_in_no_limit(self):
        self.expect_headline(f"[in-dialog, not method=REGISTER] {'a' * 70}\n{'b' * 70}\n")
        self.expect_headline(f"[in-dialog] {'a' * 71}\nb\n", "6: 'Headline' is 71 characters long, the limit is 70")

    def test_wrong_conditions(self):
        self.expect_headline("[rings] a\nb\n", "6: there is no evidence and no situation 'rings'")
        self.expect_headline("[] a\nb\n", "6: expected '[condition, not condition] text'")
        self.expect_headline("- a\n", "6: bullet in 'Headline', which has a line for each case")

    def test_evidence_of_a_diagnosis(self):
        headline = "# Headline\n[{}] a\nnot accepted\n"
        self.expect_in(FILE, DIAGNOSIS.replace("# Headline\nnot accepted\n", headline.format("sent")))
        self.expect_in(FILE, DIAGNOSIS.replace("# Headline\nnot accepted\n", headline.format("got")),
                       "6: there is no evidence and no situation 'got'")

    def test_the_first_that_is_known_to_hold(self):
        self.write("en/codes/486.md", TEXT.replace("the phone is busy\n", "[in-dialog] a\n[rang] b\nc\n")
                   + "\n# What must follow for INVITE\n[not rang] d\n\n# Headline for BYE\ne\n"
                   + "\n# Headline for INVITE\n[code=486, method=INVITE] f\ng\n")
        self.assertEqual(self.build_and_run(FIRST), [
            "c 0", "c 0", "a 0", "b 0", "c 0",  # no method: nothing, not in a dialog, both, rang, not rang
            "e 0", "e 0", "e 0", "e 0", "e 0",  # BYE
            "g 0", "f 0", "g 0", "g 0", "g d"])  # INVITE


FIRST = r"""
#include <stdio.h>
#include "knowledge/knowledge.h"
#include "knowledge_ids.h"
#include "wire/method.h"
#define BIT(name) (1u << SX_SITUATION_##name)
static void show(const char *method, const sx_situation *situation) {
    sx_text text = sx_knowledge_text(sx_knowledge_code(486), method);
    sx_bullet_facts facts = {situation, NULL, 0};
    sx_word follows = sx_bullets_first(text.must_follow_cases, &facts, text.must_follow);
    printf("%s %s\n", sx_word_text(SX_ENGLISH, sx_bullets_first(text.headline_cases, &facts, text.headline)),
           follows != 0 ? sx_word_text(SX_ENGLISH, follows) : "0");
}
int main(void) {
    const char *methods[] = {NULL, "BYE", "INVITE"};
    sx_situation out = {.known = BIT(IN_DIALOG) | BIT(CODE) | BIT(METHOD), .bits = BIT(CODE) | BIT(METHOD),
                        .code = 486, .method = SX_METHOD_INVITE};
    sx_situation both = {.known = BIT(IN_DIALOG) | BIT(RANG), .bits = BIT(IN_DIALOG) | BIT(RANG)};
    sx_situation rang = {.known = BIT(RANG), .bits = BIT(RANG)};
    sx_situation quiet = {.known = BIT(RANG)};
    for (guint i = 0; i < 3; i++) {
        show(methods[i], NULL); show(methods[i], &out); show(methods[i], &both);
        show(methods[i], &rang); show(methods[i], &quiet);
    }
    return 0;
}
"""
SELECT = r"""
#include <stdio.h>
#include "knowledge/knowledge.h"
#include "knowledge_ids.h"
#define BIT(name) (1u << SX_SITUATION_##name)
static void show(const sx_situation *situation, guint limit) {
    sx_bullet_facts facts = {situation, NULL, 0};
    sx_word shown[10];
    guint n = sx_bullets_select(sx_knowledge_text(sx_knowledge_code(486), NULL).causes, &facts, shown, limit);
    for (guint i = 0; i < n; i++) printf("%s ", sx_word_text(SX_ENGLISH, shown[i]));
    printf("\n");
}
int main(void) {
    sx_situation none = {0};
    sx_situation rang = {.known = BIT(RANG) | BIT(Q850), .bits = BIT(RANG)};
    sx_situation quiet = {.known = BIT(RANG) | BIT(Q850) | BIT(WARNING),
                          .bits = BIT(Q850) | BIT(WARNING), .q850 = 17, .warning = 304};
    sx_situation other = {.known = BIT(Q850) | BIT(WARNING), .bits = BIT(Q850), .q850 = 32, .warning = 304};
    show(NULL, 10); show(&none, 10); show(&rang, 10); show(&quiet, 10); show(&other, 10);
    show(&none, 2); show(&none, 0);
    return 0;
}
"""


class Selection(Knowledge):
    def test_bullets_that_are_not_ruled_out(self):
        """a: always, b: rang, c: not rang, d: with a number, e: with a range, f: Warning 304 and not rang."""
        self.write("en/codes/486.md", TEXT.replace(
            "- on a call\n- do not disturb\n",
            "- a\n- [rang] b\n- [not rang] c\n- [q850=17] d\n- [q850=1-31] e\n- [warning=304, not rang] f\n"))
        self.assertEqual(self.build_and_run(SELECT), [
            "a b c d e f ", "a b c d e f ", "a b ", "a c d e f ", "a b c ", "a b ", ""])
