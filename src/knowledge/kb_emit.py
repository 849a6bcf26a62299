# SPDX-License-Identifier: GPL-2.0-or-later
"""Writes the C of the words: for each language one pool of texts and where each text begins in it. No pointers, so
that the loader has nothing to do and pages that nobody reads are never loaded."""
from kb_details import FORMS
from kb_template import Template

MADE_BY = "/* SPDX-License-Identifier: GPL-2.0-or-later\n * Made by kb.py; do not edit.\n */\n"


def quote(text):
    """A C string literal; question marks are escaped because of trigraphs."""
    def escape(byte):
        if chr(byte) in '"\\?':
            return "\\" + chr(byte)
        return chr(byte) if 32 <= byte < 127 else f"\\{byte:03o}"
    return '"' + "".join(map(escape, text.encode("utf-8"))) + '"'


def in_upper_case(word):
    return word.upper().replace("-", "_").replace(".", "_")


def constant(prefix, name):
    return f"SX_{prefix}_{in_upper_case(name)}"


class Pool:
    """Strings one behind the other, equal ones once; the empty one has the offset 0."""

    def __init__(self):
        self.offsets = {}
        self.size = 0
        self.of("")

    def of(self, text):
        """Where a text begins."""
        if text not in self.offsets:
            self.offsets[text] = self.size
            self.size += len(text.encode("utf-8")) + 1
        return self.offsets[text]

    def list(self, texts):
        """Where a list begins: its texts one behind the other, then an empty one; 0 if there are none."""
        return self.of("".join(text + "\0" for text in texts)) if texts else 0

    def emit(self, name):
        """A member for each string: literals of all of them together would be longer than compilers have to take."""
        members = "".join(f"    char t{number}[{len(text.encode('utf-8')) + 1}];\n"
                          for number, text in enumerate(self.offsets))
        values = "".join(f"    {quote(text)},\n" for text in self.offsets)
        return (f"static const struct {{\n{members}}} {name} = {{\n{values}}};\n"
                f"G_STATIC_ASSERT(sizeof {name} == {self.size});\n\n")


def emit_numbers(declaration, numbers):
    lines = [", ".join(map(str, numbers[at:at + 16])) for at in range(0, len(numbers), 16)]
    return f"{declaration} = {{\n" + "".join(f"    {line},\n" for line in lines) + "};\n\n"


def emit_language(code, texts, n_words):
    """texts: {number: text}; a text that is missing has the offset 0."""
    pool = Pool()
    offsets = [pool.of(texts.get(number, "")) for number in range(n_words)]
    name = code.lower().replace("-", "_")
    return (pool.emit(f"texts_{name}")
            + emit_numbers(f"static const guint32 offsets_{name}[]", offsets))


def compiled_english(words):
    return {number: Template(text, FORMS, {}).compiled() if number in words.templates else text
            for number, text in enumerate(words.english)}


def emit_words(knowledge, translations):
    """translations: [(Language, {number: text})]."""
    words = knowledge.words
    all_texts = [(knowledge.languages[0], compiled_english(words)), *translations]
    text = MADE_BY + "#include \"knowledge/languages.h\"\n\n"
    rows = ""
    for language, texts in all_texts:
        name = language.code.lower().replace("-", "_")
        text += emit_language(language.code, texts, len(words.english))
        rows += (f"    {{{quote(language.code)}, {quote(language.name)}, sx_plural_{language.plural},"
                 f" {language.forms}, {str(language.scope == 'complete').upper()},\n"
                 f"     (const char *)&texts_{name}, offsets_{name}}},\n")
    return (text + f"const sx_language_entry sx_languages[] = {{\n{rows}}};\n"
            f"const guint sx_n_language_entries = {len(all_texts)};\n"
            f"const guint sx_n_words = {len(words.english)};\n")
