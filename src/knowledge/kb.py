#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Checks the explanations (GUIDE.md tells their format) and compiles them into C.

DIR holds en/codes/*.md, en/classes/*.md, en/diagnoses/*.md, en/details/*.md, en/vendors/*.md,
en/fields.csv and en/values/*.csv. Every mistake goes to stderr as "file:line: error: ..." and makes
the exit status 1. Parse (kb_parse) -> check (kb_check, kb_codes, kb_diagnoses, kb_details,
kb_vendors) -> emit (kb_emit, kb_vendors); Python 3.8 and its standard library.
"""
import argparse
import pathlib
import sys

import kb_codes
import kb_details
import kb_diagnoses
import kb_emit
import kb_rules
import kb_vendors
from kb_parse import parse_document


def parse_arguments():
    parser = argparse.ArgumentParser(description="Check or compile the explanations.")
    parser.add_argument("command", choices=["check", "compile"])
    parser.add_argument("--registry", required=True, type=pathlib.Path, metavar="CSV",
                        help="list of the codes")
    parser.add_argument("--diagnoses", required=True, type=pathlib.Path, metavar="CSV",
                        help="list of the diagnoses")
    parser.add_argument("--output", type=pathlib.Path, metavar="FILE.c")
    parser.add_argument("--header", type=pathlib.Path, metavar="FILE.h")
    parser.add_argument("--rules", type=pathlib.Path, metavar="FILE",
                        help="the table of the rules, FILE.c and FILE.h")
    parser.add_argument("folder", type=pathlib.Path, metavar="DIR")
    options = parser.parse_args()
    if options.command == "compile" and not (options.output and options.header
                                             and options.rules):
        parser.error("compile needs --output, --header and --rules")
    return options


def write_if_changed(path, text):
    data = text.encode("ascii")
    if not path.exists() or path.read_bytes() != data:
        path.write_bytes(data)


def main():
    options = parse_arguments()
    errors = []
    english = options.folder / "en"

    def parse_all(kind, form):
        return [parse_document(path, form, errors) for path in english.glob(f"{kind}/*.md")]

    registry = kb_codes.read_registry(options.registry, errors)
    codes = parse_all("codes", kb_codes.CODE_FORM)
    classes = parse_all("classes", kb_codes.CLASS_FORM)
    kb_codes.check_files(english, options.registry, registry, errors)
    for doc in codes + classes:
        kb_codes.check_code(doc, registry)
    known = kb_diagnoses.read_diagnoses(options.diagnoses, errors)
    diagnoses = parse_all("diagnoses", kb_diagnoses.DIAGNOSIS_FORM)
    details = kb_details.Details(english, parse_all("details", kb_details.DETAIL_FORM), errors)
    for doc in diagnoses:
        kb_diagnoses.check_diagnosis(doc, known, details.kinds)
    kb_diagnoses.check_names_in_c(diagnoses + details.documents)
    vendors = kb_vendors.parse_vendors(english / "vendors", errors)
    for doc in vendors:
        kb_vendors.check_vendor(doc, registry, [other.path.stem for other in diagnoses])
    for path, line, text in sorted(errors):
        print(f"{path}:{line}: error: {text}", file=sys.stderr)
    if options.command == "compile" and not errors:
        write_if_changed(options.output, kb_emit.emit_tables(codes, classes, diagnoses, details, known)
                         + kb_vendors.emit_vendors(vendors))
        write_if_changed(options.header, kb_emit.emit_header(diagnoses, details, known))
        write_if_changed(options.rules.with_suffix(".h"), kb_rules.emit_header(known))
        write_if_changed(options.rules.with_suffix(".c"), kb_rules.emit_table(known))
    return 1 if errors else 0


if __name__ == "__main__":
    sys.exit(main())
