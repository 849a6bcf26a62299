# SPDX-License-Identifier: GPL-2.0-or-later
"""Checks that hold for every kind of file; what is wrong with a value is up to each kind."""

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


def check_words(doc, key, known, what):
    seen = set()
    for word in doc.value(key).split():
        doc.expect(key, word in known, f"unknown {what} '{word}'")
        doc.expect(key, word not in seen, f"{what} '{word}' is given twice")
        seen.add(word)


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
        if (name, None) not in seen:
            doc.error(doc.last_line, f"section '{name}' is missing")
    for section in doc.sections:
        if section.name in order:
            check_items(doc, section)


def check_items(doc, section):
    _, limit, counts = doc.form.sections[section.name]
    what = "bullet" if counts else f"'{section.title}'"
    if not any(text for _, text in section.lines):
        doc.error(section.line, f"section '{section.title}' is empty")
    for line, text in section.items:
        size = len(text.encode("utf-8"))
        if not text:
            doc.error(line, "bullet is empty")
        if limit and size > limit:
            doc.error(line, f"{what} is {size} bytes long, the limit is {limit}")
        if text.endswith(".") and (counts or section.name == "Headline"):
            doc.error(line, f"{what} ends with a full stop")
    if counts and 0 < len(section.items) < counts[0]:
        doc.error(section.line, f"'{section.title}' needs at least {counts[0]} bullets")
    if counts and len(section.items) > counts[1]:
        line = section.items[counts[1]][0]
        doc.error(line, f"'{section.title}' takes at most {counts[1]} bullets")
