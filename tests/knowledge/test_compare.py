# SPDX-License-Identifier: GPL-2.0-or-later
"""Comparisons of two codes: form and limits of the texts, the facts, and every pair composed from them."""
import itertools
import re
import unittest

from .compose import COMPARE, Composer, read_csv, read_sections, read_templates
from .folder import KNOWLEDGE

ASPECTS = {"Class", "Who sends it", "Scope", "Retry", "Headers", "What the caller does next", "What it ends",
           "Typical cause"}
PROTOCOLS = {"HTTP", "Q.850", "Q.931", "SMTP", "XMPP", "FTP"}
SECTIONS = {"How they differ": (420, 1, 1), "Key differences": (160, 3, 6), "When to use which": (160, 2, 4),
            "Elsewhere": (120, 0, 4)}
WRITTEN_BY_HAND = """
100-183 180-183 200-202 200-401 200-403 301-302 302-305 401-403 401-407 403-404 403-603 404-410 404-484 404-604
406-488 408-480 408-481 408-504 415-488 420-421 422-423 428-438 436-437 480-486 480-487 480-503 482-483 486-600
486-603 487-603 488-606 500-503 502-504 603-607 603-608 607-608""".split()
PLACEHOLDER = re.compile(r"\{[^{}]*\}")


def codes():
    return [row["code"] for row in read_csv(KNOWLEDGE / "codes.csv") if row["code"].isdigit()]


def faults_of_sections(sections, limits=SECTIONS):
    """What is wrong with a comparison, written or composed."""
    if [name for name in limits if name in sections] != list(sections):
        yield f"sections {list(sections)}"
    for name, (limit, fewest, most) in limits.items():
        items = sections.get(name, [])
        if not fewest <= len(items) <= most:
            yield f"{name}: {len(items)} items"
        yield from (f"{name}: {len(text)} characters: {text}" for text in items if len(text) > limit)
        yield from (f"{name}: ends with a full stop: {text}" for text in items
                    if name != "How they differ" and text.endswith("."))
        yield from (f"{name}: placeholder left: {text}" for text in items if PLACEHOLDER.search(text))


def faults_of_bullets(pair, sections):
    aspects = [item.partition(":")[0] for item in sections["Key differences"]]
    if len(set(aspects)) < len(aspects) or not set(aspects) <= ASPECTS:
        yield f"aspects {aspects}"
    yield from (f"a code is not named: {item}" for item in sections["Key differences"]
                if not all(code in item for code in pair))
    protocols = [item.partition(":")[0] for item in sections.get("Elsewhere", [])]
    if len(set(protocols)) < len(protocols) or not set(protocols) <= PROTOCOLS:
        yield f"protocols {protocols}"


def sentences(paragraph):
    return len(re.findall(r"[.?](?: |$)", re.sub(r"Q\.850", "", paragraph)))


def written():
    return [(path, tuple(path.stem.split("-"))) for path in sorted(COMPARE.glob("[0-9]*.md"))]


class WrittenComparisons(unittest.TestCase):

    def test_the_pairs_that_people_confuse_are_written(self):
        self.assertEqual([path.stem for path, _ in written()], WRITTEN_BY_HAND)

    def test_the_front_names_the_pair_and_a_reference(self):
        for path, (low, high) in written():
            with self.subTest(path.name):
                self.assertLess(low, high)
                self.assertTrue({low, high} <= set(codes()))
                front = path.read_text(encoding="utf-8").split("---\n")[1]
                self.assertRegex(front, rf"\Acompare: {low} {high}\nreference: \S.*\n\Z")

    def test_sections_and_bullets_keep_form_and_limits(self):
        for path, pair in written():
            with self.subTest(path.name):
                sections = read_sections(path)
                self.assertEqual([*faults_of_sections(sections), *faults_of_bullets(pair, sections)], [])
                self.assertIn(sentences(sections["How they differ"][0]), (2, 3, 4))

    def test_faults_are_found(self):
        good = {"How they differ": ["One. Two."], "Key differences": ["Class: 1 2", "Retry: 1 2", "Scope: 1 2"],
                "When to use which": ["Send 1", "Send 2"]}
        pair = ("1", "2")
        self.assertEqual([*faults_of_sections(good), *faults_of_bullets(pair, good)], [])
        for section, items in [("How they differ", ["x" * 421]), ("Key differences", good["Key differences"][:2]),
                               ("When to use which", ["Send 1.", "Send 2"]), ("Elsewhere", ["HTTP: {code}"]),
                               ("Learn more", ["x"])]:
            self.assertEqual(len(list(faults_of_sections({**good, section: items}))), 1, section)
        for section, items in [("Key differences", ["Class: 1 2", "Class: 1 2"]), ("Key differences", ["Class: 1"]),
                               ("Key differences", ["Color: 1 2"]), ("Elsewhere", ["Telex: 1"])]:
            self.assertEqual(len(list(faults_of_bullets(pair, {**good, section: items}))), 1, items)


