# SPDX-License-Identifier: GPL-2.0-or-later
"""Writes the C of the facts: tables of codes, diagnoses, evidence, fields, lists and vendors. They name texts by
number, and strings that are the same in every language by their place in a pool."""
import kb_emit_compare
import kb_vendors
from kb_codes import CLASSES, file_of
from kb_conditions import METHODS, bullets_of
from kb_details import FORMS, is_headline, name_in_c, rows_of
from kb_diagnoses import DEFAULTS, REQUEST
from kb_emit import MADE_BY, Pool, constant, emit_numbers
from kb_template import Template
from kb_values import DETAIL

MAX_OFFSET = 65535
INCLUDES = ["knowledge_ids.h", "knowledge/bullets.h", "knowledge/diagnosis.h", "knowledge/facts.h",
            "knowledge/comparisons.h", "knowledge/fields.h", "knowledge/values.h", "knowledge/vendor_rows.h", "wire/method.h"]


def in_c(truth):
    return str(bool(truth)).upper()


def table(declaration, rows, count=None):
    """A table that may be empty, which C does not allow: a row of zeros ends it."""
    text = f"const {declaration} = {{\n" + "".join(f"    {{{row}}},\n" for row in [*rows, "0"]) + "};\n"
    return text + (f"const guint {count} = {len(rows)};\n\n" if count else "\n")


