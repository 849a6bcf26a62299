# SPDX-License-Identifier: GPL-2.0-or-later
"""Writes the table of the rules: which function decides on which messages whether a diagnosis holds."""
from kb_conditions import METHODS
from kb_details import name_in_c
from kb_emit import MADE_BY

MAX_RANGES = 4  # as in rule.h


def function_of(name):
    """The rule of a diagnosis, as the family's files define it."""
    return f"sx_rule_{name_in_c(name)}"


def ranges_of(codes):
    """"401 403-407" as C: {401, 401}, {403, 407}; "any": every code there may be."""
    if codes == "any":
        return "{0, 65535}"
    pairs = [code.split("-") for code in codes.split()]
    return ", ".join(f"{{{pair[0]}, {pair[-1]}}}" for pair in pairs) or "{1, 0}"


def bits_of(methods):
    """"INVITE UPDATE", "not OPTIONS", "any" as bits in C."""
    words = methods.split()
    bits = " | ".join(f"SX_METHOD_BIT({method})" for method in words if method in METHODS)
    if words[:1] == ["not"]:
        return f"~({bits})"
    return bits or ("0xffffffffu" if words else "0")


def on_of(row):
    """Whether the request of a response may be missing, and so on."""
    words = row["on"].split() + ["response"] * bool(row["codes"]) + ["request"] * bool(row["requests"])
    return " | ".join(f"SX_ON_{word.upper()}" for word in sorted(words))


def emit_header(register):
    rules = "".join(f"gboolean {function_of(name)}(sx_context *context);\n" for name in register)
    return (MADE_BY + "#ifndef SX_RULES_H\n#define SX_RULES_H\n\n#include \"diagnose/rule.h\"\n\n"
            + rules + "\n#endif\n")


def emit_table(register):
    rows = "".join(
        f"    {{SX_DIAG_{name_in_c(name).upper()}, {on_of(row)},\n"
        f"     {{{ranges_of(row['codes'])}}}, {bits_of(row['methods'] or 'any')},"
        f" {bits_of(row['requests'])},\n     {function_of(name)}}},\n"
        for name, row in register.items())
    return (MADE_BY + "#include \"rules.h\"\n#include \"evidence.h\"\n\n"
            f"const sx_rule sx_rules[] = {{\n{rows}}};\n"
            f"const guint sx_n_rules = {len(register)};\n")
