# SPDX-License-Identifier: GPL-2.0-or-later
"""Every format: what was written is read back, in each kind of clock, with IPv6, between other lines, in broken pastes."""

import datetime
import re
import unittest

from .layouts import LAYOUTS, conversation, write
from .reader import (COLORS, DATED, DOUBLED, ENTITIES, ESCAPES, LENGTH, PREFIXES, WRAPPED, read_bytes)

DAY = 86400 * 1000000
PLACES = {"us": 1, "ms": 1000, "s": 1000000}
FILE_TIME = str(int(datetime.datetime(2024, 3, 2).timestamp() * 1000000))  # "now" for stamps without a year
LINES = re.compile(rb"(?m)^")
CLIENT, SERVER = "192.0.2.10:5060", "198.51.100.20:5060"
ONE_LINE = ("audiocodes",)  # a record is one line
OTHERS = (b"2024-02-29 23:59:59.001 other[12]: a line of something else\n",)  # where a format has none of its own
COLON_STAMP = re.compile(rb"(\d\d:\d\d:\d\d)[.,:]\d+")


def commented(mark):
    """The log as a comment in a program."""
    return lambda data: b"int x;\n" + LINES.sub(mark, data) + b"\nint y;\n"


def quoted(end):
    """The log as strings of a program, one a line."""
    return lambda data: b"".join(b'    "' + line.rstrip(b"\r").replace(b'"', rb'\"') + end + b'"\n'
                                 for line in data.split(b"\n"))


NO_LOGS = {
    "comment": commented(b" * "), "line comment": commented(b"// "), "script": commented(b"# "),
    "strings": quoted(rb"\n"), "strings with CR": quoted(rb"\r\n"),
    "page": lambda data: b"<!DOCTYPE html>\n<pre>\n" + data + b"</pre>\n",
    "JSON": lambda data: b'{"log":\n"' + data.replace(b"\r\n", b"\n").replace(b'"', rb'\"').replace(b"\n", rb"\n") + b'"}\n',
    "JSON lines": lambda data: b"".join(b'{"log":"%s"}\n' % line.replace(b'"', rb'\"') for line in data.split(b"\n")),
    "binary": lambda data: b"\x7fELF\x02\x01\x01\0" + data,
    "UTF-16": lambda data: data.decode().encode("utf-16"),
    "names only": lambda data: b"".join(line + b"\n" for line in data.split(b"\n")
                                        if b"SIP/2.0" not in line or line.startswith(b"Via")),
}

# What spoils a record so that its message is lost, cut or wrong, and no other one.
DAMAGES = {
    "gone": lambda record, start: b"",
    "no head": lambda record, start: record[start:],
    "no start line": lambda record, start: record.replace(b"SIP/2.0 200", b"SIP/2.0 2O0"),
    "a NUL": lambda record, start: record[:start + 60] + b"\0" + record[start + 60:],
    "other bytes": lambda record, start: record[:start + 60] + b"\xff\xfe\x80\x01" * 8 + record[start + 92:],
    "cut in the start line": lambda record, start: record[:start + 6] + b"\n",
    "cut behind it": lambda record, start: record[:start + 15] + b"\n",
    "twice": lambda record, start: record + record,
    "a huge length": lambda record, start: re.sub(rb"(Content-Length:) \d+", rb"\1 4294967295", record),
    "no number": lambda record, start: re.sub(rb"(Content-Length:) \d+", rb"\1 x", record),
}


def for_each(clocks=True, where=lambda layout: True):
    """Makes a test of a function (self, layout, clock): for every layout, and for each of its clocks."""
    def decorate(function):
        def test(self):
            for layout in filter(where, LAYOUTS):
                for clock in layout.clocks if clocks else layout.clocks[:1]:
                    with self.subTest(layout=layout.write.__name__, clock=clock):
                        function(self, layout, clock)
        test.__doc__ = function.__doc__
        return test
    return decorate