class Facts:
    """What is written so far; `strings` are those of no language."""

    def __init__(self, knowledge):
        self.knowledge = knowledge
        self.words = knowledge.words
        self.strings = Pool()
        self.bullets, self.conditions = [], []
        self.evidence_keys = {}  # file: keys of its evidence
        tables = (self.codes() + self.diagnoses() + self.evidence() + self.fields() + self.values()
                  + self.vendors() + kb_emit_compare.emit_tables(self, table))
        tables += table("sx_bullet sx_bullet_entries[]", self.bullets)
        tables += table("sx_condition sx_condition_entries[]", self.conditions)
        if self.strings.size > MAX_OFFSET:
            raise OverflowError("the strings need places of more than 16 bits")
        includes = "".join(f"#include \"{name}\"\n" for name in INCLUDES)
        self.text = (MADE_BY + includes + "\n" + self.strings.emit("strings") + tables
                     + "const char *sx_fact(guint16 place) {\n    return (const char *)&strings + place;\n}\n")

    # ---- bullets ----
    def list_of(self, doc, section, cases_only=False):
        """The bullets of a section as sx_bullets; zeros if the section is missing. cases_only: those with conditions."""
        if section is None:
            return "{0, 0}"
        first = len(self.bullets)
        for number, bullet in enumerate(bullets_of(section)):
            if cases_only and not bullet.conditions:
                continue
            word = self.words.of(doc.file, section.title, str(number))
            self.bullets.append(f"{word}, {len(self.conditions)}, {len(bullet.conditions)}")
            self.conditions += [self.condition(doc, condition) for condition in bullet.conditions]
        return f"{{{first}, {len(self.bullets) - first}}}"

    def condition(self, doc, condition):
        if condition.name in [row.key for row in rows_of(doc)]:
            what = f"SX_IF_EVIDENCE, {in_c(condition.wanted)}, " + constant(
                "EV", name_in_c(f"{doc.path.stem}.{condition.name}"))
            return what + ", 0"
        if isinstance(condition.first, str):
            return f"SX_IF_METHOD, {in_c(condition.wanted)}, SX_METHOD_{condition.first}, 0"
        if condition.first is None:
            return f"SX_IF_SITUATION, {in_c(condition.wanted)}, {constant('SITUATION', condition.name)}, 0"
        return (f"SX_IF_{condition.name.upper()}, {in_c(condition.wanted)},"
                f" {condition.first}, {condition.last}")

    # ---- codes ----
    def codes(self):
        texts, rows, classes = [], [], []
        order = [code for code in self.knowledge.codes if code not in CLASSES]
        documents = {doc.file: doc for kind in ("codes", "classes") for doc in self.knowledge.documents[kind]}
        for code in sorted(order) + CLASSES:
            doc, row = documents[file_of(code)], self.knowledge.codes[code]
            first = len(texts)
            texts += self.texts_of_code(doc)
            related = row["related"].split()
            cells = [0 if code in CLASSES else code, constant("CODE", row["status"]),
                     constant("VERDICT", row["verdict"]), self.words.of("codes.csv", code, "name"),
                     self.words.phrase(doc.value("reference")), f"{{{', '.join(related + ['0'])}}}",
                     first, len(texts) - first]
            (classes if code in CLASSES else rows).append(", ".join(map(str, cells)))
        return (table("sx_method_text sx_method_texts[]", texts)
                + table("sx_code_entry sx_code_entries[]", rows, "sx_n_code_entries")
                + table("sx_code_entry sx_class_entries[]", classes))

    def texts_of_code(self, doc):
        """Rows of sx_method_texts: the general words, then those for methods."""
        by_method = {(section.name, method): section for section in doc.sections
                     for method in section.methods or [None]}
        for method in [None] + METHODS:
            if any((name, method) in by_method for name in doc.form.order):
                bit = f"1u << SX_METHOD_{method}" if method else "0"
                yield f"{bit}, {{{self.prose(doc, lambda name, of=method: by_method.get((name, of)))}}}"

    def prose(self, doc, section_of):
        """Cells of sx_text."""
        words = [str(self.general(doc, section_of(name)))
                 for name in ("Headline", "Meaning", "When you see it", "What must follow")]
        lists = [self.list_of(doc, section_of(name)) for name in ("Causes", "How to fix")]
        cases = [self.list_of(doc, section_of(name), True) for name in ("Headline", "What must follow")]
        return ", ".join(words + lists + cases)

    def general(self, doc, section):
        """The word of a paragraph, or of the line without conditions; 0: there is none."""
        if section is None:
            return 0
        last = list(bullets_of(section))[-1]
        return 0 if last.conditions else self.words.of(doc.file, section.title, str(len(section.items) - 1))

    # ---- diagnoses ----
    def diagnoses(self):
        beats, rows = [], ["0"]
        for doc in self.knowledge.ranked():
            row = self.knowledge.diagnoses[doc.path.stem]
            beaten = [constant("DIAG", name_in_c(name)) for name in doc.value("beats").split()]
            marks = doc.value("marks").split()
            sections = {section.name: section for section in doc.sections}
            cells = [self.strings.of(doc.path.stem), *(constant(key.upper(), row[key])
                                                       for key in ["verdict", "severity", "slot"]),
                     in_c(REQUEST in marks), in_c(doc.path.stem.startswith(DEFAULTS)), in_c(marks), len(beats), len(beaten),
                     self.words.phrase(doc.value("reference")), f"{{{self.prose(doc, sections.get)}}}"]
            beats += beaten
            rows.append(", ".join(map(str, cells)))
        return (table("sx_diagnosis_entry sx_diagnosis_entries[]", rows)
                + emit_numbers("const guint8 sx_beaten[]", beats + ["SX_DIAG_NONE"]))

    def evidence(self):
        """A field is told by its constant, 0: none."""
        rows = []
        for doc in self.knowledge.ranked() + self.knowledge.documents["details"]:
            marks = doc.value("marks").split()
            for row in rows_of(doc):
                template = Template(row.text, FORMS, {})
                fields = [constant("FIELD", DETAIL + template.fields[name]) if name in template.fields else "0"
                          for name in template.parameters]
                rows.append(f"{self.words.of(doc.file, row.section, row.key)},"
                            f" {{{', '.join(fields or ['0'])}}}, {in_c(is_headline(row.key))},"
                            f" {in_c(row.key in marks)}")
        return table("sx_evidence_entry sx_evidence_entries[]", rows, "sx_n_evidence_entries")

    # ---- lists ----
    def fields(self):
        rows = [f"{self.strings.of(name)}, {constant('HOLDS', field.type)},"
                f" {self.words.of('fields.csv', name, 'title')},"
                f" {self.words.of('fields.csv', name, 'description')}"
                for name, field in self.knowledge.fields.items()]
        return table("sx_field_entry sx_field_entries[]", ["0, SX_HOLDS_GROUP, 0, 0", *rows])

    def values(self):
        rows, tables = [], []
        for name, values in self.knowledge.values.items():
            tables.append(f"{len(rows)}, {len(values)}")
            rows += [f"{number}u, {self.words.of(f'values/{name}.csv', str(number), 'text')}"
                     for number in sorted(values)]
        return (table("sx_value_entry sx_value_entries[]", rows)
                + table("sx_value_table sx_value_tables[]", tables, "sx_n_value_tables"))

    # ---- vendors ----
    def vendors(self):
        vendors, rows, matches = [], [], []
        for number, doc in enumerate(self.knowledge.documents["vendors"]):
            sign, hosts = (self.strings.list(kb_vendors.words_of_key(doc, key)) for key in ("sign", "hosts"))
            vendors.append(f"{self.words.phrase(doc.value('vendor'))}, {sign}, {hosts}, {number},"
                           f" {in_c(doc.value('causes'))}")
            for row in kb_vendors.rows_of(doc):
                matches += [(match, len(rows)) for match in row.matches]
                rows.append(self.vendor_row(row, number))
        headers = sorted({match.header for match, _ in matches if match.header})
        matches.sort(key=lambda pair: (kb_vendors.width(pair[0]), -len(pair[0].pattern or "")))
        return (table("sx_vendor sx_vendors[]", vendors)
                + table("sx_vendor_row sx_vendor_rows[]", rows, "sx_n_vendor_rows")
                + table("sx_vendor_match sx_vendor_matches[]", [self.vendor_match(*pair) for pair in matches],
                        "sx_n_vendor_matches")
                + emit_numbers("const guint8 sx_vendor_headers[]",
                               [constant("HDR", header) for header in headers] + ["SX_HDR_OTHER"]))

    def vendor_row(self, row, vendor):
        title = row.id.partition(".")[2]
        diagnosis = row.values["diagnosis"]
        said = [self.words.of(row.doc.file, title, key) for key in ("means", "do")]
        return (f"{self.strings.of(row.id)}, {vendor}, {said[0]}, {said[1]},"
                f" {self.words.phrase(row.values['source'])},"
                f" {constant('DIAG', 'none' if diagnosis in ('', 'none') else name_in_c(diagnosis))}")

    def vendor_match(self, match, row):
        codes, causes = (range_ or (0, 0xFFFF) for range_ in (match.codes, match.causes))
        texts = [self.strings.of(text or "") for text in (match.protocol, match.pattern)]
        return (f"{row}, {constant('VENDOR_IN', match.place)}, {in_c(match.signed)}, {in_c(match.codes)},"
                f" {codes[0]}, {codes[1]}, {constant('HDR', match.header or 'other')}, {causes[0]}, {causes[1]},"
                f" {texts[0]}, {texts[1]}")
