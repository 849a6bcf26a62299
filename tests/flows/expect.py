# SPDX-License-Identifier: GPL-2.0-or-later
"""The expectations in a .flow file: reading them, and holding them against what was seen."""

import dataclasses
import re
import shlex

VERBS = ("expect", "second", "never", "silent", "calm")
VERDICTS = ("normal", "benign", "user-action", "failure", "anomaly", "violation")
CALM = ("normal", "benign", "user-action")  # verdicts that alarm nobody
SEVERITIES = ("chat", "note", "warn", "error")
ID = re.compile(r"[a-z0-9-]+\.[a-z0-9.-]+")
# A part of the value is enough; of those named no-..., no value contains it.
CONTAINED = {"text": "evidence", "headline": "headline", "detail": "detail", "cause": "cause",
             "fix": "fix", "row": "row"}
ABSENT = {"no-" + name: CONTAINED[name] for name in ("text", "detail", "cause", "fix", "row")}
EQUAL = {"call-verdict": "call.verdict", "call-code": "call.code"}
FRAMES = {"relayed-from": "relayed_from", "copy-of": "copy_of"}
FIELD = re.compile(r"[a-z][a-z0-9_]*(\.[a-z0-9_]+)*")


@dataclasses.dataclass(frozen=True)
class Check:
    """One thing that must hold for a message, or for all when number is None."""

    line: int
    look: int  # 1: one pass, 2: the second look
    number: int
    kind: str
    value: object = None

    def messages(self):
        """The message numbers in it."""
        named = () if self.number is None else (self.number,)
        return named + (self.value if self.kind in ("frames", *FRAMES) else ())


def parse(text, line):
    """The Checks of one line; ValueError says what is wrong."""
    verb, _, rest = text.partition(" ")
    if verb in ("silent", "calm"):
        numbers = [_number(one) for one in rest.split()]
        if verb == "silent" and not numbers:
            raise ValueError("silent needs message numbers")
        return [Check(line, 1, one, verb) for one in numbers or [None]]
    match = re.fullmatch(r"(\d+):\s*(.*)", rest.strip())
    words = shlex.split(match[2] if match else rest)
    number = int(match[1]) if match else None
    if not words or (verb != "never" and not match):
        raise ValueError("%s needs %s" % (verb, "an id" if verb == "never" else "`N: what`"))
    if verb == "never":
        return [Check(line, 1, number, "never", _id(word)) for word in words]
    return _parts(words, line, 1 if verb == "expect" else 2, number)


def _parts(words, line, look, number):
    """The Checks of the words after `expect N:`."""
    checks, words = [], list(words)

    def add(kind, value):
        checks.append(Check(line, look, number, kind, value))

    def following(kind):
        if not words:
            raise ValueError("%s needs a value" % kind)
        return words.pop(0)

    while words:
        word = words.pop(0)
        if word == "also":
            add("also", _id(following(word)))
        elif word == "frames":
            numbers = []
            while words and words[0].isdigit():
                numbers.append(int(words.pop(0)))
            add("frames", tuple(numbers))
        elif word in CONTAINED or word in ABSENT or word in EQUAL or word == "first-cause":
            add(word, following(word))
        elif word == "field":
            add(word, (_field(following(word)), following(word)))
        elif word == "no-field":
            add(word, _field(following(word)))
        elif word in FRAMES:
            add(word, (_number(following(word)),))
        elif word in VERDICTS:
            add("verdict", word)
        elif word in SEVERITIES:
            add("severity", word)
        else:
            add("id", _id(word))
    return checks


def _number(word):
    if not word.isdigit():
        raise ValueError("no message number: %s" % word)
    return int(word)


def _id(word):
    if not ID.fullmatch(word):
        raise ValueError("neither an id nor a word that is known here: %s" % word)
    return word


def _field(word):
    if not FIELD.fullmatch(word):
        raise ValueError("no field of sipexplain, named without that: %s" % word)
    return word


