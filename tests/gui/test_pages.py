# SPDX-License-Identifier: GPL-2.0-or-later
"""The HTML pages in a headless Chromium: the book and the report of check, on a phone and a desktop, dark and light.

SX_SCREENSHOTS=FOLDER keeps pictures of the pages.
"""

import html
import json
import os
import re
import shutil
import subprocess
import tempfile
import unittest

from command.command import COMMAND, environment
from lib import sip
from log.layouts import BY_NAME, Sent, conversation, write

BROWSER = next(filter(shutil.which, ("chromium", "chromium-browser", "google-chrome")), None)
PHONE, DESKTOP = (390, 844), (1280, 800)
PAPER = {"light": "rgb(255, 255, 255)", "dark": "rgb(13, 17, 23)"}
PAGES = ("en/index", "en/401", "en/200-401", "ru/auth.wrong-credentials", "pt/200-403", "ru/q850-17", "report")
# A frame has the width of a phone, which a window may not have. What the steps find is the text of the page.
FRAME = """<!DOCTYPE html><meta charset="utf-8"><title>driver</title>
<style>body{margin:0}iframe{border:0;display:block;width:%(width)dpx;height:%(height)dpx}</style>
<iframe id="frame" src="%(page)s"></iframe>
"""
DRIVER = FRAME + """<pre id="found"></pre>
<script>
var frame=document.getElementById('frame'),found={};
function open(page){return new Promise(function(done){frame.onload=function(){done(frame.contentDocument)};frame.src=page})}
function later(){return new Promise(function(done){setTimeout(done,300)})}
function type(page,text){var box=page.getElementById('search');box.value=text;box.oninput();
 return Array.from(page.querySelectorAll('#found a')).map(function(a){return a.textContent})}
function choose(page,code){var box=page.getElementById('labels');box.value=code;box.onchange();return later()}
async function steps(){
 %(steps)s
}
steps().catch(function(error){found={error:String(error)}}).then(function(){
 frame.remove();document.getElementById('found').textContent=JSON.stringify(found)});
</script>
"""
MEASURE = """
 for(var name of %s){
  var page=await open(name+'.html'),root=page.documentElement;
  found[name]={wide:root.scrollWidth,paper:getComputedStyle(page.body).backgroundColor,
   loaded:frame.contentWindow.performance.getEntriesByType('resource').map(function(one){return one.name})};
 }
"""
SEARCH = """
 var page=await open('en/index.html');
 found.password=type(page,'password wrong');
 found.cause=type(page,'cause 21');
 found.nothing=type(page,'xyzzy');
 found.says=!page.getElementById('none').hidden;
 found.listed=page.getElementById('all').hidden;
 type(page,'');
 found.back=!page.getElementById('all').hidden;
 page=await open('pt/index.html');
 found.plain=type(page,'requisicao').length;
 found.accented=type(page,'requisi\\u00e7\\u00e3o').length;
"""
LABELS = """
 localStorage.clear();
 var page=await open('en/401.html'),title=page.querySelector('h1');
 found.english=title.textContent;
 await choose(page,'ar');
 found.arabic=[title.dir,title.lang,title.textContent,getComputedStyle(title).direction];
 found.prose=getComputedStyle(page.querySelector('.summary')).direction;
 page=await open('en/403.html');await later();
 found.kept=page.querySelector('h1').lang;
 await choose(page,'');
 found.back=[page.querySelector('h1').textContent,page.querySelector('h1').dir];
 page.querySelector('a[hreflang=ru]').click();await later();
 found.switched=[frame.contentDocument.documentElement.lang,frame.contentDocument.querySelector('h1').textContent];
 localStorage.clear();
"""


