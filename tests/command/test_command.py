# SPDX-License-Identifier: GPL-2.0-or-later
"""What the command answers, in which formats, and with which exit status."""

import json
import os
import pathlib
import re
import tempfile
import unittest

from .command import CommandTest

WRITTEN = pathlib.Path(__file__).resolve().parents[2] / "src/knowledge/en/compare"
# Words that no English sentence is without, and that neither Russian nor Portuguese has; not in quotes, which was sent, and
# not in terms such as store-and-forward.
ENGLISH = re.compile(r'"[^"]*"|destination out of order|'
                     r'(?<!-)\b(the|of|and|is|was|were|are|with|this|that|not|which|it|has|from|section|sections)\b(?!-)')
# What "200 401" and "200 403" have to tell, in the words of each language.
BOTH = {"en": ("three-way handshake", "ACK", "SIP trunk", "2xx", "4xx", "success", "client failure"),
        "ru": ("тройное рукопожатие", "ACK", "SIP-транк", "2xx", "4xx", "успех", "ошибка клиента"),
        "pt": ("handshake de três vias", "ACK", "tronco SIP", "2xx", "4xx", "sucesso", "falha do cliente")}
CHALLENGE = {"en": ("WWW-Authenticate", "REGISTER", "stale=true", "credentials"),
             "ru": ("WWW-Authenticate", "REGISTER", "stale=true", "учётными данными"),
             "pt": ("WWW-Authenticate", "REGISTER", "stale=true", "credenciais")}
REFUSAL = {"en": ("block", "ACL", "routing policy", "a repeat does not help", "number", "SMTP"),
           "ru": ("запрет номера", "ACL", "политик", "повторять бесполезно", "номер", "SMTP"),
           "pt": ("bloqueado", "ACL", "política de roteamento", "repetir não adianta", "número", "SMTP")}


