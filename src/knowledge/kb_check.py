# SPDX-License-Identifier: GPL-2.0-or-later
"""Checks that hold for every kind of file; what is wrong with a value is up to each kind."""
from kb_conditions import text_of
from kb_parse import BULLETS, LINES, TEMPLATES

VERDICTS = "normal benign user-action failure anomaly violation".split()


def check_keys(doc):
    order = doc.form.keys
    last, seen = 0, set()
    for line, key, value in doc.keys:
        if key not in order:
            doc.error(line, f"unknown key '{key}'")
            continue
        if key in seen:
            doc.error(line, f"key '{key}' is given twice")
        elif order.index(key) < last:
            doc.error(line, f"key '{key}' must come before '{order[last]}'")
        else:
            last = order.index(key)
        if not value:
            doc.error(line, f"key '{key}' is empty")
        seen.add(key)
    for key in order:
        if doc.front_end and key not in seen and key not in doc.form.optional:
            doc.error(doc.front_end, f"key '{key}' is missing")


def faults_of_words(text, known, what):
    """Words of a list that are unknown, or there twice."""
    seen = set()
    for word in text.split():
        if word not in known:
            yield f"unknown {what} '{word}'"
        elif word in seen:
            yield f"{what} '{word}' is given twice"
        seen.add(word)


def check_words(doc, key, known, what):
    for fault in faults_of_words(doc.value(key), known, what):
        doc.expect(key, False, fault)


def check_sections(doc):
    order = doc.form.order
    last, by_method, seen = 0, False, set()
    for section in doc.sections:
        name = section.name
        if name not in order:
            doc.error(section.line, f"unknown section '{section.title}'")
            continue
        for method in section.methods or [None]:
            if method and method not in doc.form.methods:
                doc.error(section.line, f"unknown method '{method}'")
            elif (name, method) in seen:
                doc.error(section.line, f"section '{name}' is given twice for {method or 'all'}")
            elif not method and by_method:
                doc.error(section.line, f"section '{name}' must come before those for a method")
            elif not method and order.index(name) < last:
                doc.error(section.line, f"section '{name}' must come before '{order[last]}'")
            elif not method:
                last = order.index(name)
            seen.add((name, method))
        by_method = by_method or bool(section.methods)
    for name in order:
        if (name, None) not in seen and not doc.form.sections[name].optional:
            doc.error(doc.last_line, f"section '{name}' is missing")
    for section in doc.sections:
        if section.name in order:
            check_items(doc, section)


def check_texts(doc, section, stretch=100):
    """stretch: percent of the limits that are allowed."""
    form = doc.form.of(section)
    what = "bullet" if form.kind == BULLETS else f"'{section.title}'"
    if not any(text for _, text in section.lines):
        doc.error(section.line, f"section '{section.title}' is empty")
    for line, text in section.items:
        text = text_of(text) if form.kind in (LINES, BULLETS) else text
        limit = form.limit and form.limit * stretch // 100
        if not text:
            doc.error(line, "bullet is empty")
        if limit and len(text) > limit:
            doc.error(line, f"{what} is {len(text)} characters long, the limit is {limit}")
        if form.kind in (LINES, BULLETS, TEMPLATES) and text.endswith(".") != form.sentences:
            doc.error(line, f"{'bullet' if form.kind != LINES else what} ends "
                            f"{'without' if form.sentences else 'with'} a full stop")


def check_items(doc, section):
    form = doc.form.of(section)
    check_texts(doc, section)
    if form.counts and 0 < len(section.items) < form.counts[0]:
        doc.error(section.line, f"'{section.title}' needs at least {form.counts[0]} bullets")
    if form.counts and len(section.items) > form.counts[1]:
        line = section.items[form.counts[1]][0]
        doc.error(line, f"'{section.title}' takes at most {form.counts[1]} bullets")


def row_of(section):
    """The bullets "key: value" of a section: [(line, key, value)], the key None where there is none."""
    for line, text in section.items:
        key, colon, value = text.partition(": ")
        yield (line, key, value) if colon else (line, None, text)
