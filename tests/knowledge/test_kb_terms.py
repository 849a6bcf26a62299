# SPDX-License-Identifier: GPL-2.0-or-later
"""One word for one thing: variants that the list of terms forbids, and where they may stand all the same."""
from .folder import TEXT, Knowledge

TERMS = "term,instead of,note\ncanceled,cancelled | canceld,American spelling\ncallee,called side|far end,\n"


class Terms(Knowledge):
    def setUp(self):
        super().setUp()
        self.write("en/terms.csv", TERMS)

    def test_forbidden_variants(self):
        self.expect_change("It is busy. Wait.", "It was Cancelled by the\nfar end.",
                           "9: 'Cancelled': write 'canceled' (terms.csv)",
                           "9: 'far end': write 'callee' (terms.csv)")
        self.expect_change("- do not disturb", "- the called side does not", "16: 'called side': write 'callee' (terms.csv)")

    def test_every_kind_of_text(self):
        self.write("en/fields.csv", "field,type,title,description\ncode,code,Far end,A code\n")
        self.write("en/values/a.csv", "value,text,reference\n1,cancelled,cancelled\n")
        self.expect("en/fields.csv:2: error: 'Far end': write 'callee' (terms.csv)",
                    "en/values/a.csv:2: error: 'cancelled': write 'canceled' (terms.csv)")

    def test_names_of_codes_are_as_registered(self):
        self.edit("codes.csv", "Busy Here", "Busy Far end")
        self.expect()

    def test_plurals_of_variants(self):
        self.write("en/terms.csv", TERMS + "timeout,time-out,\nelement,box,\n")
        self.expect_change("It is busy. Wait.", "Time-outs of boxes and of called sides.",
                           "9: 'Time-outs': write 'timeout' (terms.csv)",
                           "9: 'boxes': write 'element' (terms.csv)",
                           "9: 'called sides': write 'callee' (terms.csv)")

    def test_near_misses(self):
        """Quotations, ids, parameters, names in capitals, and words that only begin like a variant."""
        self.expect_change("It is busy. Wait.", 'It says "Cancelled", see benign.cancelled-by-caller and'
                           " cause=cancelled, x_cancelled, uncancelled, canceled, CANCELLED, the farther end.")

    def test_mistakes_in_the_list(self):
        self.expect_in("en/terms.csv", "term,instead of,note\na,b | ,\n", "2: a word is empty")
        self.expect_in("en/terms.csv", "term,instead of,note\na,,\n", "2: expected 'term,instead of,note'")


class WithoutList(Knowledge):
    def test_nothing_is_forbidden(self):
        self.expect_486(TEXT.replace("Wait", "cancelled"))