class AnswersTest(CommandTest):
    """What is asked for."""

    def test_a_code(self):
        out = self.run_it("401")
        self.assertTrue(out.startswith("401 Unauthorized\nthe server asks for credentials\n"), out)
        self.assertIn("WWW-Authenticate", out)

    def test_a_code_as_the_answer_to_a_method(self):
        self.assertNotEqual(self.run_it("481", "BYE"), self.run_it("481"))
        self.assertEqual(self.run_it("481", "bye"), self.run_it("481", "BYE"))
        self.assertEqual(json.loads(self.run_it("481", "BYE", "--format=json"))["method"], "BYE")

    def test_what_must_follow_in_general(self):
        for method, words in (("REGISTER", "unless the binding was removed"), ("INVITE", "media as the SDP says")):
            (said,) = [part for part in self.run_it("200", method).split("\n\n") if part.startswith("What must follow")]
            self.assertIn(words, " ".join(said.split()))

    def test_a_diagnosis_a_cause_a_product(self):
        self.assertIn("sipexplain.diagnosis == \"auth.loop\"", self.run_it("auth.loop"))
        for words in (("Q.850", "17"), ("q850", "17"), ("q850-17",)):
            self.assertIn("486 Busy Here", self.run_it(*words))
        self.assertIn("freeswitch.", self.run_it("FreeSWITCH"))

    def test_causes_that_need_no_evidence_come_first(self):
        page = json.loads(self.run_it("auth.wrong-credentials", "-f", "json"))
        self.assertIn("password differs", page["causes"][0])
        self.assertIn("another algorithm", "".join(page["causes"][1:]))
        self.assertIn("username=", page["fixes"][0])

    def test_a_code_that_nobody_registered_is_its_class(self):
        out = self.run_it("499", status=1)
        self.assertIn("not registered: this explains the class", out)
        self.assertIn("400", out)
        self.assertIn("not registered, and clients treat it as 400", self.run_it("200", "499", status=1))
        self.run_it("999", status=1)

    def test_the_list_has_everything_once(self):
        ids = [item["id"] for key in ("code", "comparison", "diagnosis", "cause", "vendor")
               for item in json.loads(self.run_it("--list", "--format=json"))[key]]
        self.assertEqual(len(set(ids)), len(ids))
        self.assertLess({"401", "200-401", "auth.loop", "q850-17", "asterisk"}, set(ids))
        self.assertEqual([line.split("\t")[0] for line in self.run_it("--list-ids").splitlines()], ids)

    def test_each_of_the_list_has_a_page(self):
        for line in self.run_it("--list-ids").splitlines()[::9]:
            one = line.split("\t")[0]
            self.assertEqual(json.loads(self.run_it(one, "--format=json"))["id"], one)

    def test_search_finds_titles_first_and_says_when_there_is_nothing(self):
        hits = json.loads(self.run_it("--search", "busy here", "--format=json"))["hits"]
        self.assertEqual(hits[0]["id"], "486")
        self.assertIn("Nothing has these words", self.run_it("-s", "xyzzy", status=1))

    def test_search_wants_every_word_in_any_order(self):
        def first(*words, language="en"):
            return json.loads(self.run_it("-l", language, "-f", "json", "-s", " ".join(words)))["hits"][0]["id"]
        self.assertEqual(first("wrong", "password"), "auth.wrong-credentials")
        self.assertEqual(first("password", "wrong"), "auth.wrong-credentials")
        self.assertEqual(first("cause", "21"), "q850-21")
        self.assertEqual(first("487"), "487")
        self.assertEqual(first("nao", "autorizado", language="pt"), first("n\u00e3o", "autorizado", language="pt"))
        self.run_it("-s", "password xyzzy", status=1)
        self.run_it("-s", "assword", status=1)

    def test_search_is_in_the_language_shown(self):
        self.assertIn("nicht", json.loads(self.run_it("-l", "de", "-s", "nicht", "-f", "json"))["hits"][0]["text"].lower())

    def test_the_language_of_the_environment_and_by_name(self):
        german = self.run_it("401", "--lang", "de")
        self.assertNotIn("What it means", german)
        self.assertEqual(self.run_it("401", LC_ALL="", LANG="de_AT.UTF-8"), german)
        self.assertEqual(self.run_it("401", "--lang", "de", LANG="fr_FR.UTF-8"), german)


