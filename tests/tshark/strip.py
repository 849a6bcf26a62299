# SPDX-License-Identifier: GPL-2.0-or-later
"""Takes the plugin's part out of tshark's output, byte for byte, and nothing else."""

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


def _without_members(text, key, indent):
    """JSON text without the last members of this name in each object that has them."""
    start = ',%s"sipexplain":%s' % (indent, key)
    parts, position = [], 0
    while True:
        found = text.find(start, position)
        if found < 0:
            return "".join(parts) + text[position:]
        _, end = json.JSONDecoder().raw_decode(text, found + len(start))
        parts.append(text[position:found])
        position = end


def json_text(text):
    """-T json without our objects, also where a frame has several."""
    return _without_members(text, " ", "\n        ")


def ek(text):
    """-T ek without our objects, which must be the last layers of a packet."""
    lines = []
    for line in text.splitlines(keepends=True):
        shorter = _without_members(line, "", "")
        lines.append(shorter if shorter.endswith("}}\n") else line)
    return "".join(lines)


def field_list(text):
    """tshark -G fields without our protocol and fields."""
    return re.sub(r"(?m)^(?:P\t[^\t]*\tsipexplain|F\t[^\t]*\tsipexplain\..*)\n", "", text)
