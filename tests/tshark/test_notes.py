# SPDX-License-Identifier: GPL-2.0-or-later
"""The user's own notes: the table "SIP Explain notes", given with -o uat: or saved in the profile."""

import json
import os

from captures.make_sample import make
from lib.tshark import TSHARK, TsharkTest


def row(code="", method="", product="", phrase="", note="look here", severity="unchanged"):
    """A row of the table as it stands in its file."""
    return ",".join(f'"{value}"' for value in (code, method, product, phrase, note, severity))


class NotesTest(TsharkTest):

    def setUp(self):
        super().setUp()
        self.capture = self.path("sample.pcap")
        make().write(self.capture)

    def table(self, *rows):
        """Options of tshark that make these rows the table."""
        return [part for text in rows for part in ("-o", "uat:sipexplain_notes:" + text)]

    def noted(self, *rows, args=()):
        """{frame: notes} of the frames that have some."""
        shown = self.fields(self.capture, "sipexplain.note", "frame.number", args=[*self.table(*rows), *args])
        return {int(frame): notes for notes, frame in shown}

    def tree(self, frame, *rows, args=()):
        """The rows of our tree of a frame, with their indentation."""
        out = self.tshark("-V", "-r", self.capture, *self.table(*rows), *args, "-Y", f"frame.number == {frame}")
        return ("\n" + out).partition("\nSIP Explain: ")[2].splitlines()

    def test_there_are_none_at_first(self):
        self.assertEqual(self.noted(), {})

    def test_by_code_and_range(self):
        self.assertEqual(self.noted(row("486", note="busy")), {7: "busy"})
        self.assertEqual(self.noted(row("486-503")), {7: "look here", 11: "look here", 15: "look here"})

    def test_by_method_requests_too(self):
        self.assertEqual(set(self.noted(row(method="OPTIONS"))), {17, 18})
        self.assertEqual(set(self.noted(row("200-299", method="REGISTER"))), {4})

    def test_by_phrase(self):
        self.assertEqual(set(self.noted(row(phrase="not*here"))), {11})

    def test_by_product(self):
        self.assertEqual(self.noted(row(product="no such")), {})

    def test_it_is_first_in_the_tree(self):
        self.assertEqual(self.tree(7, row("486", note="call Bob"))[1], "    Note: call Bob")
        self.assertEqual(self.tree(7)[1:], self.tree(7, row("486", note="call Bob"))[2:])

    def test_a_request_without_anything_else(self):
        self.assertEqual(self.tree(17), [])
        self.assertEqual(self.tree(17, row(method="OPTIONS", note="who asks?")),
                         ["OPTIONS - who asks?", "    Note: who asks?", ""])

    def test_it_changes_no_other_frame(self):
        self.assertEqual(self.tree(11), self.tree(11, row("486")))

    def test_several_in_the_order_of_the_table(self):
        self.assertEqual(self.noted(row("486", note="one"), row("400-499", note="two"), row("487", note="three"))[7],
                         "one|two")

    def test_it_raises_the_severity(self):
        def severities(*rows):
            shown = self.fields(self.capture, "_ws.expert.severity", "frame.number", args=self.table(*rows))
            return {int(frame): value for value, frame in shown}
        plain, raised = severities(), severities(row("486", severity="error"))
        self.assertNotEqual(plain.pop(7), raised[7])
        self.assertEqual(raised.pop(7), "8388608")
        self.assertEqual(plain, raised)
        self.assertEqual(severities(row("503", severity="chat")), severities())

    def test_the_expert_item_of_a_request(self):
        out = self.tshark("-q", "-r", self.capture, *self.table(row(method="OPTIONS", severity="warning")),
                          "-z", "expert,warn")
        self.assertIn("a note of your own", out)
        self.assertEqual(self.fields(self.capture, "sipexplain.expert.note", "frame.number",
                                     args=self.table(row(method="OPTIONS", severity="note")))[0][1], "17")

    def test_without_diagnosing(self):
        self.assertEqual(set(self.noted(row(method="OPTIONS"), args=["-o", "sipexplain.diagnose:FALSE"])), {17, 18})

    def test_two_passes(self):
        self.assertEqual(set(self.noted(row(method="OPTIONS"),
                                        args=["-2", "-o", "sipexplain.look_ahead:TRUE"])), {17, 18})

    def test_what_is_wrong_is_refused(self):
        for text, words in ((row("4000"), '"4000" is neither a status code'),
                            (row("500-400"), '"500-400" is neither a status code'),
                            (row(method="IN VITE"), '"IN VITE" is no method'),
                            (row(product="**"), '"**" is no pattern'), (row(phrase="*"), '"*" is no pattern'),
                            (row(note=" "), "the note has no words"), (row(severity="loud"), "loud")):
            done = self.run_program(TSHARK, "-r", self.capture, *self.table(text), check=False)
            self.assertEqual(done.returncode, 1, text)
            self.assertIn(words, done.stderr)

    def test_words_are_words(self):
        noted = self.noted(row("486", note=r"100%s %n \x1b[31m caf\xc3\xa9"))[7]
        self.assertEqual(noted.replace("\\\\", "\\"), "100%s %n \\033[31m caf\u00e9")  # from 4.4 on tshark doubles a backslash

    def test_saved_in_the_profile(self):
        folder = self.path(".config/wireshark/profiles/mine")
        os.makedirs(folder)
        with open(os.path.join(folder, "sipexplain_notes"), "w", encoding="utf-8") as stream:
            stream.write(row("486", note="of the profile") + "\n")
        self.assertEqual(self.noted(args=["-C", "mine"]), {7: "of the profile"})
        self.assertEqual(self.noted(), {})

    def test_the_message_of_a_broken_file(self):
        os.makedirs(self.path(".config/wireshark"))
        with open(self.path(".config/wireshark/sipexplain_notes"), "w", encoding="utf-8") as stream:
            stream.write(row("4000") + "\n")
        done = self.run_program(TSHARK, "-r", self.capture, check=False)
        self.assertIn('"4000" is neither a status code', done.stderr)
        self.assertEqual(done.returncode, 0)

    def test_json(self):
        out = self.tshark("-r", self.capture, "-T", "json", "-Y", "frame.number == 7",
                          *self.table(row("486", note='say "hello"'.replace('"', r"\x22"))))
        tree = json.loads(out)[0]["_source"]["layers"]["sipexplain"]
        self.assertEqual(tree["sipexplain.note"], 'say "hello"')
