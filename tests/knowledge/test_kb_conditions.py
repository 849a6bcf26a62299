# SPDX-License-Identifier: GPL-2.0-or-later
"""Conditions before causes and fixes: mistakes in them, the cases that a list has to serve, what C makes of them."""
from .folder import DIAGNOSIS, TEXT, Knowledge

FILE = "en/diagnoses/auth.wrong-credentials.md"
HEADER = "situation,needs,excludes,meaning\n"


class Situations(Knowledge):
    def expect_list(self, text, *errors):
        self.expect_in("situations.csv", text, *errors)

    def test_mistakes(self):
        self.expect_list(HEADER + "rang,,,it rang\nrang-long,rang,,long\nat-once,,rang rang-long,soon\n")
        self.expect_list(HEADER + "Rang,,,x\n", "2: 'Rang' is no new name of a situation")
        self.expect_list(HEADER + "a,,,x\na,,,x\n", "3: 'a' is no new name of a situation")
        self.expect_list(HEADER + "a,b,,x\nb,,,x\n", "2: 'a' needs or excludes what is not in a line above")
        self.expect_list(HEADER + "a,,,\n", "2: expected 'situation,needs,excludes,meaning'")
        self.expect_list("situation,meaning\n", "1: expected the header 'situation,needs,excludes,meaning'")
        self.expect_list(HEADER + "".join(f"s{number},,,x\n" for number in range(33)),
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