class Facts(unittest.TestCase):

    def setUp(self):
        self.rows = read_csv(KNOWLEDGE / "code-facts.csv")
        self.templates = read_templates()

    def test_each_code_has_one_line_in_the_order_of_the_register(self):
        self.assertEqual([row["code"] for row in self.rows], codes())

    def test_each_value_is_one_of_the_closed_lists_and_each_word_is_used(self):
        for column in ("sender", "retry", "ends", "next"):
            words = {key.partition("-")[2] for key in self.templates if key.startswith(column + "-")}
            self.assertEqual({row[column] for row in self.rows} - {"any", ""}, words, column)

    def test_numbers_and_headers_are_plausible(self):
        causes = {row["value"] for row in read_csv(KNOWLEDGE / "en/values/q850-cause.csv")}
        for row in self.rows:
            with self.subTest(row["code"]):
                self.assertIn(row["http"], ("", row["code"]))
                self.assertIn(row["q850"], causes | {""})
                self.assertRegex(row["xmpp"], r"\A[a-z-]*\Z")
                self.assertRegex(row["headers"], r"\A(?:[A-Z][A-Za-z-]+(?: (?!\Z)|\Z)){0,3}\Z")
                self.assertTrue(row["sender"] and row["retry"] and row["next"] and row["source"])
                self.assertEqual(row["ends"] in ("nothing", "early-dialog"), row["code"][0] == "1")

    def test_each_code_has_its_use_and_names_itself_in_it(self):
        uses = {key: text for key, text in self.templates.items() if key.startswith("use-")}
        self.assertEqual(sorted(uses), [f"use-{code}" for code in codes()])
        self.assertEqual([key for key, text in uses.items() if key[4:] not in text], [])


class ComposedComparisons(unittest.TestCase):

    def test_every_pair_keeps_form_and_limits(self):
        composer = Composer()
        limits = {**SECTIONS, "Elsewhere": (160, 0, 4)}
        faults = []
        for low, high in itertools.combinations(codes(), 2):
            sections = composer.compose(low, high)
            faults += [f"{low} {high}: {fault}" for fault in (*faults_of_sections(sections, limits),
                                                               *faults_of_bullets((low, high), sections))]
        self.assertEqual(faults, [])

    def test_every_template_is_used_by_some_pair(self):
        composer = Composer()
        used = set()
        composer.say = lambda key, **values: used.add(key) or composer.templates[key].format(**values)
        for low, high in itertools.combinations(codes(), 2):
            composer.compose(low, high)
        templates = {key for key, text in composer.templates.items() if PLACEHOLDER.search(text)}
        self.assertEqual(templates - used, set())

    def test_a_pair_of_classes(self):
        self.assertEqual(Composer().compose("180", "503"), {
            "How they differ": ['180 leaves the request open; 503 ends it, because a server could not do its part. '
                                '180 says "the called phone is ringing", '
                                '503 says "the server cannot serve requests at this time".'],
            "Key differences": [
                "Class: 180 is provisional (1xx), 503 is a server failure (5xx)",
                "Who sends it: 180 comes from the callee's phone or a server that answers for it; "
                "503 can come from any server or device on the path",
                "Retry: after 180 nothing is to be repeated; "
                "after 503 the request can succeed at another server or address",
                "What the caller does next: after 180 it waits for the final response; "
                "after 503 it leaves this server alone for Retry-After",
                "Headers: in 180 look for RSeq, Alert-Info; in 503 for Retry-After, Reason",
                "Scope: 180 can answer INVITE; 503 can answer any request"],
            "When to use which": ["Send 180 when the callee's phone rings",
                                  "Send 503 with Retry-After when you can serve no requests at the moment"],
            "Elsewhere": ["HTTP: 503 means the same there",
                          "Q.850: a gateway turns 503 into cause 41 (temporary failure)",
                          "XMPP: internal-server-error stands for 503"]})

    def test_two_codes_that_are_nearly_one(self):
        composed = Composer().compose("475", "479")
        self.assertEqual(composed["How they differ"], [
            "Both are the answer of one server or device and do not speak for others. "
            'Both say "the proxy could not parse the URI". '
            "Neither is registered, and clients treat both as 400."])
        self.assertEqual(composed["Key differences"], [
            "Who sends it: 475 comes from an OpenSIPS proxy; 479 comes from a Kamailio or SER proxy",
            "Retry: after both 475 and 479 a changed request can succeed",
            "What the caller does next: after both 475 and 479 it has the URI corrected where it was made"])


if __name__ == "__main__":
    unittest.main()