@unittest.skipUnless(BROWSER, "no Chromium")
@unittest.skipUnless(os.path.exists(COMMAND), "no command in SX_BUILD_DIR")
class PagesTest(unittest.TestCase):
    """One book and one report for all tests."""

    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.mkdtemp(prefix="sx-pages-")
        cls.addClassCleanup(shutil.rmtree, cls.folder, ignore_errors=True)
        cls.run_command(0, "--book", cls.folder)
        invite = sip.request("INVITE")
        start = conversation()[0].micros
        messages = (False, invite), (True, sip.response(503, "Service Unavailable", invite))
        log = os.path.join(cls.folder, "test.log")
        with open(log, "wb") as file:
            file.write(write(BY_NAME["asterisk_pjsip"], [Sent(data, by_server, start + i * 1000000)
                                                         for i, (by_server, data) in enumerate(messages)], "ms"))
        cls.run_command(1, "check", "--format=html", "--output", os.path.join(cls.folder, "report.html"), log)

    @staticmethod
    def run_command(status, *args):
        done = subprocess.run([COMMAND, *args], env=environment(), capture_output=True, check=False)
        assert done.returncode == status, done.stderr

    def browse(self, size, scheme, *args):
        """Runs the browser; its standard output."""
        home = tempfile.mkdtemp(prefix="sx-browser-")
        self.addCleanup(shutil.rmtree, home, ignore_errors=True)
        done = subprocess.run(
            [BROWSER, "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--allow-file-access-from-files",
             f"--user-data-dir={home}", f"--window-size={max(size[0], 500)},{size[1]}", "--virtual-time-budget=20000",
             f"--blink-settings=preferredColorScheme={0 if scheme == 'dark' else 1}", *args],
            env={**environment(), "HOME": home}, capture_output=True, encoding="utf-8", timeout=300, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout

    def drive(self, steps, size=DESKTOP, scheme="light"):
        path = os.path.join(self.folder, "driver.html")
        with open(path, "w", encoding="utf-8") as file:
            file.write(DRIVER % {"width": size[0], "height": size[1], "page": "", "steps": steps})
        shown = self.browse(size, scheme, "--dump-dom", path)
        found = json.loads(html.unescape(re.search(r'<pre id="found">(.*?)</pre>', shown, re.DOTALL).group(1)))
        self.assertNotIn("error", found)
        return found

    def keep_pictures(self, size, scheme):
        for page in PAGES if os.environ.get("SX_SCREENSHOTS") else ():
            name = f"page-{page.replace('/', '-')}-{size[0]}-{scheme}.png"
            with open(os.path.join(self.folder, "shown.html"), "w", encoding="utf-8") as file:
                file.write(FRAME % {"width": size[0], "height": size[1], "page": page + ".html"})
            self.browse(size, scheme, "--screenshot=" + os.path.join(os.environ["SX_SCREENSHOTS"], name),
                        os.path.join(self.folder, "shown.html"))

    def test_pages_fit_and_load_nothing_from_elsewhere(self):
        for size, scheme in ((PHONE, "light"), (PHONE, "dark"), (DESKTOP, "light"), (DESKTOP, "dark")):
            with self.subTest(size=size, scheme=scheme):
                found = self.drive(MEASURE % json.dumps(PAGES), size, scheme)
                self.assertEqual(list(found), list(PAGES))
                for name, page in found.items():
                    self.assertLessEqual(page["wide"], size[0], name)
                    self.assertEqual(page["paper"], PAPER[scheme], name)
                    self.assertEqual(page["loaded"], [], name)
                self.keep_pictures(size, scheme)

    def test_search(self):
        found = self.drive(SEARCH)
        self.assertEqual(found["password"][0], "auth.wrong-credentials")
        self.assertEqual(found["cause"][0], "q850-21")
        self.assertEqual((found["nothing"], found["says"], found["listed"], found["back"]), ([], True, True, True))
        self.assertGreater(found["plain"], 10)
        self.assertEqual(found["plain"], found["accented"])

    def test_labels_and_languages(self):
        found = self.drive(LABELS)
        self.assertEqual(found["english"], "401 Unauthorized")
        self.assertEqual(found["arabic"][:2] + found["arabic"][3:], ["rtl", "ar", "rtl"])
        self.assertNotEqual(found["arabic"][2], found["english"])
        self.assertEqual((found["prose"], found["kept"], found["back"]), ("ltr", "ar", ["403 Forbidden", ""]))
        self.assertEqual(found["switched"], ["ru", "403 Forbidden"])


if __name__ == "__main__":
    unittest.main()