class ComparisonTest(CommandTest):
    """Two codes."""

    def test_all_parts_are_there_in_their_order(self):
        out = self.run_it("401", "200")
        titles = re.findall(r"^(?:  )?(\S.*)$", out, re.MULTILINE)
        at = [titles.index(title) for title in (
            "200 OK and 401 Unauthorized", "How they differ", "200 OK", "401 Unauthorized", "Key differences",
            "When to use which", "In other protocols", "Reference", "Related codes") if title != "Reference"]
        self.assertEqual(at, sorted(at))

    def test_what_a_good_reference_page_has(self):
        for language, both in BOTH.items():
            for other, facts in (("401", CHALLENGE), ("403", REFUSAL)):
                out = " ".join(self.run_it("200", other, "--lang", language).split())
                self.assertEqual([fact for fact in both + facts[language] if fact not in out], [], (language, other))
            page = json.loads(self.run_it("200", "403", "--lang", language, "--format", "json"))
            for part in page["parts"]:
                self.assertTrue(all(part[name] for name in ("headline", "meaning", "when", "fixes")), part["id"])

    def test_pairs_are_whole_in_every_complete_language(self):
        """Those written by hand, and some that are composed; the other languages have the same parts and no English."""
        written = sorted(path.stem for path in WRITTEN.glob("[1-6]*.md"))
        self.assertGreater(len(written), 35)
        for pair in written + ["180-503", "404-500", "183-699"]:
            status = 1 if pair.endswith("699") else 0
            pages = [json.loads(self.run_it(*pair.split("-"), "-f", "json", "-l", language, status=status))
                     for language in BOTH]
            for page in pages:
                self.assertEqual([(key, len(page[key])) for key in ("key_differences", "uses", "parts")],
                                 [(key, len(pages[0][key])) for key in ("key_differences", "uses", "parts")])
                self.assertTrue(page["difference"])
            self.assertTrue(ENGLISH.findall(pages[0]["difference"]))
            for language in ("ru", "pt"):
                text = " ".join(self.run_it(*pair.split("-"), "-l", language, status=status).split())
                self.assertEqual([word for word in ENGLISH.findall(text) if word], [], (language, pair))

    def test_json_has_both_codes_as_parts(self):
        page = json.loads(self.run_it("180", "503", "--format", "json"))
        self.assertEqual((page["kind"], page["id"]), ("comparison", "180-503"))
        self.assertEqual([part["id"] for part in page["parts"]], ["180", "503"])
        self.assertLessEqual({"headline", "meaning", "when", "fixes"}, set(page["parts"][0]))
        self.assertEqual(page["key_differences"][0],
                         {"aspect": "Class", "text": "180 is provisional (1xx), 503 is a server failure (5xx)"})
        self.assertEqual([one["protocol"] for one in page["elsewhere"]], ["HTTP", "Q.850", "XMPP"])
        self.assertEqual(len(page["uses"]), 2)

    def test_markdown_and_html(self):
        self.assertIn("\n## Key differences\n\n- Class: 200", self.run_it("200", "401", "-f", "markdown"))
        out = self.run_it("200", "401", "-f", "html")
        self.assertTrue(out.startswith("<!DOCTYPE html>\n<html lang=\"en\">"))
        self.assertNotIn("<script", out)
        self.assertNotIn("http:", out)

    def test_a_page_of_a_code_names_its_comparisons(self):
        page = json.loads(self.run_it("403", "-f", "json"))
        self.assertEqual([one["id"] for one in page["compared_with"]], ["200-403", "401-403", "403-404", "403-603"])
        self.assertNotIn("compared_with", json.loads(self.run_it("513", "-f", "json")))

    def test_a_comparison_leads_further_and_not_to_itself(self):
        page = json.loads(self.run_it("401", "407", "-f", "json"))
        related = [one["id"] for one in page["related"]]
        self.assertIn("403", related)
        self.assertFalse({"401", "407"} & set(related), related)

    def test_what_cannot_be_compared(self):
        for words in (("200", "200"), ("200", "99"), ("200", "700")):
            self.assertIn("cannot be compared", self.wrong_usage(*words))


class UsageTest(CommandTest):
    """Wrong usage is one line and the exit status 2."""

    def test_one_line(self):
        for args, text in ((("401", "FOO"), "'FOO' is no method"), ((), "what is it about?"),
                           (("1", "2", "3"), "too many words: '3'"), (("--list", "401"), "too many words: '401'"),
                           (("Q.850", "4000"), "'4000' is no Q.850 cause"), (("foo",), "'foo' is no status code"),
                           (("--lang", "xx", "401"), "unknown language 'xx'"),
                           (("-f", "pdf", "401"), "unknown format 'pdf'"), (("-f", "man", "401"), "unknown format"),
                           (("--frob",), "--frob"), (("auth.loop", "INVITE"), "too many words")):
            line = self.wrong_usage(*args)
            self.assertTrue(line.startswith("sipexplain: ") and line.endswith("; see sipexplain --help"), line)
            self.assertIn(text, line)

    def test_in_the_language_asked_for(self):
        self.assertNotEqual(self.wrong_usage("--lang=de", "foo"), self.wrong_usage("foo"))

    def test_hostile_words_are_shown_harmless(self):
        self.assertNotIn("\033", self.wrong_usage("\033[31mfoo"))

    def test_a_file_that_cannot_be_written(self):
        self.assertIn("nowhere", self.wrong_usage("401", "-o", "/nowhere/at/all"))

    def test_a_file(self):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "out.txt")
            self.assertEqual(self.run_it("401", "--output", path), "")
            with open(path, encoding="utf-8") as file:
                self.assertEqual(file.read(), self.run_it("401"))


if __name__ == "__main__":
    unittest.main()
