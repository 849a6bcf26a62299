# SPDX-License-Identifier: GPL-2.0-or-later
"""The register of diagnoses as a page to read: docs/diagnoses.md."""

HEAD = """# All diagnoses

Made by `python3 src/knowledge/kb.py list > docs/diagnoses.md` from the register and the texts. In the order of precedence; how
rules are asked is told in [rules.md](rules.md). The rule of an id is in the folder `src/diagnose/<family>/`, its texts are in
`src/knowledge/en/diagnoses/<id>.md`, the flows that expect it in `tests/flows/`.

"""
SLOTS = {"outcome": "Outcomes of a response: the first that holds", "flow": "Sequence and time: all that hold",
         "detail": "Further facts: all that hold"}


def asked_on(row):
    """On which messages the rule of a row of the register is asked, in words."""
    said = []
    if row["codes"]:
        codes = "any code" if row["codes"] == "any" else row["codes"].replace(" ", ", ")
        said.append(codes + (f" to {row['methods'].replace(' ', ', ')}" if row["methods"] else ""))
    if row["requests"]:
        said.append("any request" if row["requests"] == "any" else f"requests {row['requests'].replace(' ', ', ')}")
    return "; ".join(said + row["on"].split())


def list_of_diagnoses(knowledge):
    """Markdown."""
    headlines = {doc.path.stem: section.items[-1][1] for doc in knowledge.documents["diagnoses"]
                 for section in doc.sections if section.title == "Headline"}
    parts = [HEAD]
    for slot, title in SLOTS.items():
        parts.append(f"## {title}\n\n| id | verdict | asked on | what |\n|---|---|---|---|\n")
        for id_, row in knowledge.diagnoses.items():
            if row["slot"] == slot:
                family = "" if id_.startswith(row["family"] + ".") else f" ({row['family']})"
                parts.append(f"| {id_}{family} | {row['verdict']} | {asked_on(row)} | {headlines[id_]} |\n")
        parts.append("\n")
    return "".join(parts).rstrip("\n") + "\n"
