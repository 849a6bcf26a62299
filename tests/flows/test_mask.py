# SPDX-License-Identifier: GPL-2.0-or-later
"""Masked flows: the engine says the same of them, and nothing that tells who spoke is left."""

import os
import re
import subprocess
import unittest

from . import native
from .cases import cases
from .flow import load
from .wire import wire

PROGRAM = os.environ.get("SX_FLOW_LOOK", "")
COMPARED = ("diagnosis", "verdict", "code", "method", "copy_of", "relayed_from", "request_frame", "answer_time",
            "evidence.diagnosis", "evidence.frame", "cause", "call.verdict", "call.code", "call.diagnosis", "compare.code",
            "detail.vendor.id", "detail.answered_by", "missing_header", "sipfrag.code")
# Where the headers of a message say who and where. Shorter words may come out of a mask by chance.
TELLING = re.compile(
    rb'sips?:([^@\s:;>"]{5,})@'
    rb'|@([a-z0-9.-]{5,})'
    rb'|(?:username|realm|nonce|cnonce|opaque|response)="([^"]{6,})"'
    rb'|^(?:call-id|i): *([^\r\n@]{6,})'
    rb'|;tag=([^\s;,]{6,})'
    rb'|branch=z9hG4bK([^\s;,]{6,})'
    rb'|\b(\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3})\b'
    rb'|(\+?\d{7,})@', re.IGNORECASE | re.MULTILINE)
# A number that goes on where another one ended ends otherwise: after the mask they are two.
DIALED_ON = ("route/overlap-dialling", "route/overlap-404", "route/overlap-other-call-ids", "hindsight/unanswered", "hindsight/one-segment")
KEPT = re.compile(rb"anonymous|unknown|unavailable|restricted|localhost|\.invalid|^127\.|^[0.]+$|^0\.|^2[2-5]\d\.|microsoft", re.IGNORECASE)


def masked(feeds, key):
    return subprocess.run([PROGRAM, key], input=b"".join(feeds), stdout=subprocess.PIPE, check=True).stdout


def facts(explanation):
    """What must be the same, masked or not."""
    said = native.seen(explanation)
    return {name: said.values(name) for name in COMPARED if said.values(name)}, sorted(said.experts)


class MaskTest(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.feeds = {name: native.feed(name, wire(load(path))) for name, path in cases().items()}
        cls.masked = masked(cls.feeds.values(), "a key")

    def test_the_same_is_said_of_masked_messages(self):
        plain = native.explanations(PROGRAM, self.feeds.values())
        other = native.explanations(PROGRAM, [self.masked])
        self.assertEqual(set(plain), set(other))
        for (flow, look), frames in plain.items():
            if flow in DIALED_ON:
                continue
            for frame, explained in frames.items():
                with self.subTest(flow=flow, look=look, frame=frame):
                    self.assertEqual([facts(one) for one in other[flow, look].get(frame, [])], [facts(one) for one in explained])

    def test_nothing_telling_is_left(self):
        by_flow = dict(zip(self.feeds, re.split(rb"(?<=\n)(?=flow )|(?<!^)(?=flow \S+/)", self.masked)))
        for name, feed in self.feeds.items():
            mine = by_flow[name]
            self.assertTrue(mine.startswith(b"flow " + name.encode()))
            words = {word for groups in TELLING.findall(feed) for word in groups if word and not KEPT.search(word)}
            at_their_places = {word for groups in TELLING.findall(mine) for word in groups}
            anywhere = {word for word in words if re.search(rb"\d", word) and re.search(rb"(?<!\w)%s(?!\w)" % re.escape(word), mine)}
            with self.subTest(flow=name):
                self.assertEqual(words & (at_their_places | anywhere), set())

    def test_the_same_key_gives_the_same_and_another_one_something_else(self):
        self.assertEqual(masked(self.feeds.values(), "a key"), self.masked)
        self.assertNotEqual(masked(self.feeds.values(), "another"), self.masked)

    def test_a_masked_message_has_the_length_it_had(self):
        self.assertEqual(sum(map(len, self.feeds.values())) // 1000, len(self.masked) // 1000)


if __name__ == "__main__":
    unittest.main()
