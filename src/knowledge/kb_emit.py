# SPDX-License-Identifier: GPL-2.0-or-later
"""Writes the C: the tables of all entries, and the header with a function for each evidence."""
from kb_codes import CLASSES, METHODS
from kb_diagnoses import FORMS, REQUEST, bullets_of, evidence_of, is_headline, name_in_c
from kb_template import Template, kind_of

MADE_BY = ("/* SPDX-License-Identifier: GPL-2.0-or-later\n"
           " * Made by kb.py from the Markdown files; do not edit.\n */\n")
# Placeholder: type in the signature, sx_arg_type, member of the union.
ARGUMENTS = {
    "frame": ("guint32 ", "SX_ARG_FRAME", "number"),
    "seconds": ("gint64 ", "SX_ARG_SECONDS", "number"),
    "number": ("guint64 ", "SX_ARG_NUMBER", "number"),
    "code": ("guint ", "SX_ARG_CODE", "number"),
    "text": ("const char *", "SX_ARG_TEXT", "text"),
}


IN_C = {name: name + "_" for name in "default register signed switch out args".split()}  # names that C or we took


def quote(text):
    """A C string literal; question marks are escaped because of trigraphs."""
    def escape(byte):
        if chr(byte) in '"\\?':
            return "\\" + chr(byte)
        return chr(byte) if 32 <= byte < 127 else f"\\{byte:03o}"
    return '"' + "".join(map(escape, text.encode("utf-8"))) + '"'


def in_upper_case(word):
    return word.upper().replace("-", "_")


# ---- tables ----
def emit_section(doc, section, piece):
    if not doc.form.takes_bullets(section):
        return f"static const char {piece}[] = {quote(section.items[0][1])};\n"
    return emit_strings(piece, [text for _, text in section.items])


def emit_strings(piece, strings):
    rows = "".join(f"    {quote(text)},\n" for text in strings)
    return f"static const char *const {piece}[] = {{\n{rows}    NULL,\n}};\n"


def emit_bullets(doc, section, piece):
    rows = ""
    for bullet in bullets_of(section):
        when, evidence = "ALWAYS", "0"
        if bullet.key:
            when = "WITH" if bullet.wanted else "WITHOUT"
            evidence = f"SX_EV_{name_in_c(f'{doc.path.stem}.{bullet.key}').upper()}"
        rows += f"    {{{quote(bullet.text)}, SX_BULLET_{when}, {evidence}}},\n"
    return f"static const sx_bullet {piece}[] = {{\n{rows}    {{0}},\n}};\n"


def emit_code(doc):
    """What stands before the table for this file, and its row in the table."""
    stem = doc.path.stem
    pieces = {}  # (section, method): its name in C
    before = ""
    for section in doc.sections:
        piece = "_".join([doc.form.sections[section.name][0], stem] + section.methods)
        before += emit_section(doc, section, piece)
        pieces.update({(section.name, method): piece for method in section.methods or [None]})
    texts = []
    for method in [None] + METHODS:
        row = [pieces.get((name, method), "NULL") for name in doc.form.order]
        if set(row) != {"NULL"}:
            methods = quote(f" {method} ") if method else "NULL"
            texts.append(f"    {{{', '.join([methods] + row)}}},\n")
    related = ", ".join(doc.value("related").split() + ["0"])
    before += (f"static const guint16 related_{stem}[] = {{{related}}};\n"
               f"static const sx_text texts_{stem}[] = {{\n{''.join(texts)}}};\n\n")
    return before, (f"    {{{doc.value('code') or 0}, {quote(doc.value('name'))},"
                    f" {quote(doc.value('reference'))}, related_{stem},"
                    f" SX_CODE_{doc.value('status').upper()},"
                    f" SX_VERDICT_{in_upper_case(doc.value('verdict'))},"
                    f" texts_{stem}, {len(texts)}}},\n")


def emit_diagnosis(doc, row):
    """Same for a diagnosis; row: its line of the register."""
    name = name_in_c(doc.path.stem)
    pieces = {"beats": "NULL"}
    before = ""
    if doc.value("beats"):
        pieces["beats"] = f"beats_{name}"
        before += emit_strings(pieces["beats"], doc.value("beats").split())
    marks = doc.value("marks").split()
    for section in doc.sections:
        part = doc.form.sections[section.name][0]
        if part != "evidence":
            pieces[part] = f"{part}_{name}"
            emit = emit_bullets if doc.form.takes_bullets(section) else emit_section
            before += emit(doc, section, pieces[part])
    constants = [f"SX_{key.upper()}_{in_upper_case(row[key])}"
                 for key in ["verdict", "severity", "slot"]]
    cells = [quote(doc.value("diagnosis")), *constants,
           quote(doc.value("reference")),
           *(pieces[part] for part in ["beats", "headline", "meaning", "causes", "fixes"]),
           in_c(REQUEST in marks), in_c(bool(marks))]
    return before + "\n", f"    {{{', '.join(cells)}}},\n"


def emit_table(entries, declaration):
    """Entries: of each what stands before the table, and its row."""
    before, rows = map("".join, zip(*entries))
    return f"{before}const {declaration} = {{\n{rows}}};\n\n"


def emit_table_with_end(entries, declaration, n_entries):
    """A table that may be empty, which C does not allow: a row of zeros ends it."""
    return (emit_table([*entries, ("", "    {0},\n")], declaration)
            + f"const guint {n_entries} = {len(entries)};\n\n")


