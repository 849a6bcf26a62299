# SPDX-License-Identifier: GPL-2.0-or-later
"""What the plugin shows for each status code and method, against the Markdown files."""

import csv
import pathlib
import re
import unittest

from lib import pcap, sip
from lib.tshark import TsharkTest

from .outputs import rows_of_tree, trees_of

TESTS = pathlib.Path(__file__).resolve().parent.parent
ENGLISH = TESTS.parent / "src" / "knowledge" / "en"
METHODS = ("INVITE REGISTER OPTIONS SUBSCRIBE NOTIFY BYE ACK CANCEL PRACK UPDATE MESSAGE REFER"
           " PUBLISH INFO").split()
ALICE, BOB = ("192.0.2.10", 5060), ("198.51.100.20", 5060)

# Every header that some response must carry, so that no test here meets the verdict "violation".
COMPLETE = [(name, "1") for name in (
    "WWW-Authenticate Proxy-Authenticate Allow Accept Unsupported Min-SE Min-Expires Expires"
    " SIP-ETag Geolocation-Error AlertMsg-Error Recv-Info Allow-Events Security-Server Call-Info"
    " Reason RSeq").split()] + [("Contact", "<sip:bob@198.51.100.20>"), ("Require", "100rel")]

TEXT_FIELDS = {"Headline": "headline", "Meaning": "description", "When you see it": "when",
               "Causes": "cause", "How to fix": "fix"}
FIELDS = ["code", "name", "class", "method", "verdict", "headline", "description", "when", "cause",
          "fix", "reference", "related", "phrase"]


# What is known of a response here: the situations of the conditions before causes and fixes. Of its request nothing is.
FACTS = {"orphan": True, "relayed": False, "udp": True, "tcp": False, "tls": False, "ws": False, "reason": True,
         "q850": False, "warning": False, "retry-after": False, "number": False, "name": True}
MAX_BULLETS = 5


def is_against(condition, method):
    """Whether this condition is known not to hold."""
    wanted = not condition.startswith("not ")
    name, _, value = condition.replace("not ", "").partition("=")
    if name == "method":
        return (value == method) != wanted
    return FACTS.get(name, wanted) != wanted


def shown_bullets(texts, method):
    """Those that nothing speaks against, without their conditions."""
    shown = []
    for text in texts:
        conditions, text = re.fullmatch(r"(?:\[(.*?)\] )?(.*)", text).groups()
        if not any(is_against(one, method) for one in filter(None, (conditions or "").split(", "))):
            shown.append(text)
    return shown[:MAX_BULLETS]


with open(ENGLISH.parent / "codes.csv", encoding="utf-8", newline="") as register:
    REGISTER = {row["code"]: row for row in csv.DictReader(register)}


