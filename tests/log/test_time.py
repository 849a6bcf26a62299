# SPDX-License-Identifier: GPL-2.0-or-later
"""Stamps of many kinds, and what they leave out: the year, the date, all but the span since the record before."""

import datetime
import unittest

from .layouts import BY_NAME, MESSAGE, MICROS, conversation, micros, write
from .reader import DATED, YEAR, read_bytes


def times(read):
    """As text, UTC."""
    return [str(datetime.datetime(1970, 1, 1) + datetime.timedelta(microseconds=m.time)) for m in read.messages]


class TimeTest(unittest.TestCase):
    """Stamps that leave something out."""

    def cisco(self, *stamps):
        """A log with these stamps."""
        return b"".join(s.encode() + b": //-1/xxx/SIP/Msg/ccsipDisplayMsg:\nReceived:\n" + MESSAGE + b"\n" for s in stamps)

    def test_the_year_of_the_file(self):
        data = self.cisco("Nov 20 09:00:00.123", "Nov 21 09:00:00.123")
        read = read_bytes(data, "--file-time", str(micros(2024, 12, 1)))
        self.assertEqual(times(read), ["2024-11-20 09:00:00.123000", "2024-11-21 09:00:00.123000"])
        self.assertEqual({m.flags for m in read.messages}, {DATED})
        self.assertTrue(times(read_bytes(data, "--file-time", str(micros(2024, 11, 3))))[0].startswith("2023-11-20"))
        self.assertTrue(times(read_bytes(data, "--file-time", str(micros(2024, 11, 20))))[0].startswith("2024-11-20"))

    def test_a_new_year(self):
        read = read_bytes(self.cisco("Dec 31 23:59:59.9", "Jan  1 00:00:00.1"), "--file-time", str(micros(2024, 12, 31)))
        self.assertEqual([time[:4] for time in times(read)], ["2024", "2025"])

    def test_uptime_and_none(self):
        read = read_bytes(self.cisco("00:11:29", "00:11:31"))
        self.assertEqual([(m.time, m.precision, m.flags) for m in read.messages],
                         [(689 * MICROS, "s", 0), (691 * MICROS, "s", 0)])
        read = read_bytes(self.cisco("1w2d", "1w2d"))
        self.assertEqual([(m.time, m.precision) for m in read.messages], [(0, "none")] * 2)

    def test_stamps_of_many_kinds(self):
        cases = {"2024-05-06 07:08:09.123456": ("us", 3), "2024-05-06T07:08:09,123": ("ms", 3),
                 "2024/05/06 07:08:09": ("s", 3), "06/05/2024 07:08:09.123": ("ms", 3), "05/26/2024 07:08:09": ("s", 3),
                 "06.05.2024 07:08:09": ("s", 3), "6 May 2024 07:08:09": ("s", 3), "Mon May 06 2024 07:08:09": ("s", 3),
                 "Mon May  6 07:08:09 2024": ("s", 3), "06-05-2024 07:08:09": ("s", 3),
                 "2024-05-06 09:08:09.5+0200": ("ms", 7), "2024-05-06T07:08:09.123456Z": ("us", 7),
                 "Mon May 06 2024 08:08:09 GMT+0100 (BST)": ("s", 7), "1714979289.5": ("ms", 7),
                 "05/26/2024 7:08:09 AM": ("s", 3), "06.05.2024 7:08:09.123": ("ms", 3)}
        for stamp, (precision, flags) in cases.items():
            with self.subTest(stamp):
                found = read_bytes(self.cisco(stamp)).messages[0]
                self.assertEqual((found.precision, found.flags), (precision, flags))
                day = 26 if stamp.startswith("05/26") else 6
                self.assertEqual(found.time // MICROS, micros(2024, 5, day, 7, 8, 9) // MICROS)

    def test_digits_alone(self):
        for stamp, wanted in (("20240506070809.123456", ("us", 3, 123456)), ("20240506070809", ("s", 3, 0)),
                              ("1714979289123", ("ms", 7, 123000)), ("20241306070809.5", None), ("2024050607080", None)):
            data = stamp.encode() + b" <sip:INFO> 'x' received 9 bytes SIP message from 192.0.2.10:5060 [0x1]\n" + MESSAGE + b"\n"
            found = read_bytes(data).messages[0]
            self.assertEqual(found.format, "yate")
            if wanted is None:
                self.assertFalse(found.precision != "none" and found.time // MICROS == micros(2024, 5, 6, 7, 8, 9) // MICROS)
                continue
            self.assertEqual((found.precision, found.flags, found.time % MICROS), wanted)
            self.assertEqual(found.time // MICROS, micros(2024, 5, 6, 7, 8, 9) // MICROS)

    def test_halves_of_the_day(self):
        read = read_bytes(self.cisco("6 May 2024 12:00:01.5 AM", "6 May 2024 1:00:00 pm", "6 May 2024 12:00:00 PM"))
        self.assertEqual([time[11:] for time in times(read)], ["00:00:01.500000", "13:00:00", "12:00:00"])

    def test_the_date_of_lines_nearby(self):
        layout, messages = BY_NAME["freeswitch"], conversation()
        noise = b"2024-02-29 23:59:%02d.000040 [DEBUG] sofia.c:7325 x\n"
        data = (write(layout, messages[:2], "us") + noise % 59 + write(layout, messages[2:3], "us") +
                write(layout, messages[3:], "us"))
        read = read_bytes(data, "--again")
        self.assertEqual([m.time for m in read.messages], [m.micros for m in messages])
        self.assertEqual(({m.flags for m in read.messages}, read.differ), ({DATED | YEAR}, 0))
        read = read_bytes(write(layout, messages, "us"))
        self.assertEqual([m.time for m in read.messages],
                         [m.micros - messages[0].micros // (86400 * MICROS) * 86400 * MICROS for m in messages])
        self.assertEqual({m.flags for m in read.messages}, {0})

    def test_not_read_ahead(self):
        data = write(BY_NAME["freeswitch"], conversation(), "us", between=BY_NAME["freeswitch"].noise)
        read = read_bytes(data, "--ahead", "0")
        self.assertEqual({m.flags for m in read.messages}, {0})
        self.assertLess(read.messages[-1].time, 2 * 86400 * MICROS)
        self.assertEqual({e.origin for m in read.messages for e in (m.source, m.destination)}, {"said", "made up"})

    def test_spans(self):
        record = b"JsSIP:Transport sending message:\n\n" + MESSAGE + b"\n +%s\n"
        read = read_bytes(record % b"0ms" + record % b"250ms" + record % b"3s" + record % b"2ms", "--again")
        self.assertEqual([m.time // 1000 for m in read.messages], [0, 250, 3250, 3252])
        self.assertEqual([m.precision for m in read.messages], ["ms", "ms", "s", "s"])
        other = b"JsSIP:WebSocketInterface received WebSocket message +7ms\n"
        read = read_bytes(record % b"0ms" + record.replace(b" +%s", b"") + other + record % b"2ms")
        self.assertEqual([m.precision for m in read.messages], ["ms", "none", "none"])


if __name__ == "__main__":
    unittest.main()
