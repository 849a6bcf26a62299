# SPDX-License-Identifier: GPL-2.0-or-later
"""One word for one thing: what the list of terms (en/terms.csv) forbids in English texts."""
import re

from kb_csv import read_rows

COLUMNS = ["term", "instead of", "note"]
GLOSSARY = ["english", *COLUMNS]  # of another language: what the term is called there
# What stands in quotes was sent by somebody; ids, header names, parameters and names in capitals, such as STATUS ENQUIRY,
# are as they are.
EXEMPT = re.compile(r'"[^"]*"|\b[A-Z]{2,}\b|\b[a-z]+\.[a-z][\w.-]*|\b[\w-]*_\w*|\b[A-Z][a-z]*(?:-[A-Z][\w]*)+'
                    r'|\b[a-z-]+=\S*|\{[^{}|]*')


def read_terms(path, errors, translated=False):
    """[(pattern of what is forbidden, what to write)]; in a glossary a term may forbid nothing."""
    terms = []
    columns, may_be_empty = (GLOSSARY, ("instead of", "note")) if translated else (COLUMNS, ("note",))
    for line, row in read_rows(path, columns, errors, may_be_empty, translated) if path.exists() else []:
        if not row["instead of"]:
            continue
        words = [word.strip() for word in row["instead of"].split("|")]
        if not all(words):
            errors.append((str(path), line, "a word is empty"))
            continue
        plural = "" if translated else "(?:e?s)?"
        pattern = "|".join(rf"\b{re.escape(word)}{plural}\b" for word in words)
        terms.append((re.compile(pattern, re.IGNORECASE), row["term"]))
    return terms


def check_terms(units, terms, report):
    """report: takes file, line and text."""
    for unit in units:
        for line, text in unit.texts.values():
            for fault in faults_of(text, terms):
                report(unit.file, line, fault)


def faults_of(text, terms):
    rest = EXEMPT.sub(" ", text)
    for pattern, term in terms:
        for found in pattern.findall(rest):
            yield f"'{found}': write '{term}' (terms.csv)"
