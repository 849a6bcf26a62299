# SPDX-License-Identifier: GPL-2.0-or-later
"""Takes the plugin's part out of tshark's output, and nothing else."""

import json
import re


def same(text):
    """Output that the plugin has no part in."""
    return text


def details(text):
    """-V without the blocks "SIP Explain: ..."; a block ends at the first line not indented."""
    return re.sub(r"(?m)^SIP Explain: .*\n(?:    .*\n)*", "", text)


def pdml(text):
    """-T pdml without our <proto> elements, and without the time at which it was written."""
    text = re.sub(r'(<pdml [^>]* time=)"[^"]*"', r'\1""', text, count=1)
    return re.sub(r'(?m)^  <proto name="sipexplain" .*\n(?:    .*\n)*  </proto>\n', "", text)


def json_text(text):
    """-T json without our objects, also where a frame has several; they are never the first."""
    start = ',\n        "sipexplain": '
    parts, position = [], 0
    while True:
        found = text.find(start, position)
        if found < 0:
            return "".join(parts) + text[position:]
        _, end = json.JSONDecoder().raw_decode(text, found + len(start))
        parts.append(text[position:found])
        position = end


def _sorted_pairs(pairs):
    return sorted(pairs, key=repr)


def ek(text):
    """-T ek without our objects, in one order of keys.

    Since 4.4 the keys come out of a hash table, so that one more key moves others.
    """
    lines = []
    for line in text.splitlines():
        packet = json.loads(line, object_pairs_hook=_sorted_pairs, parse_int="int {}".format,
                            parse_float="float {}".format)
        packet = [(name, [pair for pair in value if pair[0] != "sipexplain"])
                  if name == "layers" else (name, value) for name, value in packet]
        lines.append("%r\n" % packet)
    return "".join(lines)


def field_list(text):
    """tshark -G fields without our protocols and fields."""
    return re.sub(r"(?m)^(?:P\t[^\t]*\tsipexplain(?:\.hep)?|F\t[^\t]*\tsipexplain\..*)\n", "", text)
