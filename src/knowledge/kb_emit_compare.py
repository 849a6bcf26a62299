# SPDX-License-Identifier: GPL-2.0-or-later
"""Writes the C of the comparisons: comparisons.h tells what the tables hold; compared.h has a type-checked function
for each template."""
from kb_codes import CLASSES
from kb_compare import ANY, pair_of
from kb_details import FORMS, name_in_c, rows_of
from kb_emit import constant, emit_numbers
from kb_emit_headers import emit_function, guarded
from kb_template import Template

MOST_METHODS_NAMED = 4
NO_FACTS = ", ".join("0" * 12)


def composed_rows(knowledge):
    return [row for doc in knowledge.documents["composed"] for row in rows_of(doc)]


def emit_header(knowledge):
    """A function for a template with placeholders, a constant for each text."""
    constants, functions = [], []
    for row in composed_rows(knowledge):
        name = constant("COMPARED", row.key)
        constants.append(f"    {name} = {ComposedWords(knowledge).of(row.key)},\n")
        if Template(row.text, FORMS).parameters:
            named = row._replace(name=name_in_c(row.key))
            functions.append(emit_function(named, "sx_compared_", ["sx_language language", "GString *out"],
                                           f"sx_word_format(language, out, {name}"))
    enum = f"enum {{\n{''.join(constants)}    SX_COMPARED_NONE = 0\n}};\n\n"
    return guarded("compared", ["knowledge/words.h"], enum + "".join(functions))


class ComposedWords:
    """The numbers of the texts that comparisons are composed from."""

    def __init__(self, knowledge):
        self.numbers = {row.key: knowledge.words.of(f"compare/{doc.path.name}", row.section, row.key)
                        for doc in knowledge.documents["composed"] for row in rows_of(doc)}

    def of(self, key):
        """0: there is none."""
        return self.numbers.get(key, 0)


def emit_tables(facts, table):
    """facts: the Facts so far, which keeps lists and strings; table: writes a table that may be empty."""
    knowledge = facts.knowledge
    words = ComposedWords(knowledge)
    entries = [entry_of(facts, doc) for doc in sorted(knowledge.documents["compare"], key=pair_of)]
    rows = {code: facts_of(facts, words, code, row) for code, row in knowledge.facts.items()}
    codes = sorted(code for code in rows if code not in CLASSES)
    pairs = "".join(f"    {{{', '.join(str(words.of(f'class-{low}-{high}')) for high in range(7))}}},\n"
                    for low in range(7))
    reference = [knowledge.words.phrase(doc.value("reference")) for doc in knowledge.documents["composed"]]
    return (table("sx_comparison_entry sx_comparison_entries[]", entries, "sx_n_comparison_entries")
            + table("sx_code_facts sx_code_facts_entries[]", [rows[code] for code in codes],
                    "sx_n_code_facts_entries")
            + table("sx_code_facts sx_class_facts[]", [rows.get(f"{number}xx", NO_FACTS) for number in range(7)])
            + f"const sx_word sx_composed_pairs[7][7] = {{\n{pairs}}};\n"
            + emit_numbers("const sx_word sx_composed_kinds[7]", [words.of(f"class-{number}") for number in range(7)])
            + f"const sx_word sx_composed_reference = {(reference or [0])[0]};\n\n")


def entry_of(facts, doc):
    sections = {section.name: section for section in doc.sections}
    low, high = pair_of(doc)
    lists = [facts.list_of(doc, sections.get(name)) for name in ("Key differences", "When to use which", "Elsewhere")]
    difference = facts.words.of(doc.file, "How they differ")
    return ", ".join(map(str, [low, high, difference, facts.words.phrase(doc.value("reference")), *lists]))


def facts_of(facts, words, code, row):
    methods = facts.knowledge.codes[code]["methods"]
    named = len(methods.split()) <= MOST_METHODS_NAMED and methods != ANY
    word = 0 if named else words.of("methods-any" if methods == ANY else "methods-many")
    spoken = [words.of(f"{column}-{row[column]}") for column in ("sender", "retry", "next", "ends")]
    strings = [facts.strings.of(text) for text in (methods if named else "", row["headers"], row["xmpp"])]
    cells = [0 if code in CLASSES else code, *spoken, words.of(f"use-{code}"), word, *strings,
             int(row["http"] != ""), row["q850"] or 0]
    return ", ".join(map(str, cells))
