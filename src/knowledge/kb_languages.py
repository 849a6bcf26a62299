# SPDX-License-Identifier: GPL-2.0-or-later
"""Languages other than English: folders with the same files, prose only, and what is missing or stale in them."""
import collections
import re

from kb_check import check_texts
from kb_conditions import CONDITIONS
from kb_csv import read_rows
from kb_details import FORMS, faults_of_length
from kb_parse import BULLETS, LINES, ROW, parse_document
from kb_template import Template
from kb_terms import check_terms, read_terms
from kb_units import SAID, Unit, units_of

COLUMNS = ["code", "name", "forms", "plural", "scope"]
CODE = re.compile(r"[a-z]{2,3}(-[A-Z][A-Za-z]+)?")
RULE = re.compile(r"[a-z][a-z_]*")
# Scopes: everything, and nothing may be missing or stale; everything, English where it is not there yet; labels and
# the names of the codes, English where they are not there yet.
COMPLETE, PARTIAL, LABELS = SCOPES = "complete", "partial", "labels"
STRETCH = 130  # percent of the limits for English
PHRASES, TERMS = "references.csv", "terms.csv"
# A word of a reference that has to be translated; names such as mod_sofia and sip.c are none.
PLAIN_WORD = re.compile(r"(?<![\w./-])[a-z]{2,}(?![\w/-]|\.\w)")

Language = collections.namedtuple("Language", "code name forms plural scope units phrases")
Count = collections.namedtuple("Count", "missing stale")


def read_languages(path, errors):
    """The languages of the list, English first, without their words."""
    languages = []
    for line, row in read_rows(path, COLUMNS, errors, translated=True):
        fault = None
        if not CODE.fullmatch(row["code"]) or row["code"] in [language.code for language in languages]:
            fault = f"'{row['code']}' is no new code of a language"
        elif row["forms"] not in "123456" or not RULE.fullmatch(row["plural"]):
            fault = "expected the number of plural forms, 1 to 6, and the name of their rule"
        elif row["scope"] not in SCOPES:
            fault = f"unknown scope '{row['scope']}'"
        elif not languages and (row["code"], int(row["forms"])) != ("en", FORMS):
            fault = "English comes first, with 2 forms"
        if fault:
            errors.append((str(path), line, fault))
        else:
            languages.append(Language(row["code"], row["name"], int(row["forms"]), row["plural"],
                                      row["scope"], {}, {}))
    if not languages:
        errors.append((str(path), 1, "no languages"))
    return languages


def is_wanted(language, file):
    """Whether the texts of this file count for the language."""
    return language.scope != LABELS or file.startswith("labels/") or file == "codes.csv"