class Explanation:
    """A Markdown file: `front` by key, the register's columns included; `sections` by (section, method or None)."""

    def __init__(self, path):
        text = path.read_text("utf-8")
        _, front, body = text.split("---\n", 2)
        self.front = dict(REGISTER[path.stem], **dict(line.split(": ", 1) for line in front.splitlines()))
        self.sections = {}
        for part in re.split(r"^# ", body, flags=re.M)[1:]:
            title, _, content = part.partition("\n")
            section, _, methods = title.partition(" for ")
            is_list = section in ("Causes", "How to fix")
            texts = re.split(r"^- ", content, flags=re.M)[1:] if is_list else [content]
            if section == "Headline":
                texts = content.strip().split("\n")[-1:]  # of cases the last one: nothing is known of the request
            for method in methods.split(", "):
                self.sections[section, method or None] = [" ".join(text.split()) for text in texts]

    def methods_with_text(self):
        """The methods that have a section of their own."""
        return sorted({method for _, method in self.sections if method})

    def usual_method(self):
        """INVITE, unless the code answers other methods only."""
        methods = self.front["methods"].split()
        return "INVITE" if {"INVITE", "any"} & set(methods) else methods[0]

    def text(self, section, method):
        """The section as a list of texts: the one for the method, or else the general one."""
        texts = self.sections.get((section, method), self.sections[section, None])
        return shown_bullets(texts, method) if section in ("Causes", "How to fix") else texts

    def expected(self, code, method):
        """The values of FIELDS in a response with this code, the file's name and all headers."""
        row = {"code": [str(code)], "name": [self.front["name"]], "method": [method],
               "class": [str(code // 100)] if 100 <= code < 700 else [],
               "verdict": [self.front["verdict"]], "reference": [self.front["reference"]],
               "related": self.front["related"].split(), "phrase": []}
        if method == "OPTIONS" and code >= 300 and code not in (401, 407, 408, 503, 504):
            row["verdict"] = ["benign"]  # whatever the answer says, the peer is alive
        for section, field in TEXT_FIELDS.items():
            row[field] = self.text(section, method)
        return row


def all_codes():
    """{code: Explanation} of the registry file."""
    with open(TESTS / "data" / "sip-response-codes.csv", encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    codes = {}
    for row in rows:
        codes[int(row["code"])] = Explanation(ENGLISH / "codes" / (row["code"] + ".md"))
        if codes[int(row["code"])].front["name"] != row["name"]:
            raise AssertionError("name of %(code)s is not %(name)s" % row)
    return codes


CODES = all_codes()


class CodeTest(TsharkTest):
    """Base: responses in UDP, one a frame."""

    # Each response by itself: what the conversation adds is tested in flows/.
    options = ("-o", "sipexplain.diagnose:FALSE")

    def show(self, *responses, names=tuple(FIELDS)):
        """For each response the fields under its SIP Explain tree, as {name: [value]}."""
        capture = pcap.Capture()
        for data in responses:
            capture.udp(BOB, ALICE, data)
        path = capture.write(self.path("codes.pcap"))
        wanted = [part for name in names for part in ("-e", "sipexplain." + name)]
        out = self.tshark("-r", path, "-T", "fields", "-E", "aggregator=|", *wanted)
        lines = out.split("\n")[:-1]
        self.assertEqual(len(lines), len(responses))
        return [{name: value.split("|") if value else []
                 for name, value in zip(names, line.split("\t"))} for line in lines]

    def respond(self, code, phrase, method="INVITE", headers=()):
        """A response with all mandatory headers."""
        return sip.response(code, phrase, sip.request(method), COMPLETE + list(headers))

    def compare(self, cases):
        """cases: (code, method, Explanation). One capture for all of them."""
        cases = list(cases)
        shown = self.show(*(self.respond("%03d" % code, entry.front["name"], method)
                            for code, method, entry in cases))
        for (code, method, entry), row in zip(cases, shown):
            with self.subTest(code=code, method=method):
                self.assertEqual(row, entry.expected(code, method))


class KnownCodesTest(CodeTest):
    """The codes of the registry."""

    def test_the_registry_has_87_codes(self):
        self.assertEqual(len(CODES), 87)
        self.assertEqual(sorted(path.stem for path in (ENGLISH / "codes").iterdir()),
                         ["%03d" % code for code in sorted(CODES)])

    def test_each_code_shows_the_texts_of_its_file(self):
        self.compare((code, entry.usual_method(), entry) for code, entry in CODES.items())

    def test_the_first_cause_is_the_first_bullet(self):
        shown = self.show(*(self.respond(code, "x", CODES[code].usual_method()) for code in CODES),
                          names=("cause", "fix"))
        for (code, entry), row in zip(CODES.items(), shown):
            method = entry.usual_method()
            self.assertEqual(row["cause"][0], entry.text("Causes", method)[0], code)
            self.assertEqual(row["fix"][0], entry.text("How to fix", method)[0], code)

    def test_facts_are_those_of_the_rfcs_whatever_the_files_say(self):
        shown = self.show(*(self.respond(code, "x") for code in (180, 200, 302, 486, 503, 603)))
        self.assertEqual(
            [(row["name"], row["class"], row["verdict"]) for row in shown],
            [(["Ringing"], ["1"], ["normal"]), (["OK"], ["2"], ["normal"]),
             (["Moved Temporarily"], ["3"], ["normal"]), (["Busy Here"], ["4"], ["user-action"]),
             (["Service Unavailable"], ["5"], ["failure"]), (["Decline"], ["6"], ["user-action"])])

    def test_what_sips_own_tree_shows_has_fields_but_no_rows(self):
        capture = pcap.Capture()
        capture.udp(BOB, ALICE, self.respond(486, "Line busy"))
        path = capture.write(self.path("one.pcap"))
        headline = CODES[486].text("Headline", "INVITE")[0]
        lines = trees_of(self.tshark("-r", path, "-V"))[0][1]
        self.assertEqual(lines[:2], ["SIP Explain: 486 Busy Here - " + headline,
                                     "    Verdict: user-action, its request is not in this capture"])
        for title in "Status code", "Name", "Phrase on the wire", "Class", "Method", "Headline":
            self.assertNotIn(title, [text.partition(":")[0] for _, text in rows_of_tree(lines)])
        self.assertEqual(self.fields(path, *["sipexplain." + name for name in (
            "code", "name", "phrase", "class", "method", "headline")]),
                         [["486", "Busy Here", "Line busy", "4", "INVITE", headline]])


class MethodTextsTest(CodeTest):
    """Texts that depend on the CSeq method."""

    def test_each_method_section_is_shown_for_its_method(self):
        cases = [(code, method, entry) for code, entry in CODES.items()
                 for method in entry.methods_with_text()]
        self.assertGreater(len(cases), 100)
        self.compare(cases)

    def test_class_texts_depend_on_the_method_too(self):
        cases = [(int(path.stem[0]) * 100 + 97, method, Explanation(path))
                 for path in sorted((ENGLISH / "classes").glob("?xx.md"))
                 for method in Explanation(path).methods_with_text()]
        self.assertIn((297, "INVITE"), [case[:2] for case in cases])
        self.compare(cases)

    def test_a_method_without_section_shows_the_general_text(self):
        cases = [(code, method, entry) for code, entry in CODES.items() for method in METHODS
                 if method not in entry.methods_with_text()]
        self.compare(cases)
        for code, method, entry in cases:
            self.assertEqual(entry.text("Headline", method), entry.text("Headline", None), code)

    def test_an_unknown_method_shows_the_general_text(self):
        self.compare((code, "FOO", entry) for code, entry in CODES.items())

    def test_parts_and_other_cases_of_a_method_name_are_other_methods(self):
        wrong = ["INVIT", "INVITES", "NVITE", "invite", "Invite", "REGISTER-INVITE", "*", "%s%n"]
        self.compare((code, method, CODES[code]) for code in (100, 200, 487) for method in wrong)

    def test_without_a_method_the_general_text_is_shown(self):
        row, = self.show(sip.response(200, "OK", sip.request(), COMPLETE + [("CSeq", "1")]))
        self.assertEqual((row["method"], row["headline"]), ([], CODES[200].text("Headline", None)))


class OtherCodesTest(CodeTest):
    """Codes without an entry of their own."""

    UNKNOWN = {150: "183", 299: "200", 399: "300", 499: "400", 599: "500", 699: "600"}

    def test_unknown_codes_show_their_class(self):
        classes = ENGLISH / "classes"
        self.compare((code, "REGISTER", Explanation(classes / ("%dxx.md" % (code // 100))))
                     for code in self.UNKNOWN)

    def test_texts_of_unknown_codes_name_the_code_to_read_them_as(self):
        shown = self.show(*(self.respond(code, "x", "FOO") for code in self.UNKNOWN))
        for code, row in zip(self.UNKNOWN, shown):
            self.assertEqual(row["code"], [str(code)])
            self.assertRegex(row["headline"][0],
                             r"(treated as|treated like|read it as) %s$" % self.UNKNOWN[code])
            self.assertRegex(row["description"][0], r"\b%s\b" % self.UNKNOWN[code])

    def test_neighbours_of_known_codes_are_unknown(self):
        cases = [(485, 485), (486, 486), (487, 487), (432, "4xx"), (609, "6xx"), (102, "1xx")]
        shown = self.show(*(self.respond(code, "x", "REGISTER") for code, _ in cases))
        for (_, want), row in zip(cases, shown):
            folder = "codes" if isinstance(want, int) else "classes"
            front = Explanation(ENGLISH / folder / ("%s.md" % want)).front
            self.assertEqual(row["name"], [front["name"]])

    def test_codes_out_of_range_are_invalid_and_have_no_class(self):
        invalid = Explanation(ENGLISH / "classes" / "invalid.md")
        self.assertEqual(invalid.front["name"], "Invalid status code")
        self.compare((code, "INVITE", invalid) for code in (700, 999, 99))

    def test_codes_out_of_range_get_an_expert_item(self):
        capture = pcap.Capture()
        for code in ("700", "999", "099", "699"):
            capture.udp(BOB, ALICE, self.respond(code, "x", "REGISTER"))
        path = capture.write(self.path("invalid.pcap"))
        out = self.tshark("-r", path, "-q", "-z", "expert,warn")
        self.assertRegex(out, r"\n +3 +Response +SIP Explain +the request failed with a code nobody"
                              r" registered\n")
        rows = self.fields(path, "sipexplain.expert.failure.unknown-code", "frame.number",
                           "sipexplain.headline")
        self.assertEqual([row[1:] for row in rows],
                         [[str(frame), "not a SIP status code, only 100 to 699 exist"]
                          for frame in (1, 2, 3)])
        out = self.tshark("-r", path, "-Y", "sipexplain.expert.violation", "-T", "fields",
                          "-e", "frame.number")
        self.assertEqual(out.split(), ["1", "2", "3"])


class PhraseTest(CodeTest):
    """The phrase on the wire."""

    def phrases(self, *phrases, code=486):
        """The value of sipexplain.phrase for each phrase, '' where there is none."""
        shown = self.show(*(self.respond(code, phrase) for phrase in phrases),
                          names=("name", "phrase", "headline"))
        for row in shown:
            self.assertEqual(row["name"], [CODES[code].front["name"]])
            self.assertEqual(row["headline"], CODES[code].text("Headline", "INVITE"))
        return ["|".join(row["phrase"]) for row in shown]

    def test_the_registered_name_in_any_case_is_no_other_phrase(self):
        same = ["Busy Here", "BUSY HERE", "busy here", "Busy Here  "]
        self.assertEqual(self.phrases(*same), [""] * 4)

    def test_another_phrase_is_shown(self):
        others = ["Busy", "Busy Here!", "BusyHere", "User is busy", "Occup\u00e9", "0"]
        self.assertEqual(self.phrases(*others), others)

    def test_an_empty_phrase_is_explained(self):
        self.assertEqual(self.phrases("", " "), ["", ""])

    def test_format_directives_stay_as_they_are(self):
        given = ["%s%n", "%d %x %%", "{0}$HOME`"]
        self.assertEqual(self.phrases(*given), given)

    def test_invalid_utf8_is_replaced_and_the_rest_unharmed(self):
        given = [b"Bes\xe9tzt %s%n", b"\xff\xfeBusy", b"Busy \xc3", b"\xed\xa0\x80 x"]
        wanted = ["Bes\ufffdtzt %s%n", "\ufffd\ufffdBusy", "Busy \ufffd", "\ufffd\ufffd\ufffd x"]
        self.assertEqual(self.phrases(*given), wanted)

    def test_a_long_phrase_is_cut_at_200_bytes(self):
        self.assertEqual(self.phrases("p" * 200, "p" * 201, "p" * 5000), ["p" * 200] * 3)

    def test_a_long_phrase_is_cut_between_characters(self):
        self.assertEqual(self.phrases("\u00e9" * 2500, "x" + "\u00e9" * 2500),
                         ["\u00e9" * 100, "x" + "\u00e9" * 99])


if __name__ == "__main__":
    unittest.main()
