# SPDX-License-Identifier: GPL-2.0-or-later
"""All that is known, read and checked: the registers, the English words and their numbers, the languages."""
import kb_codes
import kb_compare
import kb_diagnoses
import kb_vendors
from kb_conditions import read_situations
from kb_details import DETAIL_FORM, LABEL_FORM, check_names_in_c, check_rows_file
from kb_languages import read_languages
from kb_parse import parse_document
from kb_terms import check_terms, read_terms
from kb_units import Unit, Words, units_of
from kb_values import detail_kinds, read_fields, read_values

FORMS = {"codes": kb_codes.CODE_FORM, "classes": kb_codes.CODE_FORM,
         "diagnoses": kb_diagnoses.DIAGNOSIS_FORM, "details": DETAIL_FORM, "labels": LABEL_FORM,
         "vendors": kb_vendors.VENDOR_FORM, "compare": kb_compare.COMPARE_FORM}
# Lists that are translated row by row: their key, and the columns with texts.
CODES_LIST, FIELDS_LIST, VALUES_LIST = ("code", ["name"]), ("field", ["title", "description"]), ("value", ["text"])


class Knowledge:
    """folder: with the registers, and a folder for each language."""

    def __init__(self, folder, errors):
        english = folder / "en"
        self.errors = errors
        self.documents = {kind: self.parse(english, kind, form) for kind, form in FORMS.items()}
        self.documents["composed"] = self.composed(english)
        self.forms = {doc.file: doc.form for docs in self.documents.values() for doc in docs}
        self.situations = read_situations(folder / "situations.csv", errors)
        self.codes = kb_codes.read_codes(folder / "codes.csv", english, errors)
        self.diagnoses = kb_diagnoses.read_diagnoses(folder / "diagnoses.csv", english, errors)
        self.fields = read_fields(english / "fields.csv", errors)
        self.values = {path.stem: read_values(path, errors)
                       for path in sorted(english.glob("values/*.csv"))}
        self.facts = kb_compare.read_facts(folder / "code-facts.csv", self.codes,
                                           self.values.get("q850-cause", {}), errors)
        self.languages = read_languages(folder / "languages.csv", errors)
        self.lists = {"codes.csv": CODES_LIST, "fields.csv": FIELDS_LIST,
                      **{f"values/{name}.csv": VALUES_LIST for name in self.values}}
        self.check()
        self.units = {(unit.file, unit.name): unit for unit in self.all_units()}
        self.words = Words()
        for unit in self.units.values():
            self.words.add(unit)
        for text in self.references():
            self.words.phrase(text)
        check_terms([unit for unit in self.units.values() if unit.file != "codes.csv"],  # names as registered
                    read_terms(english / "terms.csv", errors),
                    lambda file, line, text: errors.append((str(english / file), line, text)))

    def parse(self, english, kind, form):
        return [parse_document(english, f"{kind}/{path.name}", form, self.errors)
                for path in sorted(english.glob(f"{kind}/*.md")) if path.name != kb_compare.COMPOSED]

    def composed(self, english):
        """What comparisons are composed from: one file, or none."""
        file = f"compare/{kb_compare.COMPOSED}"
        return [parse_document(english, file, kb_compare.COMPOSED_FORM, self.errors)
                for _ in english.glob(file)]

    def check(self):
        documents, kinds = self.documents, detail_kinds(self.fields)
        for doc in documents["codes"] + documents["classes"]:
            kb_codes.check_code(doc, self.codes, self.situations)
        for doc in documents["diagnoses"]:
            kb_diagnoses.check_diagnosis(doc, self.diagnoses, kinds, self.situations)
        for doc in documents["details"]:
            check_rows_file(doc, kinds)
        for doc in documents["labels"]:
            check_rows_file(doc, None)
        for doc in documents["compare"]:
            kb_compare.check_comparison(doc, self.codes)
        for doc in documents["composed"]:
            kb_compare.check_composed(doc, self.facts)
        check_names_in_c(documents["diagnoses"] + documents["details"] + documents["labels"])
        kb_vendors.check_vendors(documents["vendors"], self.codes,
                                 [doc.path.stem for doc in documents["diagnoses"]])

    def all_units(self):
        """Labels first: see Words."""
        for kind in ["labels", *(kind for kind in self.documents if kind != "labels")]:
            for doc in self.documents[kind]:
                yield from units_of(doc)
        for code, row in self.codes.items():
            yield Unit("codes.csv", code, row["line"], {"name": (row["line"], row["name"])})
        for name, field in self.fields.items():
            yield Unit("fields.csv", name, field.line, {"title": (field.line, field.title),
                                                        "description": (field.line, field.description)})
        for name, values in self.values.items():
            for number, value in values.items():
                yield Unit(f"values/{name}.csv", str(number), value.line, {"text": (value.line, value.text)})

    def references(self):
        """Short texts that are translated word by word: references, sources, names of vendors."""
        for kind in ("codes", "classes", "diagnoses", "compare", "composed"):
            yield from (doc.value("reference") for doc in self.documents[kind])
        for doc in self.documents["vendors"]:
            yield doc.value("vendor")
            yield from (row.values["source"] for row in kb_vendors.rows_of(doc))

    def ranked(self):
        """The documents of the diagnoses in the order of their precedence."""
        return kb_diagnoses.by_rank(self.documents["diagnoses"], self.diagnoses)