class Translation:
    """The words of one language against those of English."""

    def __init__(self, language, folder, knowledge, errors):
        self.language = language
        self.folder = folder / language.code
        self.knowledge = knowledge
        self.errors = errors
        self.stale = []  # units
        self.gaps = []  # (path, line, what is missing or stale)
        self.words = {}  # number: compiled text
        self.read()

    def error(self, file, line, text):
        self.errors.append((str(self.folder / file), line, text))

    def gap(self, file, line, text):
        self.gaps.append((str(self.folder / file), line, text))

    def read(self):
        if not self.folder.is_dir():
            self.errors.append((str(self.folder), 1, "the folder of the language is missing"))
            return
        terms = []
        for path in sorted(self.folder.rglob("*")):
            file = path.relative_to(self.folder).as_posix()
            if file == PHRASES:
                self.read_phrases(path)
            elif file == TERMS:
                terms = read_terms(path, self.errors, translated=True)
            elif file in self.knowledge.forms:
                self.take(units_of(parse_document(self.folder, file, self.knowledge.forms[file],
                                                  self.errors, translated=True)))
            elif file in self.knowledge.lists:
                self.take(self.read_list(path, file))
            elif path.is_file():
                self.error(file, 1, "English has no such file")
        check_terms(self.language.units.values(), terms, self.error)

    def read_phrases(self, path):
        for line, row in read_rows(path, ["english", "text"], self.errors, translated=True):
            if row["english"] in self.language.phrases:
                self.error(PHRASES, line, f"'{row['english']}' is given twice")
            self.language.phrases[row["english"]] = row["text"]

    def read_list(self, path, file):
        """The units of a CSV: its key, its texts, and the hash."""
        key, texts = self.knowledge.lists[file]
        for line, row in read_rows(path, [key, *texts, "from"], self.errors, ("from",), True):
            yield Unit(file, row[key], line, {text: (line, row[text]) for text in texts},
                       made_from=(line, row["from"]) if row["from"] else None)

    def take(self, units):
        for unit in units:
            english = self.knowledge.units.get((unit.file, unit.name))
            if english is None:
                self.error(unit.file, unit.line, f"English has no '{unit.name}'")
            elif (unit.file, unit.name) in self.language.units:
                self.error(unit.file, unit.line, f"'{unit.name}' is given twice")
            else:
                self.language.units[unit.file, unit.name] = unit
                self.check(unit, english)

    def check(self, unit, english):
        current = bool(unit.made_from) and unit.made_from[1] == english.hash()
        faults = list(self.faults_of(unit, english))
        if current:
            for line, fault in faults:
                self.error(unit.file, line, fault)
        else:
            self.stale.append(unit)
        if unit.section:
            doc = ForChecks(self.knowledge.forms[unit.file], lambda *error: self.error(unit.file, *error))
            check_texts(doc, unit.section, STRETCH)
            for line, text in facts_in(doc.form.of(unit.section).kind, unit.section):
                self.error(unit.file, line, f"'{text}' is a fact, which stands in English only")
        if not faults:
            self.compile(unit, english)

    def faults_of(self, unit, english):
        """What keeps a unit from standing in the place of the English one."""
        for key, (line, _) in unit.texts.items():
            if key not in english.texts:
                yield line, (f"'{unit.name}' has more bullets than in English" if not english.templates
                             else f"English has no '{key}'")
        if unit.section and unit.section.items and len(unit.texts) < len(english.texts) and not unit.templates:
            yield unit.line, f"'{unit.name}' has fewer bullets than in English"
        if unit.templates:
            for key, (line, text) in unit.texts.items():
                if key in english.texts:
                    yield from self.faults_of_template(key, line, text, english.texts[key][1])

    def faults_of_template(self, key, line, text, english):
        template = Template(text, self.language.forms)
        original = Template(english, FORMS, {})
        wanted = set(original.parameters)
        for fault in template.faults:
            yield line, fault
        for name in sorted(original.optional ^ template.optional):
            yield line, f"'{key}': '{name}' has to stand in brackets " + (
                "as in English" if name in original.optional else "in English too")
        for name in sorted(wanted ^ set(template.parameters)):
            yield line, f"'{key}': the placeholder '{name}' is " + (
                "missing" if name in wanted else "not in English")
        for fault in faults_of_length(Key(key), template, STRETCH):
            yield line, fault

    def compile(self, unit, english):
        for key, (_, text) in unit.texts.items():
            if unit.templates:
                parameters = Template(english.texts[key][1], FORMS, {}).parameters
                text = Template(text, self.language.forms).compiled(parameters)
            self.words[self.knowledge.words.of(unit.file, unit.name, key)] = text

    def finish(self):
        """Translates the references, and finds what is missing or stale; the counts."""
        missing = 0
        for (file, name), english in self.knowledge.units.items():
            unit = self.language.units.get((file, name))
            absent = [key for key in english.texts if not unit or key not in unit.texts]
            if not absent or not is_wanted(self.language, file):
                continue
            missing += len(absent)
            what = f"'{name}'" if not unit else f"'{name}' {', '.join(absent)}"
            self.gap(file, unit.line if unit else 1, f"{what} is missing")
        missing += self.translate_phrases()
        stale = [unit for unit in self.stale if self.is_stale(unit)]
        if self.language.scope == COMPLETE:
            self.errors += self.gaps
        return Count(missing, len(stale))

    def is_stale(self, unit):
        """Whether a unit that was not made from today's English counts; one that does not say of what is a mistake."""
        mend = f"then kb.py stamp {self.language.code} {unit.file}"
        if not unit.made_from:
            self.error(unit.file, unit.line, f"'{unit.name}' does not say what it was made from: mend it, {mend}")
        elif is_wanted(self.language, unit.file):
            self.gap(unit.file, unit.made_from[0], f"'{unit.name}' is stale: English has changed. Mend it, {mend}")
        return not unit.made_from or is_wanted(self.language, unit.file)

    def translate_phrases(self):
        """The references, word by word; how many have words that are not translated."""
        phrases = self.language.phrases
        if self.language.scope == LABELS and not phrases:
            return 0
        pattern = re.compile("|".join(rf"(?<!\w){re.escape(phrase)}(?!\w)" if phrase[0] != " " else
                                      rf"{re.escape(phrase)}(?!\w)" for phrase in
                                      sorted(phrases, key=len, reverse=True)) or r"(?!)")
        missing = 0
        for text, number in self.knowledge.words.phrases.items():
            left = sorted(set(PLAIN_WORD.findall(pattern.sub("", text))))
            if left and self.language.scope != LABELS:
                missing += 1
                self.gap(PHRASES, 1, f"'{left[0]}' of '{text}' is missing")
            self.words[number] = pattern.sub(lambda match: phrases[match.group()], text)
        return missing


