# SPDX-License-Identifier: GPL-2.0-or-later
"""The comparison of any two codes, composed as GUIDE.md tells: what the engine is measured against."""
import csv
import re

from .folder import KNOWLEDGE

COMPARE = KNOWLEDGE / "en" / "compare"
MOST_KEY_DIFFERENCES, FEWEST_KEY_DIFFERENCES, MOST_METHODS_NAMED = 6, 3, 4


def read_csv(path):
    with open(path, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def read_sections(path):
    """{section: [its paragraph, or its bullets], each joined to one line}."""
    parts = re.split(r"^# (.+)\n", path.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    return {title: [" ".join(item.split()) for item in re.split(r"^- ", body, flags=re.MULTILINE) if item.strip()]
            for title, body in zip(parts[::2], parts[1::2])}


def read_templates():
    """{key: text} of _composed.md."""
    bullets = [item for items in read_sections(COMPARE / "_composed.md").values() for item in items]
    return dict(item.split(": ", 1) for item in bullets)


class Composer:

    def __init__(self):
        self.templates = read_templates()
        self.facts = {row["code"]: row for row in read_csv(KNOWLEDGE / "code-facts.csv")}
        self.registry = {row["code"]: row for row in read_csv(KNOWLEDGE / "codes.csv")}
        self.causes = {row["value"]: row["text"] for row in read_csv(KNOWLEDGE / "en/values/q850-cause.csv")}
        self.headlines = {code: read_sections(KNOWLEDGE / f"en/codes/{code}.md")["Headline"][0]
                          for code in self.facts}

    def say(self, key, **values):
        return self.templates[key].format(**values)

    def two(self, key, low, high, of_code, **names):
        """A template on both codes: names gives the placeholder behind low_ and high_ of each value."""
        values = {"low_code": low, "high_code": high}
        for name, column in names.items():
            values[f"low_{name}"] = of_code(low, column)
            values[f"high_{name}"] = of_code(high, column)
        return self.say(key, **values)

    def fact(self, code, column):
        return self.facts[code][column]

    def word(self, code, column):
        return self.templates[f"{column}-{self.facts[code][column]}"]

    def kind(self, code, _=None):
        return self.templates[f"class-{code[0]}"]

    def treated(self, code, _=None):
        return "183" if code[0] == "1" else code[0] + "00"

    def header_list(self, code, _=None):
        return ", ".join(self.facts[code]["headers"].split())

    def methods(self, code, _=None):
        methods = self.registry[code]["methods"].split()
        if methods == ["any"] or len(methods) > MOST_METHODS_NAMED:
            return self.templates["methods-any" if methods == ["any"] else "methods-many"]
        return ", ".join(methods)

    def difference(self, low, high):
        """The paragraph "How they differ"."""
        sentences = [self.say(f"class-{low[0]}-{high[0]}", low_code=low, high_code=high)]
        if self.headlines[low] == self.headlines[high]:
            sentences.append(self.say("say-same", headline=self.headlines[low]))
        else:
            sentences.append(self.say("say", low_code=low, high_code=high, low_headline=self.headlines[low],
                                      high_headline=self.headlines[high]))
        return " ".join(sentences + self.standing(low, high))

    def standing(self, low, high):
        """What is to be said of codes that are not registered."""
        odd = [code for code in (low, high) if self.registry[code]["status"] != "registered"]
        statuses = {self.registry[code]["status"] for code in odd}
        if len(odd) < 2 or len(statuses) > 1:
            return [self.say(self.registry[code]["status"], code=code, treated_code=self.treated(code)) for code in odd]
        status = statuses.pop()
        if self.treated(low) == self.treated(high):
            return [self.say(f"{status}-both-same", treated_code=self.treated(low))]
        return [self.two(f"{status}-both", low, high, self.treated, treated_code="")]

    def key_differences(self, low, high):
        bullets = []
        if low[0] != high[0]:
            bullets.append(self.two("classes", low, high, self.kind, **{"class": ""}))
        senders = [self.fact(code, "sender") for code in (low, high)]
        if senders[0] != senders[1]:
            bullets.append(self.sender_bullet(low, high, senders))
        for key, column in (("retries", "retry"), ("steps", "next")):
            if self.fact(low, column) != self.fact(high, column):
                bullets.append(self.two(key, low, high, self.word, **{column: column}))
        bullets += self.header_bullet(low, high)
        if self.registry[low]["methods"] != self.registry[high]["methods"] and self.methods(low) != self.methods(high):
            bullets.append(self.two("scope", low, high, self.methods, methods=""))
        bullets += self.ends_bullet(low, high)
        return (bullets + self.common(low, high, len(bullets)))[:MOST_KEY_DIFFERENCES]

    def sender_bullet(self, low, high, senders):
        if senders[0] == "any":
            return self.say("senders-low-any", low_code=low, high_code=high, high_sender=self.word(high, "sender"))
        if senders[1] == "any":
            return self.say("senders-high-any", low_code=low, high_code=high, low_sender=self.word(low, "sender"))
        return self.two("senders", low, high, self.word, sender="sender")

    def header_bullet(self, low, high):
        headers = [self.header_list(code) for code in (low, high)]
        if headers[0] == headers[1]:
            return []
        if all(headers):
            return [self.two("headers", low, high, self.header_list, headers="")]
        return [self.say("headers-low" if headers[0] else "headers-high", low_code=low, high_code=high,
                         headers=headers[0] or headers[1])]

    def ends_bullet(self, low, high):
        ends = [self.fact(code, "ends") for code in (low, high)]
        if ends[0] == ends[1] or not all(ends) or low[0] == "1" and high[0] != "1":
            return []
        if low[0] == "1":
            return [self.say("endings-early", low_code=low, high_code=high)]
        return [self.two("endings", low, high, self.word, ends="ends")]

    def common(self, low, high, count):
        """What both have in common, where less than the fewest bullets differ."""
        bullets = []
        for key, column in (("senders-same", "sender"), ("retries-same", "retry"), ("steps-same", "next")):
            if self.fact(low, column) != self.fact(high, column) or count + len(bullets) >= FEWEST_KEY_DIFFERENCES:
                continue
            if self.fact(low, column) == "any":
                bullets.append(self.say("senders-same-any", low_code=low, high_code=high))
            else:
                bullets.append(self.say(key, low_code=low, high_code=high, **{column: self.word(low, column)}))
        return bullets

    def uses(self, low, high):
        return [self.templates[f"use-{low}"], self.templates[f"use-{high}"]]

    def elsewhere(self, low, high):
        bullets = []
        for key, values in (("http", {}), ("q850", {"cause_number": "q850", "cause": "q850"}),
                            ("xmpp", {"condition": "xmpp"})):
            codes = [code for code in (low, high) if self.fact(code, key)]
            if len(codes) == 2 and key != "http" and self.fact(low, key) == self.fact(high, key):
                bullets.append(self.say(f"{key}-same", low_code=low, high_code=high,
                                        **self.elsewhere_values(low, values)))
            elif len(codes) == 2:
                named = {f"{side}_{name}": value for side, code in (("low", low), ("high", high))
                         for name, value in self.elsewhere_values(code, values).items()}
                bullets.append(self.say(f"{key}-both", low_code=low, high_code=high, **named))
            elif codes:
                bullets.append(self.say(key, code=codes[0], **self.elsewhere_values(codes[0], values)))
        return bullets

    def elsewhere_values(self, code, columns):
        values = {name: self.fact(code, column) for name, column in columns.items()}
        if "cause" in values:
            values["cause"] = self.causes[values["cause"]]
        return values

    def compose(self, low, high):
        """{section: its paragraph or bullets}."""
        return {"How they differ": [self.difference(low, high)], "Key differences": self.key_differences(low, high),
                "When to use which": self.uses(low, high), "Elsewhere": self.elsewhere(low, high)}
