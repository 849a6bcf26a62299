# SPDX-License-Identifier: GPL-2.0-or-later
"""Rows of one tree that share most of their words: the second of them says little that is new."""

import itertools
import os
import re

from .cases import ROOT

LABELS = os.path.join(ROOT, "src", "knowledge", "en", "labels", "sentences.md")
LEAST_WORDS = 3  # of a row that can be a double
WORD = re.compile(r"[\w@.:+/-]+")


def common_words():
    """The words that sentences about different things share; the engine has the same list."""
    with open(LABELS, encoding="utf-8") as file:
        return frozenset(re.search(r"^- common-words:(.*?)(?:^-|\Z)", file.read(),
                                   re.DOTALL | re.MULTILINE)[1].split())


def doubles(rows, common):
    """The pairs of rows of which one has most words of the other."""
    words = [{word.strip(".:-/").lower() for word in WORD.findall(row)} - common for row in rows]
    told = [(row, one) for row, one in zip(rows, words) if len(one) >= LEAST_WORDS]
    return [(row, other) for (row, one), (other, two) in itertools.combinations(told, 2)
            if len(one & two) * 2 > min(len(one), len(two))]