def facts_in(kind, section):
    """What a translator has copied and must not: (line, text)."""
    for line, text in section.items:
        found = CONDITIONS.fullmatch(text) if kind in (BULLETS, LINES) else None
        if found:
            yield line, f"[{found.group(1)}]"
        if kind == ROW and text.partition(": ")[0] not in SAID:
            yield line, text


ForChecks = collections.namedtuple("ForChecks", "form error")  # what check_texts() needs of a document
Key = collections.namedtuple("Key", "key")  # what faults_of_length() needs of a row


def translate(folder, knowledge, errors):
    """[(Language, {number: text})] of the languages other than English, {code: Count}, and {code: gaps}."""
    translations, counts, gaps = [], {}, {}
    for language in knowledge.languages[1:]:
        found = []
        translation = Translation(language, folder, knowledge, found)
        counts[language.code] = translation.finish()
        gaps[language.code] = translation.gaps
        errors.extend(found)
        translations.append((language, translation.words))
    return translations, counts, gaps


def files_of(folder, knowledge, code):
    """The files of a language that English has too."""
    files = sorted({file for file, _ in knowledge.units})
    return [file for file in files if (folder / code / file).exists()]


def stamp(folder, knowledge, code, file, errors):
    """Writes the hashes of today's English into a file of a language; file None: into all of them."""
    for name in [file] if file else files_of(folder, knowledge, code):
        stamp_file(folder / code / name, name, knowledge, errors)


def stamp_file(path, file, knowledge, errors):
    english = {name: unit for (where, name), unit in knowledge.units.items() if where == file}
    if not english or not path.exists():
        errors.append((str(path), 1, "English has no such file" if not english else "there is no such file"))
        return
    lines = path.read_text(encoding="utf-8").split("\n")
    lines = stamp_list(lines, english) if file.endswith(".csv") else stamp_sections(lines, english)
    path.write_text("\n".join(lines), encoding="utf-8")


def stamp_sections(lines, english):
    stamped, heading = [], False
    for text in lines:
        if heading and text.startswith("from:"):
            continue
        heading = text.startswith("# ") and text[2:].strip() in english
        stamped.append(text)
        if heading:
            stamped.append(f"from: {english[text[2:].strip()].hash()}")
    return stamped


def stamp_list(lines, english):
    """Rows end with the hash; the key that they begin with has no comma and no quotes."""
    return [re.sub(r"(?<=,)[^,]*$", english[text.split(",")[0]].hash(), text)
            if text.split(",")[0] in english else text for text in lines]
