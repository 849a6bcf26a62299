# SPDX-License-Identifier: GPL-2.0-or-later
"""The book: every page is there, every link leads somewhere, every page is valid, nothing is asked of other hosts."""

import html.parser
import json
import os
import re
import shutil
import subprocess
import tempfile
import unittest

from .command import CommandTest

VOID = {"meta", "input", "br", "link", "img", "hr"}


class Page(html.parser.HTMLParser):
    """What a page has: links, elements that are open at the end, attributes that lead elsewhere."""

    def __init__(self, text):
        super().__init__()
        self.links, self.open, self.faults, self.lang, self.ids = [], [], [], None, []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        values = dict(attrs)
        if tag == "html":
            self.lang = (values.get("lang"), values.get("dir"))
        if tag == "a":
            self.links.append(values["href"])
        if "src" in values or tag == "link":
            self.faults.append(f"{tag} loads something")
        if "id" in values:
            self.ids.append(values["id"])
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.faults.append(f"</{tag}> closes nothing")


class BookTest(CommandTest):
    """One book for all tests."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.folder = tempfile.mkdtemp(prefix="sipexplain-book-")
        cls.addClassCleanup(shutil.rmtree, cls.folder)
        cls.made = False

    def setUp(self):
        if not BookTest.made:
            self.assertEqual(self.run_it("--book", self.folder), "")
            BookTest.made = True

    def files(self):
        return sorted(os.path.join(folder, name) for folder, _, names in os.walk(self.folder)
                      for name in names if name.endswith(".html"))

    def read(self, path):
        with open(os.path.join(self.folder, path), encoding="utf-8") as file:
            return file.read()

    def languages(self):
        return sorted(name for name in os.listdir(self.folder) if os.path.isdir(os.path.join(self.folder, name)))

    def labels(self):
        text = self.read("labels.js")
        self.assertTrue(text.startswith("window.sxLabels=") and text.endswith(";\n"))
        return json.loads(text[len("window.sxLabels="):-2])

    def test_each_language_has_all_pages(self):
        ids = {line.split("\t")[0] for line in self.run_it("--list-ids").splitlines()}
        self.assertGreater(len(ids), 300)
        self.assertIn("en", self.languages())
        for language in self.languages():
            names = {name[:-5] for name in os.listdir(os.path.join(self.folder, language))}
            self.assertEqual(names, ids | {"index"}, language)

    def test_every_link_resolves(self):
        links = 0
        for path in self.files():
            for link in Page(self.read(path)).links:
                links += 1
                self.assertTrue(os.path.isfile(os.path.join(os.path.dirname(path), link)), (path, link))
        self.assertGreater(links, 1000)

    def test_pages_are_well_formed_and_load_nothing(self):
        for path in self.files():
            page = Page(self.read(path))
            self.assertEqual((page.open, page.faults), ([], []), path)
            self.assertEqual(len(page.ids), len(set(page.ids)), path)
            self.assertNotRegex(self.read(path), r"https?://|@import|url\(", path)

    @unittest.skipUnless(shutil.which("tidy"), "no tidy")
    def test_every_page_is_valid(self):
        def faults(*paths):
            done = subprocess.run(["tidy", "-quiet", "-errors", "-utf8", *paths], capture_output=True,
                                  encoding="utf-8", check=False)
            return done.stdout + done.stderr
        self.assertEqual(faults(*self.files()), "")
        broken = os.path.join(self.folder, "broken.txt")
        with open(broken, "w", encoding="utf-8") as file:
            file.write(self.read("en/401.html").replace("</main>", "<p><div></p>"))
        self.assertNotEqual(faults(broken), "")
        os.remove(broken)

    def test_a_page_says_its_language_and_has_the_style_of_both_lights(self):
        for language in self.languages():
            text = self.read(f"{language}/401.html")
            self.assertEqual(Page(text).lang[0], language)
            self.assertIn("prefers-color-scheme:dark", text)
            self.assertIn("name=\"viewport\"", text)

    def test_complete_languages_lead_to_the_same_page(self):
        for language in self.languages():
            links = Page(self.read(f"{language}/200-401.html")).links
            self.assertEqual([link for link in links if link.startswith("../")],
                             [f"../{other}/200-401.html" for other in sorted(self.languages(), key=self.order())
                              if other != language])

    def order(self):
        return self.run_it("--list-languages").split().index

    def test_other_languages_have_labels(self):
        labels = self.labels()
        self.assertEqual(sorted([*labels, *self.languages()]), sorted(self.run_it("--list-languages").split()))
        self.assertEqual({code for code, one in labels.items() if one["dir"] == "rtl"}, {"ar"})
        for code in ("ar", "de", "ja", "zh-Hans"):
            names = labels[code]["names"]
            self.assertLess({"What it means", "When you see it", "Status codes", "401 Unauthorized", "Verdict"},
                            set(names), code)
            prose = "the server asks for credentials"
            self.assertNotIn(prose, names)
        switchable = re.findall(r'class="l"[^>]*>([^<]*)<', self.read("en/401.html"))
        self.assertIn("What it means", switchable)
        self.assertIn("<option value=\"ar\" lang=\"ar\">", self.read("en/401.html"))

    def test_the_index_has_the_words_of_each_page(self):
        text = self.read("en/index.html")
        words = json.loads(text.partition("var words=")[2].partition("];")[0] + "]")
        links = [link[:-5] for link in Page(text).links if not link.startswith("..") and link != "index.html"]
        self.assertEqual(len(words), len(links))
        self.assertIn("credentials", words[links.index("401")].split())
        self.assertIn("www-authenticate", words[links.index("200-401")].split())

    def test_scripts_are_scripts(self):
        if not shutil.which("node"):
            self.skipTest("no node")
        for path in ("en/index.html", "en/401.html", "index.html"):
            for script in re.findall(r"<script>(.*?)</script>", self.read(path), re.DOTALL):
                done = subprocess.run(["node", "--check", "-"], input=script, capture_output=True, encoding="utf-8",
                                      check=False)
                self.assertEqual(done.returncode, 0, done.stderr)

    def test_a_folder_that_cannot_be_made(self):
        path = os.path.join(self.folder, "index.html", "below")
        self.assertIn("below", self.wrong_usage("--book", path))


if __name__ == "__main__":
    unittest.main()