def in_c(truth):
    return str(truth).upper()


def emit_evidence(doc, item, fields):
    """The row of one template; a field is told by its number, 0: none."""
    names = [""] + list(fields)
    template = Template(item.template, FORMS, {})
    numbers = [str(names.index(template.fields.get(name, ""))) for name in template.parameters]
    return (f"    {{{quote(template.compiled())}, {in_c(is_headline(item.key))},"
            f" {{{', '.join(numbers or ['0'])}}}, {in_c(item.key in doc.value('marks').split())}}},\n")


def emit_field(name, field):
    return (f"    {{{quote(name)}, SX_ARG_{field.kind.upper()}, {quote(field.title)},"
            f" {quote(field.description)}}},\n")


def emit_values(table, rows):
    """Same for one list of numbers and what they mean."""
    name = f"values_{name_in_c(table)}"
    lines = "".join(f"    {{{number}, {quote(text)}}},\n" for number, text in sorted(rows.items()))
    return (f"static const sx_value_entry {name}[] = {{\n{lines}}};\n\n",
            f"    {{{name}, {len(rows)}}},\n")


def emit_tables(codes, classes, diagnoses, details, register):
    """details: a kb_details.Details; register: {id: row} of the diagnoses."""
    codes = sorted(codes, key=lambda doc: int(doc.value("code")))
    classes = sorted(classes, key=lambda doc: list(CLASSES).index(doc.value("class")))
    evidence = [("", emit_evidence(doc, item, details.fields))
                for doc in by_rank(diagnoses, register) + details.documents for item in evidence_of(doc)]
    return (MADE_BY + "#include \"evidence.h\"\n#include \"knowledge/knowledge.h\"\n"
            "#include \"knowledge/values.h\"\n\n"
            + emit_table(map(emit_code, codes), "sx_code_entry sx_code_entries[]")
            + f"const guint sx_n_code_entries = {len(codes)};\n\n"
            + emit_table(map(emit_code, classes), "sx_code_entry sx_class_entries[7]")
            + emit_table(
                [("", "    {0}, /* SX_DIAG_NONE */\n")]
                + [emit_diagnosis(doc, register[doc.path.stem])
                   for doc in by_rank(diagnoses, register)],
                "sx_diagnosis_entry sx_diagnosis_entries[]")
            + emit_table_with_end(evidence, "sx_evidence_entry sx_evidence_entries[]",
                                  "sx_n_evidence_entries")
            + emit_table_with_end([("", emit_field(*field)) for field in details.fields.items()],
                                  "sx_field_entry sx_field_entries[]", "sx_n_field_entries")
            + emit_table_with_end([emit_values(*table) for table in details.values.items()],
                                  "sx_value_table sx_value_tables[]", "sx_n_value_tables"))


def by_rank(diagnoses, register):
    """In the order of the register, which is their precedence."""
    order = list(register)
    return sorted(diagnoses, key=lambda doc: order.index(doc.path.stem))


# ---- header ----
def emit_enum(names, n_names, typename):
    rows = "".join(f"    {name},\n" for name in [*names, n_names])
    return f"typedef enum {{\n{rows}}} {typename};\n\n"


def emit_function(item):
    """The function that adds this evidence: one parameter for each placeholder."""
    parameters, rows = ["sx_finding_builder *out"], ""
    for name in Template(item.template, FORMS, {}).parameters:
        declared, kind, member = ARGUMENTS[kind_of(name)]
        value = name = IN_C.get(name, name)
        parameters.append(declared + name)
        if member == "number" and kind == "SX_ARG_SECONDS":
            value = f"{name} > 0 ? (guint64){name} : 0"
        rows += f"        {{{kind}, {{.{member} = {value}}}}},\n"
    table = f"    const sx_evidence_arg args[] = {{\n{rows}    }};\n" if rows else ""
    args = f"args, {len(parameters) - 1}" if rows else "NULL, 0"
    comment = quote(item.template).replace("*/", "* /").replace("/*", "/ *")
    return (f"/* {comment} */\n"
            f"static inline void sx_ev_{item.name}({', '.join(parameters)}) {{\n{table}"
            f"    sx_evidence_add(out, SX_EV_{item.name.upper()}, {args});\n}}\n\n")


def emit_header(diagnoses, details, register):
    diagnoses = by_rank(diagnoses, register)
    evidence = [item for doc in diagnoses + details.documents for item in evidence_of(doc)]
    tables = [f"SX_VALUES_{in_upper_case(name)}" for name in details.values]
    ids = ["SX_DIAG_NONE"] + [f"SX_DIAG_{name_in_c(doc.path.stem).upper()}" for doc in diagnoses]
    return (MADE_BY + "#ifndef SX_EVIDENCE_H\n#define SX_EVIDENCE_H\n\n"
            "#include \"knowledge/diagnosis.h\"\n#include \"knowledge/values.h\"\n\n"
            + emit_enum(tables, "SX_N_VALUES", "sx_values_id")
            + emit_enum(ids, "SX_N_DIAGNOSES", "sx_diagnosis_id")
            + emit_enum([f"SX_EV_{item.name.upper()}" for item in evidence], "SX_N_EVIDENCE",
                        "sx_evidence_id")
            + "".join(map(emit_function, evidence)) + "#endif\n")
