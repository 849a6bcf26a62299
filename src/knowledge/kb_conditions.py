# SPDX-License-Identifier: GPL-2.0-or-later
"""When a cause or a fix is shown: the list of situations (situations.csv), and the conditions before bullets and lines."""
import collections
import itertools
import re

from kb_csv import read_rows

NAME = re.compile(r"[a-z][a-z0-9-]*")
CONDITIONS = re.compile(r"\[([^\[\]]+)\] +(\S.*)")
CONDITION = re.compile(r"(not )?([a-z][a-z0-9-]*)(?:=(\d{1,3})(?:-(\d{1,3}))?|=([A-Z]+))?")
VALUES = ("q850", "warning", "code")  # situations that a number belongs to
METHOD = "method"  # that to which the name of a method belongs
METHODS = ("ACK BYE CANCEL INFO INVITE MESSAGE NOTIFY OPTIONS PRACK PUBLISH REFER REGISTER"
           " SUBSCRIBE UPDATE").split()
KEPT, READ = "kept", "read"  # known always, or once the bytes of the message are looked at
MAX_SITUATIONS = 32
MAX_NAMES = 12  # different conditions in one list, so that all cases can be tried
MAX_SHOWN = 5  # bullets of one list

Situation = collections.namedtuple("Situation", "needs excludes known")
# name: of an evidence of the diagnosis or of a situation; first, last: the numbers it holds for, or a method; None: any
Condition = collections.namedtuple("Condition", "wanted name first last")
Bullet = collections.namedtuple("Bullet", "line conditions text fault")


def read_situations(path, errors):
    """{name: Situation} in the order of the file."""
    situations = {}
    if not path.exists():
        return situations
    header = ["situation", "needs", "excludes", "known", "meaning"]
    for line, row in read_rows(path, header, errors, may_be_empty=("needs", "excludes")):
        name = row["situation"]
        others = row["needs"].split() + row["excludes"].split()
        if not NAME.fullmatch(name) or name in situations:
            errors.append((str(path), line, f"'{name}' is no new name of a situation"))
        elif not set(others) <= set(situations):
            errors.append((str(path), line, f"'{name}' needs or excludes what is not in a line above"))
        elif row["known"] not in (KEPT, READ):
            errors.append((str(path), line, f"'{name}' is '{KEPT}' or '{READ}'"))
        else:
            situations[name] = Situation(row["needs"].split(), row["excludes"].split(), row["known"])
    if len(situations) > MAX_SITUATIONS:
        errors.append((str(path), 1, f"more than {MAX_SITUATIONS} situations"))
    return situations


def text_of(item):
    """A bullet or line without its conditions."""
    found = CONDITIONS.fullmatch(item)
    return found.group(2) if found else item


def bullets_of(section):
    """The bullets under "Causes" or "How to fix", the lines under "Headline" or "What must follow"."""
    for line, text in section.items:
        parts = CONDITIONS.fullmatch(text)
        conditions, fault = [], None
        if parts:
            text = parts.group(2)
            for word in parts.group(1).split(","):
                found = CONDITION.fullmatch(word.strip())
                if found:
                    first, last, method = found.group(3), found.group(4) or found.group(3), found.group(5)
                    conditions.append(Condition(not found.group(1), found.group(2),
                                                int(first) if first else method,
                                                int(last) if last else method))
                else:
                    fault = f"'{word.strip()}' is no condition"
        if text.startswith("["):
            fault = "expected '[condition, not condition] text'"
        yield Bullet(line, conditions, text, fault)


def atom_of(condition):
    return (condition.name, condition.first, condition.last)


def fault_of_condition(condition, evidence, situations):
    if condition.name not in evidence and condition.name not in situations:
        return f"there is no evidence and no situation '{condition.name}'"
    if condition.first is None:
        return None
    if condition.first in METHODS and condition.name == METHOD and condition.name not in evidence:
        return None
    if condition.name == METHOD or isinstance(condition.first, str):
        return f"'{condition.name}={condition.first}' is no method"
    if condition.name in evidence or condition.name not in VALUES:
        return f"'{condition.name}' has no number"
    if condition.first > condition.last:
        return f"the range of '{condition.name}' runs backwards"
    return None


