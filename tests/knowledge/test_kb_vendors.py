# SPDX-License-Identifier: GPL-2.0-or-later
"""The vendor files: mistakes in them, the tables made of them, and a flow test for every row."""
import re
import unittest

from .folder import DIAGNOSIS, KNOWLEDGE, ROOT, Knowledge

ACME = """\
---
vendor: Acme
sign: acme, road runner
diagnosis: auth.wrong-credentials
source: field practice
---

# d1
- match: 486 phrase " D1$| D2$"
- match: signed reason SIP 600-613
- means: one
- do: Do it

# own
- match: 687
- match: header ms-diagnostics "^{5}"
- match: header ms-diagnostics
- means: "two"
- do: Wait
- source: a book
- diagnosis: none
"""  # the rows: 8, 14; the last line: 21
MAIN = r"""
#include <stdio.h>
#include <string.h>
#include "knowledge/facts.h"
#include "knowledge/vendor_rows.h"
static const char *or_dash(guint16 place) { return place != 0 ? sx_fact(place) : "-"; }
static const char *text(sx_word word) { return sx_word_text(SX_ENGLISH, word); }
int main(void) {
    for (guint i = 0; i < sx_n_vendor_matches; i++) {
        const sx_vendor_match *match = &sx_vendor_matches[i];
        const sx_vendor_row *row = &sx_vendor_rows[match->row];
        printf("%s|%d|%d|%u-%u|%d|%u-%u|%s|%s\n", sx_fact(row->id), match->place, match->is_signed,
               match->first_code, match->last_code, match->header != SX_HDR_OTHER,
               match->first_cause, match->last_cause, or_dash(match->protocol), or_dash(match->pattern));
    }
    for (guint i = 0; i < sx_n_vendor_rows; i++) {
        const sx_vendor_row *row = &sx_vendor_rows[i];
        const sx_vendor *vendor = sx_vendor_of(row);
        printf("%s", text(vendor->name));
        for (const char *sign = sx_fact(vendor->sign); *sign; sign += strlen(sign) + 1) printf(";%s", sign);
        printf("|%s|%s|%s|%s|%d\n", or_dash(vendor->hosts), text(row->means), text(row->action),
               text(row->source), row->diagnosis);
    }
    for (const guint8 *id = sx_vendor_headers; *id != SX_HDR_OTHER; id++) printf("header\n");
    return 0;
}
"""
FLOWS = ROOT / "tests" / "flows" / "vendor"