def failures(flow, wired, looks):
    """What does not hold, as "file:line: text". looks: {1: {message: Seen}, 2: the same}."""
    result = []
    for check in flow.checks:
        numbers = [check.number] if check.number else sorted(looks[check.look])
        for number in numbers:
            text = _failure(check, looks[check.look][number], wired, number, flow.checks)
            if text:
                result.append("%s:%d: message %d (frame %d)%s: %s" % (
                    flow.path, check.line, number, wired.frames[number],
                    ", second look" * (check.look == 2), text))
    for number, once in sorted(looks[1].items()):
        for name in ("diagnosis", "verdict"):
            twice = looks[2][number].values(name)
            if once.values(name) != twice:
                result.append("%s:%d: message %d (frame %d): %s is %s in one pass, but %s in the"
                              " second look" % (flow.path, wired.sent[number - 1].step.line, number,
                                                wired.frames[number], name,
                                                _list(once.values(name)), _list(twice)))
    return result


def rows(flow, looks):
    """The rows that are expected and are there, of details and of evidence; looks: see failures()."""
    return [row for check in flow.checks if check.kind in ("detail", "text")
            for row in looks[check.look][check.number].values(CONTAINED[check.kind])
            if check.value in row]


def _list(values):
    return ", ".join(values) or "nothing"


def _failure(check, seen, wired, number, checks):
    """What is wrong with one message, or None."""
    kind, value = check.kind, check.value
    ids = seen.values("diagnosis")
    if kind == "id":
        is_answer = wired.sent[number - 1].data.startswith(b"SIP/2.0 ")
        good = ids[:1] == [value] if is_answer else value in ids
        return None if good else "%s expected%s; diagnosis: %s" % (
            value, " first" * is_answer, _list(ids))
    if kind == "also":
        return None if value in ids else "%s expected as well; diagnosis: %s" % (value, _list(ids))
    if kind == "never":
        return None if value not in ids else "%s is not true here" % value
    if kind == "silent":
        return None if not ids else "nothing to say expected; diagnosis: %s" % _list(ids)
    if kind == "calm":
        loud = [one for one in seen.values("verdict") if one not in CALM]
        loud += ["%s %s" % pair for pair in seen.experts if pair[1] != "chat"]
        return "nothing that alarms expected: %s; diagnosis: %s" % (
            _list(loud), _list(ids)) if loud else None
    if kind == "severity":
        named = [one.value for one in checks if one.kind in ("id", "also")
                 and (one.line, one.number) == (check.line, number)]
        good = [severity for name, severity in seen.experts if name in named or not named]
        return None if value in good else "severity %s expected; expert items: %s" % (
            value, _list(["%s %s" % pair for pair in seen.experts]))
    if kind in ("frames", *FRAMES):
        field = FRAMES.get(kind, "evidence.frame")
        wanted = sorted({wired.frames[one] for one in value})
        found = sorted({int(one) for one in seen.values(field)})
        return None if wanted == found else "%s: frames %s expected (messages %s); there: %s" % (
            field, _list(map(str, wanted)), _list(map(str, value)), _list(map(str, found)))
    if kind in ("field", "no-field", *ABSENT):
        return _failure_of_value(kind, value, seen)
    if kind == "first-cause":
        first = seen.values("cause")[:1]
        return None if value in "".join(first) else "first cause: %r expected; there: %s" % (
            value, _list(map(repr, first)))
    field = CONTAINED.get(kind) or EQUAL.get(kind, kind)
    found = seen.values(field)
    good = any(value in one for one in found) if kind in CONTAINED else found == [value]
    return None if good else "%s: %r expected; there: %s" % (field, value, _list(map(repr, found)))


def _failure_of_value(kind, value, seen):
    """The same for a field that may have several values, or must have none."""
    if kind == "field":
        name, wanted = value
        found = seen.values(name)
        return None if wanted in found else "%s: %r expected; there: %s" % (
            name, wanted, _list(map(repr, found)))
    name = ABSENT.get(kind, value)
    found = [one for one in seen.values(name) if kind == "no-field" or value in one]
    return "%s: not expected: %s" % (name, _list(map(repr, found))) if found else None
