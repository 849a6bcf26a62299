# SPDX-License-Identifier: GPL-2.0-or-later
"""The sample capture is what its maker makes."""

import os
import unittest

from .make_sample import make


class SampleTest(unittest.TestCase):

    def test_the_sample_is_what_its_maker_makes(self):
        with open(os.path.join(os.path.dirname(__file__), "sample.pcap"), "rb") as file:
            self.assertEqual(file.read(), make().to_bytes())
