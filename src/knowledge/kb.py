#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Checks the words (GUIDE.md tells their form) and compiles them into C; helps translators.

    kb.py check                 every mistake as "file:line: error: ..." and the exit status 1
    kb.py compile OUT           writes the C into the folder OUT
    kb.py status [LANGUAGE]     how much is missing and how much is stale in each language; each text of one language
    kb.py hash FILE             the hashes of an English file, such as codes/486.md
    kb.py stamp LANGUAGE [FILE] notes in the translation of a file, or of all, that it was made from today's English

Python 3.8 and its standard library.
"""
import argparse
import pathlib
import sys

import kb_emit
import kb_emit_compare
import kb_emit_headers
import kb_languages
import kb_rules
from kb_emit_facts import Facts
from kb_knowledge import Knowledge
from kb_list import list_of_diagnoses

HERE = pathlib.Path(__file__).resolve().parent


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--folder", type=pathlib.Path, default=HERE, metavar="DIR",
                        help="with the registers and the languages; that of kb.py")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    commands.add_parser("check", help="report every mistake")
    commands.add_parser("compile", help="write the C").add_argument("output", type=pathlib.Path, metavar="OUT")
    status = commands.add_parser("status", help="how much is missing and how much is stale in each language")
    status.add_argument("language", nargs="?", metavar="LANGUAGE", help="tell each of its texts")
    commands.add_parser("list", help="the register of diagnoses as Markdown")
    commands.add_parser("hash", help="the hashes of an English file").add_argument("file", metavar="FILE")
    stamp = commands.add_parser("stamp", help="note that a translation was made from today's English")
    stamp.add_argument("language", metavar="LANGUAGE")
    stamp.add_argument("file", nargs="?", metavar="FILE", help="of all if left out")
    return parser.parse_args()


def write_if_changed(path, text):
    data = text.encode("ascii")
    if not path.exists() or path.read_bytes() != data:
        path.write_bytes(data)


def compile_to(folder, knowledge, translations):
    outputs = {
        "knowledge_ids.h": kb_emit_headers.emit_ids(knowledge),
        "evidence.h": kb_emit_headers.emit_evidence(knowledge),
        "labels.h": kb_emit_headers.emit_labels(knowledge),
        "compared.h": kb_emit_compare.emit_header(knowledge),
        "rules.h": kb_rules.emit_header(knowledge.diagnoses),
        "rules.c": kb_rules.emit_table(knowledge.diagnoses),
        "knowledge_facts.c": Facts(knowledge).text,
        "knowledge_words.c": kb_emit.emit_words(knowledge, translations),
    }
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in outputs.items():
        write_if_changed(folder / name, text)


def report(errors):
    """The exit status."""
    for path, line, text in sorted(errors):
        print(f"{path}:{line}: error: {text}", file=sys.stderr)
    return 1 if errors else 0


def print_status(knowledge, counts):
    print(f"{'':8} {'texts':>7} {'missing':>7} {'stale':>7}")
    for language in knowledge.languages:
        texts = sum(len(unit.texts) for unit in knowledge.units.values()
                    if kb_languages.is_wanted(language, unit.file))
        if kb_languages.is_wanted(language, kb_languages.PHRASES):
            texts += len(knowledge.words.phrases)
        count = counts.get(language.code, kb_languages.Count(0, 0))
        print(f"{language.code:8} {texts:7} {count.missing:7} {count.stale:7}")


def print_gaps(gaps):
    for path, line, text in sorted(gaps):
        print(f"{path}:{line}: {text}")


def print_counts(counts):
    """One line for all languages that lack something."""
    lacking = [f"{code} {count.missing} missing {count.stale} stale" for code, count in counts.items() if any(count)]
    if lacking:
        print(f"Translations: {', '.join(lacking)}; kb.py status LANGUAGE tells which")


def main():
    options = parse_arguments()
    errors = []
    knowledge = Knowledge(options.folder, errors)
    if options.command == "hash":
        for (file, name), unit in knowledge.units.items():
            if file == options.file:
                print(unit.hash(), name)
        return 0
    if options.command == "list" and not errors:
        print(list_of_diagnoses(knowledge), end="")
        return 0
    if options.command == "stamp":
        kb_languages.stamp(options.folder, knowledge, options.language, options.file, errors)
        return report(errors)
    translations, counts, gaps = kb_languages.translate(options.folder, knowledge, errors)
    if options.command == "status":
        if options.language:
            print_gaps(gaps.get(options.language, []))
        else:
            print_status(knowledge, counts)
        return 0
    print_counts(counts)
    if options.command == "compile" and not errors:
        compile_to(options.output, knowledge, translations)
    return report(errors)


if __name__ == "__main__":
    sys.exit(main())