class LayoutTest(unittest.TestCase):
    """All layouts, one conversation."""

    maxDiff = None

    def check_texts(self, read, messages, name):
        """All messages are there, byte by byte, each of this format."""
        self.assertEqual([m.text for m in read.messages], [m.data for m in messages])
        self.assertEqual({m.format for m in read.messages}, {name})
        self.assertFalse(any(m.cut for m in read.messages))
        self.assertEqual((read.result, read.differ), ("end", 0))

    def check_times(self, read, messages, clock):
        """The times are those of the clock, as far as it shows them."""
        if clock is None:
            self.assertEqual({(m.precision, m.time) for m in read.messages}, {("none", 0)})
            return
        self.assertEqual({m.precision for m in read.messages}, {"ms" if clock == "span" else clock})
        if clock == "span":
            self.assertEqual([m.time for m in read.messages], [750000 * (i + 1) for i in range(len(messages))])
            return
        wanted = [m.micros // PLACES[clock] * PLACES[clock] for m in messages]
        if not read.messages[0].flags & DATED:
            wanted = [micros - messages[0].micros // DAY * DAY for micros in wanted]
        self.assertEqual([m.time for m in read.messages], wanted)

    def check_ends(self, read, messages, layout, client=CLIENT, server=SERVER):
        """Who sent it; addresses as far as the format has them, the same for a side in all messages."""
        for found, sent in zip(read.messages, messages):
            ours, theirs = (found.source, found.destination) if sent.sent else (found.destination, found.source)
            if found.direction:
                self.assertEqual(found.direction, "sent" if sent.sent else "received")
            if layout.ends is not None:
                self.assertEqual("%s:%d" % (theirs.ip, theirs.port), client)
                self.assertEqual(theirs.origin, "said")
            else:
                self.assertEqual((theirs.ip, theirs.origin), ("2001:db8:0:51::2", "made up"))
            self.assertEqual("%s:%d" % (ours.ip, ours.port), server)
            self.assertEqual(ours.origin, "said" if layout.ends == "both" else "learned")

    @for_each()
    def test_all_clocks(self, layout, clock):
        """Text, time, direction, addresses and transport."""
        messages = conversation()
        read = read_bytes(write(layout, messages, clock), "--file-time", FILE_TIME)
        self.check_texts(read, messages, layout.name)
        self.check_times(read, messages, clock)
        self.check_ends(read, messages, layout)
        self.assertEqual({m.transport for m in read.messages}, {"UDP"})
        if layout.transport:
            self.assertEqual({m.transport_said for m in read.messages} - {layout.name == "asterisk-chan-sip"}, {True})

    @for_each(clocks=False)
    def test_ipv6_over_tcp(self, layout, clock):
        """Addresses in brackets, another transport."""
        messages = conversation(v6=True, transport="TCP")
        read = read_bytes(write(layout, messages, clock, v6=True, transport="TCP"), "--file-time", FILE_TIME)
        self.check_texts(read, messages, layout.name)
        self.check_ends(read, messages, layout, "2001:db8:1::10:5060", "2001:db8:2::20:5060")
        self.assertEqual({m.transport for m in read.messages}, {"TCP"})
        for m in read.messages:
            ports = [m.source.port, m.destination.port]
            self.assertEqual(m.packet, {"frame": 7, "time": m.time, "stream": True, "ports": ports})

    @for_each()
    def test_lines_of_other_threads(self, layout, clock):
        """They stand before, between and behind, and are no part of a message."""
        messages = conversation()
        noise = layout.noise or OTHERS
        data = b"".join(noise) * 3 + write(layout, messages, clock, between=noise * 2)
        read = read_bytes(data, "--file-time", FILE_TIME)
        self.check_texts(read, messages, layout.name)
        self.assertFalse(any(m.repairs & LENGTH for m in read.messages))

    @for_each(clocks=False, where=lambda layout: layout.noise)
    def test_lines_behind_a_body_without_length(self, layout, clock):
        """Without Content-Length, the next record ends a message."""
        messages = [m._replace(data=re.sub(rb"Content-Length: \d+\r\n", b"", m.data)) for m in conversation()]
        read = read_bytes(write(layout, messages, clock, between=layout.noise), "--file-time", FILE_TIME)
        self.check_texts(read, messages, layout.name)

    @for_each()
    def test_again_and_in_pieces(self, layout, clock):
        """A message that is read again by its place is the same; so it is whatever the input gives at a time."""
        data = write(layout, conversation(), clock, between=layout.noise) * 2
        whole = read_bytes(data, "--file-time", FILE_TIME, "--again")
        self.assertEqual(whole.differ, 0)
        for chunk in "1", "7", "1000":
            part = read_bytes(data, "--file-time", FILE_TIME, "--chunk", chunk)
            self.assertEqual([m.__dict__ for m in part.messages], [m.__dict__ for m in whole.messages])

    @for_each(clocks=False)
    def test_cut_in_the_headers(self, layout, clock):
        """The next message is whole; the cut one is there and says so."""
        messages = conversation()
        records = [write(layout, [m], clock) for m in messages]
        place = records[2].index(b"Call-ID: ") + 11
        records[2] = records[2][:place] + b"\n"
        read = read_bytes(b"".join(records), "--file-time", FILE_TIME)
        self.assertEqual(len(read.messages), len(messages))
        self.assertEqual([m.cut for m in read.messages], [i == 2 for i in range(len(messages))])
        others = [m.text for i, m in enumerate(read.messages) if i != 2]
        self.assertEqual(others, [m.data for i, m in enumerate(messages) if i != 2])
        self.assertTrue(messages[2].data.startswith(read.messages[2].text.rstrip()))

    @for_each(clocks=False)
    def test_cut_in_the_body(self, layout, clock):
        """A description that is shorter than Content-Length says ends at the next record."""
        messages = conversation()
        records = [write(layout, [m], clock) for m in messages]
        records[0] = records[0][:records[0].index(b"a=rtpmap:8")] + b"\n"
        read = read_bytes(b"".join(records), "--file-time", FILE_TIME)
        self.assertEqual([m.cut for m in read.messages], [i == 0 for i in range(len(messages))])
        self.assertTrue(read.messages[0].repairs & LENGTH)
        self.assertEqual([m.text for m in read.messages[1:]], [m.data for m in messages[1:]])

    @for_each(clocks=False)
    def test_damaged(self, layout, clock):
        """The messages before and behind a damaged record are whole, and no byte of it is one of theirs."""
        messages = conversation()
        records = [write(layout, [m], clock, between=layout.noise) for m in messages]
        start = records[2].rindex(b"SIP/2.0 200")
        for name, damage in DAMAGES.items():
            with self.subTest(damage=name):
                data = b"".join(records[:2] + [damage(records[2], start)] + records[3:])
                read = read_bytes(data, "--file-time", FILE_TIME)
                texts = [m.text for m in read.messages]
                self.assertEqual(texts[:2] + texts[-3:], [m.data for m in messages[:2] + messages[3:]])
                self.assertLessEqual(len(texts), 7)
                self.assertEqual((read.result, read.differ), ("end", 0))

    @for_each(clocks=False, where=lambda layout: layout.clocks[0] != "span")
    def test_whole_seconds_where_the_program_has_more(self, layout, clock):
        """Somebody took the fractions off."""
        messages = conversation()
        data, changed = COLON_STAMP.subn(rb"\1", write(layout, messages, clock))
        read = read_bytes(data, "--file-time", FILE_TIME)
        self.check_texts(read, messages, layout.name)
        if changed:
            self.assertEqual({m.precision for m in read.messages}, {"us" if layout.name == "kamailio-sipdump" else "ms"
                                                                    if layout.name == "jain-sip" else "s"})

    @for_each(clocks=False)
    def test_no_logs(self, layout, clock):
        """Programs, pages, JSON and binary files that hold such records, and text with all but the messages."""
        data = write(layout, conversation(), clock, between=layout.noise)
        for name, wrap in NO_LOGS.items():
            if layout.write.__name__ == "audiocodes" and name in ("comment", "line comment", "script", "strings", "strings with CR"):
                continue  # a record in one line, as exports have it too
            with self.subTest(of=name):
                read = read_bytes(wrap(data))
                self.assertEqual((read.messages, read.result), ([], "not a log"))

    # ---- pastes --------------------------------------------------------------------------------

    def check_paste(self, data, layout, messages, repairs=0):
        """The messages of a paste are all there, and what was mended is said."""
        read = read_bytes(data, "--file-time", FILE_TIME)
        self.check_texts(read, messages, layout.name)
        for message in read.messages:
            self.assertEqual(message.repairs & repairs, repairs)

    @for_each(clocks=False)
    def test_lf_only(self, layout, clock):
        """CRLF is given back."""
        messages = conversation()
        self.check_paste(write(layout, messages, clock).replace(b"\r\n", b"\n"), layout, messages)

    @for_each(clocks=False)
    def test_crlf_everywhere(self, layout, clock):
        """A file that was saved on Windows."""
        messages = conversation()
        data = write(layout, messages, clock).replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
        self.check_paste(data, layout, messages)

    @for_each(clocks=False)
    def test_quoted_mail(self, layout, clock):
        """"> " before each line, lost behind empty ones."""
        messages = conversation()
        data = LINES.sub(b"> ", write(layout, messages, clock).replace(b"\r\n", b"\n")).replace(b"> \n", b">\n")
        self.check_paste(data, layout, messages, 0 if layout.name in ONE_LINE else PREFIXES)

    @for_each(clocks=False)
    def test_indented(self, layout, clock):
        """Blanks before each line, lost before empty ones."""
        messages = conversation()
        data = LINES.sub(b"    ", write(layout, messages, clock).replace(b"\r\n", b"\n"))
        self.check_paste(re.sub(rb"(?m)^ +$", b"", data), layout, messages)

    @for_each(clocks=False)
    def test_colors(self, layout, clock):
        """Escape sequences around lines and inside."""
        messages = conversation()
        data = write(layout, messages, clock).replace(b"CSeq:", b"\x1b[1;32mCSeq\x1b[0m:")
        self.check_paste(LINES.sub(b"\x1b[0m", data), layout, messages, COLORS)

    @for_each(clocks=False)
    def test_entities(self, layout, clock):
        """A copy of the source of a web page."""
        messages = conversation()
        data = write(layout, messages, clock).replace(b"&", b"&amp;").replace(b"<", b"&lt;").replace(b">", b"&gt;")
        self.check_paste(data.replace(b'"', b"&quot;"), layout, messages, ENTITIES)

    @for_each(clocks=False, where=lambda layout: layout.write.__name__ not in ("audiocodes", "tcpdump_text"))
    def test_syslog_lines(self, layout, clock):
        """A prefix with a stamp and a process before each line."""
        messages = conversation()
        data = LINES.sub(b"Feb 29 23:59:59 pbx1 daemon[4711]: ",
                         write(layout, messages, clock).replace(b"\r\n", b"\n"))
        self.check_paste(data, layout, messages, PREFIXES)

    @for_each(clocks=False, where=lambda layout: not layout.write.__name__.startswith("audiocodes"))
    def test_syslog_escapes(self, layout, clock):
        """A record in one line, line ends as #012 and #015."""
        messages = conversation()
        for cr in (b"", b"#015"):
            records = [write(layout, [m], clock).replace(b"\r\n", b"\n").rstrip(b"\n") + b"\n\n" for m in messages]
            lines = [b"<30>Feb 29 23:59:59 pbx1 daemon[4711]: " + r.replace(b"\n", cr + b"#012") + b"\n" for r in records]
            self.check_paste(b"".join(lines), layout, messages, ESCAPES)

    @for_each(clocks=False)
    def test_line_ends_as_text(self, layout, clock):
        r"""\r\n at the end of the lines of messages, and ^M."""
        if layout.name in ("audiocodes", "ngrep"):
            return
        messages = conversation()
        for mark in (rb"\r\n", rb"^M"):
            data = b""
            for m in messages:
                record = write(layout, [m], clock).replace(b"\r\n", b"\n")
                indent = b"   " if layout.write.__name__ == "freeswitch_old" else b""
                for line in set(m.data.split(b"\r\n")) - {b""}:
                    record = record.replace(indent + line + b"\n", indent + line + mark + b"\n")
                data += record
            self.check_paste(data, layout, messages, ESCAPES)

    @for_each(clocks=False, where=lambda layout: not layout.write.__name__.startswith(("audiocodes", "ngrep")))
    def test_doubled_lines(self, layout, clock):
        """An empty line behind each line of the message."""
        messages = conversation()
        data = b""
        for m in messages:
            record = write(layout, [m], clock).replace(b"\r\n", b"\n")
            start = record.rindex(m.data.split(b"\r\n")[0])
            data += record[:start] + record[start:].replace(b"\n", b"\n\n")
        self.check_paste(data, layout, messages, DOUBLED)

    @for_each(clocks=False, where=lambda layout: not layout.write.__name__.startswith("audiocodes"))
    def test_changed_addresses(self, layout, clock):
        """A body that became shorter or longer than Content-Length is there to its end."""
        for text in (b"IN IP4 x", b"IN IP4 XXX.XXX.XXX.XXX.XXX"):
            messages = [m._replace(data=re.sub(rb"(o=- 31 32 )IN IP4 [0-9.]+", rb"\1" + text, m.data))
                        for m in conversation()]
            read = read_bytes(write(layout, messages, clock), "--file-time", FILE_TIME)
            self.assertEqual([m.text for m in read.messages], [m.data for m in messages])
            self.assertEqual([bool(m.repairs & LENGTH) for m in read.messages],
                             [b"v=0" in m.data for m in messages])

    @for_each(clocks=False, where=lambda layout: layout.ends is not None)
    def test_blanked_addresses(self, layout, clock):
        """Text in place of an address stands for that end: the same text, the same end; no address is invented as said."""
        if layout.name == "tcpdump":
            return
        messages = conversation()
        data = write(layout, messages, clock).replace(b"192.0.2.10", b"XX.XX.XX.X10")
        read = read_bytes(data, "--file-time", FILE_TIME)
        theirs = {m.destination if sent.sent else m.source for m, sent in zip(read.messages, messages)}
        self.assertEqual([(end.origin, end.host, end.port) for end in theirs], [("named", "XX.XX.XX.X10", 5060)])
        self.assertTrue(theirs.pop().ip.startswith("2001:db8:0:52:"))

    @for_each(clocks=False, where=lambda layout: not layout.wire)
    def test_wrapped_headers(self, layout, clock):
        """A header that mail broke behind a comma is whole again."""
        if layout.name in ("audiocodes", "ngrep"):
            return
        header = b"Supported: replaces, timer, 100rel"
        messages = [m._replace(data=m.data.replace(b"CSeq:", header + b"\r\nCSeq:")) for m in conversation()]
        data = write(layout, messages, clock).replace(b"replaces, timer", b"replaces,\ntimer")
        if layout.write.__name__ == "freeswitch_old":
            data = data.replace(b"\ntimer", b"\n   timer")
        self.check_paste(data, layout, messages, WRAPPED)


if __name__ == "__main__":
    unittest.main()
