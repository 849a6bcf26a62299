# SPDX-License-Identifier: GPL-2.0-or-later
"""Writes the headers: numbers of everything that C names, and a type-checked function for each template."""
from kb_details import FORMS, name_in_c, rows_of
from kb_emit import MADE_BY, constant, quote
from kb_template import Template, kind_of

# What a placeholder prints: type in the signature, sx_arg_type, member of the union.
ARGUMENTS = {
    "frame": ("guint32 ", "SX_ARG_FRAME", "number"),
    "seconds": ("gint64 ", "SX_ARG_SECONDS", "number"),
    "stated": ("gint64 ", "SX_ARG_STATED_SECONDS", "number"),
    "number": ("guint64 ", "SX_ARG_NUMBER", "number"),
    "code": ("guint ", "SX_ARG_CODE", "number"),
    "word": ("sx_word ", "SX_ARG_WORD", "number"),
    "text": ("const char *", "SX_ARG_TEXT", "text"),
}
STATED = "available_seconds expires_seconds least_seconds refresh_seconds wait_seconds".split()  # by a message
TAKEN = "default register signed switch out args language".split()  # names that C or we took


def guarded(name, includes, text):
    guard = f"SX_{name.upper()}_H"
    lines = "".join(f"#include \"{include}\"\n" for include in includes)
    return f"{MADE_BY}#ifndef {guard}\n#define {guard}\n\n{lines}\n{text}#endif\n"


def emit_enum(names, n_names, typename):
    rows = "".join(f"    {name},\n" for name in [*names, n_names])
    return f"typedef enum {{\n{rows}}} {typename};\n\n"


def parameters_of(row):
    """(declarations, initializers of sx_arg) of a template in C."""
    declared, values = [], []
    for name in Template(row.text, FORMS, {}).parameters:
        type_in_c, kind, member = ARGUMENTS["stated" if name in STATED else kind_of(name)]
        name = name + "_" if name in TAKEN else name
        value = f"{name} > 0 ? (guint64){name} : 0" if kind_of(name) == "seconds" else name
        declared.append(type_in_c + name)
        values.append(f"        {{{kind}, {{.{member} = {value}}}}},\n")
    return declared, values


def emit_function(row, prefix, first, call):
    """first: parameters before those of the placeholders; call: what is called, with the arguments behind."""
    declared, values = parameters_of(row)
    args = f"    const sx_arg args[] = {{\n{''.join(values)}    }};\n" if values else ""
    passed = f"args, {len(values)}" if values else "NULL, 0"
    comment = quote(row.text).replace("*/", "* /").replace("/*", "/ *")
    return (f"/* {comment} */\n"
            f"static inline void {prefix}{row.name}({', '.join(first + declared)}) {{\n{args}"
            f"    {call}, {passed});\n}}\n\n")


def evidence_rows(knowledge):
    return [row for doc in knowledge.ranked() + knowledge.documents["details"] for row in rows_of(doc)]


def emit_ids(knowledge):
    """Numbers of diagnoses, evidence, lists, fields and situations: what every file may need."""
    ids = ["SX_DIAG_NONE"] + [constant("DIAG", name_in_c(doc.path.stem)) for doc in knowledge.ranked()]
    fields = ["SX_FIELD_NONE"] + [constant("FIELD", name) for name in knowledge.fields]
    return guarded("knowledge_ids", [], (
        emit_enum(ids, "SX_N_DIAGNOSES", "sx_diagnosis_id")
        + emit_enum([constant("EV", row.name) for row in evidence_rows(knowledge)], "SX_N_EVIDENCE",
                    "sx_evidence_id")
        + emit_enum([constant("VALUES", name) for name in knowledge.values], "SX_N_VALUES", "sx_values_id")
        + emit_enum(fields, "SX_N_FIELDS", "sx_field")
        + emit_enum([constant("SITUATION", name) for name in knowledge.situations], "SX_N_SITUATIONS",
                    "sx_situation_id")))


def emit_evidence(knowledge):
    functions = [emit_function(row, "sx_ev_", ["sx_finding_builder *out"],
                               f"sx_evidence_add(out, {constant('EV', row.name)}")
                 for row in evidence_rows(knowledge)]
    return guarded("evidence", ["knowledge/diagnosis.h", "knowledge/values.h", "knowledge_ids.h"],
                   "".join(functions))


def emit_labels(knowledge):
    """A constant for a label without placeholders, a function for one with."""
    constants, functions = [], []
    for doc in knowledge.documents["labels"]:
        for row in rows_of(doc):
            word = knowledge.words.of(doc.file, row.section, row.key)
            name = constant("LABEL", row.name.partition("_")[2])
            constants.append(f"    {name} = {word},\n")
            if Template(row.text, FORMS).parameters:
                shorter = row._replace(name=row.name.partition("_")[2])
                functions.append(emit_function(shorter, "sx_label_", ["sx_language language", "GString *out"],
                                               f"sx_word_format(language, out, {name}"))
    enum = f"enum {{\n{''.join(constants)}    SX_LABEL_NONE = 0\n}};\n\n"
    return guarded("labels", ["knowledge/words.h"], enum + "".join(functions))