def can_be(case, situations):
    """Whether these atoms can be true together, and the others not."""
    there = {name for name, first, _ in case if first is None}
    for name in there:
        if name in situations and there & set(situations[name].excludes):
            return False
    return True


def cases_of(bullets, evidence, situations):
    """All that can be so, as far as the conditions of a list tell: sets of the atoms that are true."""
    atoms = sorted({atom_of(condition) for bullet in bullets for condition in bullet.conditions},
                   key=str)
    for n in range(len(atoms) + 1):
        for case in map(set, itertools.combinations(atoms, n)):
            if can_be(case, situations) and not misses_need(case, atoms, evidence, situations) and (
                    values_agree(case, atoms)):
                yield case


def misses_need(case, atoms, evidence, situations):
    """Whether something is true without what it needs, which the list asks for too."""
    for name, first, _ in case:
        needs = situations[name].needs if name in situations and name not in evidence else []
        needs = needs + ([name] if first is not None else [])
        if any((need, None, None) in atoms and (need, None, None) not in case for need in needs):
            return True
    return False


def values_agree(case, atoms):
    """A number is in all of the ranges that are true, and in none of the others; there is one method."""
    if sum(name == METHOD and first is not None for name, first, _ in case) > 1:
        return False
    for name in VALUES:
        ranges = [atom for atom in atoms if atom[0] == name and atom[1] is not None]
        true = [atom for atom in ranges if atom in case]
        if true and not any(all((first <= number <= last) == ((name, first, last) in case)
                                for _, first, last in ranges)
                            for number in range(true[0][1], true[0][2] + 1)):
            return False
    return True


def holds(bullet, case):
    return all((atom_of(condition) in case) == condition.wanted for condition in bullet.conditions)


def report_faults(doc, bullets, evidence, situations):
    """Whether conditions are wrong."""
    bad = False
    for bullet in bullets:
        faults = [bullet.fault] + [fault_of_condition(condition, evidence, situations)
                                   for condition in bullet.conditions]
        for fault in filter(None, faults):
            doc.error(bullet.line, fault)
            bad = True
    return bad


def check_cases(doc, section, evidence, situations):
    """Lines for cases, and one for all others behind them, which only "What must follow" may go without. A headline is
    needed where the bytes of the message are not at hand."""
    lines = list(bullets_of(section))
    if report_faults(doc, lines, evidence, situations):
        return
    for line in lines[:-1]:
        if not line.conditions:
            doc.error(line.line, f"'{section.title}' has a line without conditions that is not its last one")
    if lines and lines[-1].conditions and section.name == "Headline":
        doc.error(lines[-1].line, f"the last line of '{section.title}' must have no conditions")
    for line in lines if section.name == "Headline" else []:
        for name in (condition.name for condition in line.conditions if condition.name not in evidence):
            if situations[name].known == READ:
                doc.error(line.line, f"'{name}' is not known where headlines are needed")


def check_conditions(doc, section, evidence, situations):
    """Whatever the case is, a list of 1 to MAX_SHOWN bullets is shown."""
    bullets = list(bullets_of(section))
    bad = report_faults(doc, bullets, evidence, situations)
    names = {atom_of(condition) for bullet in bullets for condition in bullet.conditions}
    if len(names) > MAX_NAMES:
        doc.error(section.line, f"'{section.title}' has more than {MAX_NAMES} different conditions")
        bad = True
    if bad or not bullets:
        return
    shown = [sum(holds(bullet, case) for bullet in bullets)
             for case in cases_of(bullets, evidence, situations)]
    if min(shown) == 0:
        doc.error(section.line, f"'{section.title}' shows nothing in some case")
    if max(shown) > MAX_SHOWN:
        doc.error(section.line, f"'{section.title}' shows {max(shown)} bullets in some case, the"
                                f" limit is {MAX_SHOWN}")