class Vendors(Knowledge):
    def setUp(self):
        super().setUp()
        self.write("en/diagnoses/auth.wrong-credentials.md", DIAGNOSIS)

    def expect_vendor(self, old, new, *errors):
        self.assertEqual(ACME.count(old), 1)
        self.expect_in("en/vendors/acme.md", ACME.replace(old, new), *errors)

    def test_tables_have_the_narrow_matches_first(self):
        self.write("en/vendors/acme.md", ACME)
        self.assertEqual(self.build_and_run(MAIN), [
            "acme.d1|1|0|486-486|0|0-65535|-| D1$",
            "acme.d1|1|0|486-486|0|0-65535|-| D2$",
            "acme.own|3|0|0-65535|1|0-65535|-|^{5}",
            "acme.own|0|0|687-687|0|0-65535|-|-",
            "acme.d1|4|1|0-65535|0|600-613|SIP|-",
            "acme.own|3|0|0-65535|1|0-65535|-|-",
            "Acme;acme;road runner|-|one|Do it|field practice|2",
            'Acme;acme;road runner|-|"two"|Wait|a book|0',
            "header"])

    def test_no_vendors(self):
        self.assertEqual(self.build_and_run(MAIN), [])

    def test_mistakes_in_keys_and_bullets(self):
        self.expect_vendor("vendor: Acme\n", "", "5: key 'vendor' is missing")
        self.expect_vendor("diagnosis: auth.wrong-credentials", "diagnosis: auth.none",
                           "4: diagnosis 'auth.none' has no file")
        self.expect_vendor("- diagnosis: none", "- diagnosis: auth.none",
                           "21: diagnosis 'auth.none' has no file")
        self.expect_vendor("sign: acme, road runner\n", "sign: acme\ncauses: other\n",
                           "4: the only value of 'causes' is 'own'")
        self.expect_vendor("# own", "# d1", "14: row 'd1' is given twice")
        self.expect_vendor("# own", "# Own", "14: 'Own' is no id of a-z, 0-9 and -")
        self.expect_vendor("- means: one\n", "", "8: row 'd1' lacks 'means'")
        self.expect_vendor("- do: Do it\n", "- do: Do it.\n", "12: 'do' ends with a full stop")
        self.expect_vendor("means: one", "means: " + "x" * 161, "11: 'means' is 161 characters long, the limit is 160")
        self.expect_vendor("- do: Wait\n- source: a book\n", "- source: a book\n- do: Wait\n",
                           "20: 'do' must come before 'source'")
        self.expect_vendor("- do: Wait", "- do: Wait\n- do: Wait", "20: 'do' is given twice")
        self.expect_vendor("- do: Wait", "- fix: Wait", "14: row 'own' lacks 'do'",
                           "19: expected one of 'match: ', 'means: ', 'do: ', 'source: ',"
                           " 'diagnosis: '")

    def test_mistakes_in_matches(self):
        match = '486 phrase " D1$| D2$"'
        for new in ("", "486  phrase \"x\"", "phrase", "phrase x", "word \"x\"", "reason SIP",
                    "reason SIP x", "header", "700", "486 687", "text \"x", "486 \"x\""):
            self.expect_vendor(match, new, f"9: cannot read the match '{new}'" if new else
                               "9: expected one of 'match: ', 'means: ', 'do: ', 'source: ',"
                               " 'diagnosis: '")
        weak = ("too little to know a vendor by: add a phrase, text, header or reason, or take codes"
                " that are not registered")
        for new in ("486", "signed", "signed 486", "485-487"):
            self.expect_vendor(match, new, f"9: {weak}")
        self.expect_vendor("sign: acme, road runner\n", "",
                           "9: 'signed' needs the key 'sign' or 'hosts'")
        self.expect_vendor(match, "header X-No", "9: header 'X-No' is not in header.h")
        self.expect_vendor(match, "reason SIP 9-5", "9: the range of causes runs backwards")
        self.expect_vendor(match, '499-400 phrase "x"', "9: the range of codes runs backwards")

    def test_mistakes_in_patterns(self):
        for pattern, error in (("a|", "the pattern matches everything"),
                               ("^$", "the pattern matches everything"),
                               ("x" * 101, "the pattern is longer than 100 bytes"),
                               ("a{b}", "unknown placeholder '{b}'"),
                               ("a{", "unknown placeholder '{'"),
                               ("{1} {2}", "more than one number in a pattern"),
                               ("{2-1}", "the range of a number runs backwards")):
            self.expect_vendor('486 phrase " D1$| D2$"', f'phrase "{pattern}"', f"9: {error}")


class RowsHaveFlows(unittest.TestCase):
    def test_every_row_has_a_flow_and_a_twin_that_must_not_match(self):
        rows = {f"{path.stem}.{title}" for path in KNOWLEDGE.glob("en/vendors/*.md")
                for title in re.findall(r"^# (.+)$", path.read_text(encoding="utf-8"), re.M)}
        flows = "".join(path.read_text(encoding="utf-8") for path in FLOWS.glob("*.flow"))
        self.assertGreater(len(rows), 100)
        fit = re.findall(r"^expect \d+: field detail\.vendor\.id (\S+)", flows, re.M)
        twin = re.findall(r'^expect \d+: no-detail "\((\S+)\)"', flows, re.M)
        self.assertEqual(rows - set(fit), set())
        self.assertEqual(rows - set(twin), set())
