# SPDX-License-Identifier: GPL-2.0-or-later
"""Translations: what they must have, when they are stale, and what a reader of another language sees."""
from .folder import DIAGNOSIS, LANGUAGES, TEXT, Knowledge

COMPLETE = LANGUAGES + "xx,Xish,3,east_slavic,complete\n"
PARTIAL = LANGUAGES + "xx,Xish,3,east_slavic,partial\n"
LABELS = LANGUAGES + "xx,Xish,3,east_slavic,labels\n"
TRANSLATION = TEXT[TEXT.index("# Headline"):].replace("the phone is busy", "\u0437\u0430\u043d\u044f\u0442\u043e")
# The heading lines: 1, 4, 7, 10, 14; with the hashes two, three ... lines further.
EVIDENCE = """\
# Evidence
- headline: "{user}": \u043d\u0435\u0442
- sent: {later_seconds}, {request_frame}, {user}: {later_seconds}
"""
FORMS = """\
# Labels
- calls: {calls_number} {calls_number|call|calls} from {caller}
- plain: Plain
"""
TRANSLATED_FORMS = """\
# Labels
- calls: {caller}: {calls_number} {calls_number|\u0437\u0432\u043e\u043d\u043e\u043a|\u0437\u0432\u043e\u043d\u043a\u0430|\u0437\u0432\u043e\u043d\u043a\u043e\u0432}
- plain: \u043f\u0440\u043e\u0441\u0442\u043e
"""
NAMES = "code,name,from\n486,\u0417\u0430\u043d\u044f\u0442\u043e,\n"


class Language(Knowledge):
    """A language of which only labels and names of codes are asked for, and that has none of them yet."""

    def setUp(self):
        super().setUp()
        self.write("languages.csv", LABELS)
        self.write("en/labels/forms.md", FORMS)
        self.write("en/diagnoses/auth.wrong-credentials.md", DIAGNOSIS)
        (self.root / "xx").mkdir()

    def errors_of(self, file):
        """What `check` says of a file of the language, as "line: text"."""
        start = f"xx/{file}:"
        return [line[len(start):].replace(" error: ", " ", 1) for line in self.run_kb("check").stderr.splitlines()
                if line.startswith(start)]

    def gaps_of(self, file):
        """What `status` says of a file of the language, as "line: text"."""
        start = f"xx/{file}:"
        return [line[len(start):] for line in self.run_kb("status", "xx").stdout.splitlines()
                if line.startswith(start)]

    def stamp(self, file, text):
        self.write(f"xx/{file}", text)
        result = self.run_kb("stamp", "xx", file)
        self.assertEqual((result.stderr, result.returncode), ("", 0))

    def expect_stamped(self, file, text, *errors):
        self.stamp(file, text)
        self.assertEqual(self.errors_of(file), list(errors))

    def status(self):
        """(texts, missing, stale) of the language."""
        rows = [line.split() for line in self.run_kb("status").stdout.splitlines()]
        return tuple(map(int, next(row for row in rows if row[0] == "xx")[1:]))


class List(Knowledge):
    def expect_list(self, text, *errors):
        self.expect_in("languages.csv", text, *errors)

    def test_mistakes(self):
        self.expect_list(LANGUAGES + "en,English,2,one,complete\n", "3: 'en' is no new code of a language")
        self.expect_list(LANGUAGES + "Russian,R,2,one,complete\n", "3: 'Russian' is no new code of a language")
        self.expect_list(LANGUAGES + "xx,X,7,one,complete\n",
                         "3: expected the number of plural forms, 1 to 6, and the name of their rule")
        self.expect_list(LANGUAGES + "xx,X,2,one,half\n", "3: unknown scope 'half'")
        self.expect_list("code,name,forms,plural,scope\n", "1: no languages")
        self.expect_list("code,name,forms,plural,scope\nxx,X,2,one,labels\n",
                         "1: no languages", "2: English comes first, with 2 forms")

    def test_language_without_folder(self):
        self.write("languages.csv", LABELS)
        self.assertIn("xx:1: error: the folder of the language is missing", self.run_kb("check").stderr)

    def test_own_name_in_any_script(self):
        self.write("languages.csv", LANGUAGES + "xx,\u65e5\u672c\u8a9e,1,none,labels\n")
        self.assertNotIn("languages.csv", self.run_kb("check").stderr)


class Translations(Language):
    def test_good_one(self):
        self.expect_stamped("codes/486.md", TRANSLATION)

    def test_front_matter_is_english_only(self):
        self.expect_stamped("codes/486.md", "---\nreference: x\n---\n" + TRANSLATION,
                            "1: the only headings are lines of the form '# Section'",
                            "2: text before the first section",
                            "3: the only headings are lines of the form '# Section'")

    def test_file_that_english_does_not_have(self):
        self.write("xx/codes/499.md", TRANSLATION)
        self.assertEqual(self.errors_of("codes/499.md"), ["1: English has no such file"])
        self.assertEqual(self.run_kb("stamp", "xx", "codes/499.md").stderr,
                         "xx/codes/499.md:1: error: English has no such file\n")

    def test_stamping_a_file_that_is_not_there(self):
        self.assertEqual(self.run_kb("stamp", "xx", "codes/486.md").stderr,
                         "xx/codes/486.md:1: error: there is no such file\n")

    def test_section_that_english_does_not_have(self):
        self.expect_stamped("codes/486.md", TRANSLATION + "\n# Meaning for BYE\n\u0430\n",
                            "22: English has no 'Meaning for BYE'")

    def test_section_given_twice(self):
        self.expect_stamped("codes/486.md", TRANSLATION + "\n# Headline\n\u0430\n", "22: 'Headline' is given twice")

    def test_not_stamped(self):
        self.write("xx/codes/486.md", TRANSLATION)
        self.assertEqual(self.errors_of("codes/486.md")[:1], [
            "1: 'Headline' does not say what it was made from: mend it, then kb.py stamp xx codes/486.md"])

    def test_number_of_bullets(self):
        self.expect_stamped("codes/486.md", TRANSLATION.replace("- do not disturb", "- a\n- b"),
                            "17: 'Causes' has more bullets than in English")
        self.expect_stamped("codes/486.md", TRANSLATION.replace("- do not disturb\n", ""),
                            "13: 'Causes' has fewer bullets than in English")

    def test_conditions_are_english_only(self):
        self.expect_stamped("codes/486.md", TRANSLATION.replace("- do not", "- [rang] do not"),
                            "16: '[rang]' is a fact, which stands in English only")

    def test_limits_count_characters_and_allow_more_than_in_english(self):
        self.expect_stamped("codes/486.md", TRANSLATION.replace("\u0437\u0430\u043d\u044f\u0442\u043e", "\u0436" * 91))
        self.expect_stamped("codes/486.md", TRANSLATION.replace("\u0437\u0430\u043d\u044f\u0442\u043e", "\u0436" * 92),
                            "3: 'Headline' is 92 characters long, the limit is 91")

    def test_characters(self):
        for odd in ("\u202e", "\u2028", "\ufeff", "\x07", "\ue000"):
            self.write("xx/codes/486.md", TRANSLATION.replace("Wait", f"W{odd}ait"))
            self.assertIn(f"5: U+{ord(odd):04X} is not printable", self.errors_of("codes/486.md"))
        self.write("xx/codes/486.md", TRANSLATION.replace("Wait", "e\u0301"))
        self.assertIn("5: characters are not in their composed form (Unicode NFC)", self.errors_of("codes/486.md"))
        self.write("xx/codes/486.md", TRANSLATION.encode().replace(b"Wait", b"W\xe4it"))
        self.assertIn("5: not valid UTF-8", self.errors_of("codes/486.md"))
        self.expect_stamped("codes/486.md", TRANSLATION.replace("Wait", "\u0915\u094d\u200d\u0937 \u65e5\u672c"))

    def test_placeholders(self):
        file = "diagnoses/auth.wrong-credentials.md"
        self.expect_stamped(file, EVIDENCE)
        self.expect_stamped(file, EVIDENCE.replace("{user}: {later", "{login}: {later"),
                            "4: 'sent': the placeholder 'login' is not in English",
                            "4: 'sent': the placeholder 'user' is missing")
        self.expect_stamped(file, EVIDENCE.replace("{request_frame}", "{request_frame:q850.cause}"),
                            "4: a field has no place here: '{request_frame:q850.cause}'")
        self.expect_stamped(file, EVIDENCE.replace("{later_seconds}, {", "{").replace(": {later_seconds}", "[: {later_seconds}]"),
                            "4: 'sent': 'later_seconds' has to stand in brackets in English too")
        self.expect_stamped(file, EVIDENCE.replace(": {later_seconds}", "[: {later_seconds}]"))
        self.expect_stamped(file, EVIDENCE.replace("- sent", "- got"),
                            "4: English has no 'got'")

    def test_plural_forms(self):
        self.expect_stamped("labels/forms.md", TRANSLATED_FORMS)
        self.expect_stamped("labels/forms.md", TRANSLATED_FORMS.replace("|\u0437\u0432\u043e\u043d\u043a\u0430", ""),
                            "3: '{calls_number|\u0437\u0432\u043e\u043d\u043e\u043a|\u0437\u0432\u043e\u043d\u043a\u043e\u0432}'"
                            " has 2 forms, the language has 3")

    def test_vendor(self):
        self.write("en/vendors/acme.md", "---\nvendor: Acme\nsource: field practice\n---\n\n# d1\n"
                   "- match: 486 phrase \"x\"\n- means: one\n- do: Wait\n")
        self.expect_stamped("vendors/acme.md", "# d1\n- means: \u0430\n- do: \u0431\n")
        self.expect_stamped("vendors/acme.md", "# d1\n- match: 486\n- means: \u0430\n- do: \u0431\n",
                            "3: 'match: 486' is a fact, which stands in English only")
        self.expect_stamped("vendors/acme.md", "# d1\n- means: \u0430\n",
                            "1: 'd1' has fewer bullets than in English")


class Lists(Language):
    def test_names_of_codes(self):
        self.expect_stamped("codes.csv", NAMES)
        self.assertEqual(self.gaps_of("codes.csv"), [f"1: '{code}' is missing" for code in (
            "1xx", "2xx", "3xx", "401", "4xx", "5xx", "687", "6xx", "invalid")])
        self.stamp("codes.csv", NAMES + "499,\u0430,\n")
        self.assertIn("3: English has no '499'", self.errors_of("codes.csv"))

    def test_stale_name(self):
        self.stamp("codes.csv", NAMES)
        self.edit("codes.csv", "Busy Here", "Busy There")
        self.assertIn("2: '486' is stale: English has changed. Mend it, then kb.py stamp xx codes.csv",
                      self.gaps_of("codes.csv"))

    def test_stamped_twice(self):
        self.stamp("codes.csv", NAMES)
        once = self.errors_of("codes.csv")
        self.run_kb("stamp", "xx", "codes.csv")
        self.assertEqual(self.errors_of("codes.csv"), once)

    def test_fields(self):
        self.write("en/fields.csv", "field,type,title,description\ncode,code,Code,A code\n")
        self.expect_stamped("fields.csv", "field,title,description,from\ncode,\u041a\u043e\u0434,\"\u0430, \u0431\",\n")
        self.write("xx/fields.csv", "field,type,title,description\ncode,code,Code,A code\n")
        self.assertEqual(self.errors_of("fields.csv"), ["1: expected the header 'field,title,description,from'"])


class Counts(Language):
    def test_missing_and_stale(self):
        texts, missing, stale = self.status()
        self.assertEqual((missing, stale), (texts, 0))
        self.stamp("labels/forms.md", TRANSLATED_FORMS)
        self.stamp("codes.csv", NAMES)
        self.assertEqual(self.status(), (texts, texts - 3, 0))
        self.edit("en/labels/forms.md", "Plain", "Plainer")
        self.assertEqual(self.status(), (texts, texts - 3, 1))
        self.stamp("labels/forms.md", TRANSLATED_FORMS)
        self.assertEqual(self.status(), (texts, texts - 3, 0))

    def test_field_of_a_placeholder_makes_nothing_stale(self):
        self.write("en/fields.csv", "field,type,title,description\ndetail.user,text,U,D\n")
        self.stamp("diagnoses/auth.wrong-credentials.md", EVIDENCE)
        self.edit("en/diagnoses/auth.wrong-credentials.md", 'For "{user}"', 'For "{user:user}"')
        self.assertEqual(self.errors_of("diagnoses/auth.wrong-credentials.md"), [])

    def test_labels_only_language_may_lack_the_rest(self):
        self.assertEqual(self.errors_of("codes/486.md"), [])
        self.stamp("codes/486.md", TRANSLATION)
        self.edit("en/codes/486.md", "It is busy", "It was busy")
        self.assertEqual(self.errors_of("codes/486.md"), [])

    def compile(self):
        """Exit status and output of a build."""
        done = self.run_kb("compile", str(self.root / "out"))
        return done.returncode, done.stdout

    def test_language_under_work_may_lack_texts(self):
        self.write("languages.csv", PARTIAL)
        self.stamp("codes/486.md", TRANSLATION)
        self.edit("en/codes/486.md", "It is busy", "It was busy")
        texts, missing, stale = self.status()
        self.assertEqual((missing, stale), (texts - 6, 1))
        self.assertEqual(self.compile(), (0, f"Translations: xx {missing} missing 1 stale;"
                                             " kb.py status LANGUAGE tells which\n"))
        self.assertEqual(self.gaps_of("codes/486.md"), [
            "6: 'Meaning' is stale: English has changed. Mend it, then kb.py stamp xx codes/486.md"])
        self.assertIn("1: 'Headline' is missing", self.gaps_of("codes/401.md"))
        self.write("languages.csv", COMPLETE)
        self.assertEqual(self.compile()[0], 1)

    def test_mistakes_stop_the_build_in_every_scope(self):
        for scope in (PARTIAL, LABELS):
            self.write("languages.csv", scope)
            self.write("xx/labels/forms.md", TRANSLATED_FORMS)
            self.assertEqual(self.compile()[0], 1)
            self.stamp("labels/forms.md", TRANSLATED_FORMS)
            self.assertEqual(self.compile()[0], 0)
            self.stamp("labels/forms.md", TRANSLATED_FORMS.replace("{caller}: ", ""))
            self.assertEqual(self.compile()[0], 1)

    def test_stamp_of_all_files(self):
        self.write("xx/codes/486.md", TRANSLATION)
        self.write("xx/codes.csv", NAMES)
        self.assertEqual(self.run_kb("stamp", "xx").returncode, 0)
        self.assertEqual(self.errors_of("codes/486.md") + self.errors_of("codes.csv"), [])
        self.assertEqual(self.status()[2], 0)

    def test_complete_language_may_lack_nothing(self):
        self.write("languages.csv", COMPLETE)
        self.stamp("codes/486.md", TRANSLATION.replace("# Causes\n- on a call\n- do not disturb\n\n", ""))
        self.edit("en/codes/486.md", "It is busy", "It was busy")
        self.assertEqual(self.errors_of("codes/486.md"), [
            "1: 'Causes' is missing",
            "6: 'Meaning' is stale: English has changed. Mend it, then kb.py stamp xx codes/486.md"])
        self.assertIn("1: 'Headline' is missing", self.errors_of("codes/401.md"))

    def test_rows_of_a_section_are_missed_one_by_one(self):
        self.write("languages.csv", COMPLETE)
        self.expect_stamped("labels/forms.md", TRANSLATED_FORMS.replace("- plain: \u043f\u0440\u043e\u0441\u0442\u043e\n", ""),
                            "1: 'Labels' plain is missing")

    def test_references_word_by_word(self):
        self.write("languages.csv", COMPLETE)
        phrases = "english,text\nsection,\u0440\u0430\u0437\u0434\u0435\u043b\n"
        self.write("xx/references.csv", phrases)
        self.assertEqual(self.errors_of("references.csv"), [])
        self.edit("en/codes/486.md", "section 21.4.24", "section 1, mod_sofia in sip.c")
        self.assertEqual(self.errors_of("references.csv"), [
            "1: 'in' of 'RFC 3261 section 1, mod_sofia in sip.c' is missing"])
        self.write("xx/references.csv", phrases + "section,x\n")
        self.assertIn("3: 'section' is given twice", self.errors_of("references.csv"))

    def test_terms(self):
        self.stamp("codes/486.md", TRANSLATION)
        self.write("xx/terms.csv", "english,term,instead of,note\nbusy,\u0437\u0430\u043d\u044f\u0442,,\nwait,x,Wait | w,\n")
        self.assertEqual(self.errors_of("codes/486.md"), [
            f"{line}: 'Wait': write 'x' (terms.csv)" for line, text in
            enumerate(self.read("xx/codes/486.md").split("\n"), 1) if "Wait" in text])
        self.write("xx/terms.csv", "english,term,instead of,note\nbusy,x,|,\n")
        self.assertEqual(self.errors_of("terms.csv"), ["2: a word is empty"])

    def test_hash_of_a_section_is_what_stamp_writes(self):
        self.stamp("codes/486.md", TRANSLATION)
        hashes = dict(reversed(line.split(" ", 1)) for line in
                      self.run_kb("hash", "codes/486.md").stdout.splitlines())
        self.assertEqual(list(hashes), ["Headline", "Meaning", "When you see it", "Causes", "How to fix"])
        self.assertIn(f"# When you see it\nfrom: {hashes['When you see it']}\n", self.read("xx/codes/486.md"))


MAIN = r"""
#include <stdio.h>
#include "evidence.h"
#include "labels.h"
#include "knowledge/languages.h"
struct sx_finding_builder { int n; };
static sx_language language;
void sx_evidence_add(sx_finding_builder *out, guint evidence, const sx_arg *args, guint n_args) {
    char *text = sx_knowledge_evidence_text(language, evidence, args, n_args);
    printf("%s\n", text);
    g_free(text);
    out->n++;
}
int main(void) {
    sx_finding_builder out = {0};
    const sx_code_entry *entry = sx_knowledge_code(486);
    sx_text text = sx_knowledge_text(entry, NULL);
    GString *line = g_string_new(NULL);
    printf("%u %d %d\n", sx_n_languages(), sx_language_find("xx", &language), sx_language_find("x", &language));
    printf("%s %s %d\n", sx_language_code(language), sx_language_name(language), sx_language_is_complete(language));
    printf("%d %d\n", sx_language_code(2) == NULL, sx_language_name(2) == NULL);
    printf("%s|%s|%s|%s\n", sx_word_text(language, text.headline), sx_word_text(language, text.when),
           sx_word_text(language, entry->name), sx_word_text(language, entry->reference));
    printf("%s|%s|%s\n", sx_word_text(2, text.headline), sx_word_text(language, 0), sx_word_text(language, 65535));
    sx_ev_auth_wrong_credentials_sent(&out, "u", 7, 1200000);
    for (guint64 n = 0; n < 30; n += n < 3 ? 1 : 9) {
        sx_label_forms_calls(language, line, n, "a");
        g_string_append(line, "; ");
    }
    sx_word_append_time(language, line, 86400000000 * 5);
    sx_word_append_item(language, line, "b");
    printf("%s\n", line->str);
    g_string_free(line, TRUE);
    return 0;
}
"""


class InC(Language):
    def test_words_of_the_language_and_english_where_there_are_none(self):
        self.write("languages.csv", LANGUAGES + "xx,\u042f,3,east_slavic,labels\n")
        names = "".join(f"{code},\u0430,\n" for code in "401 687 invalid 1xx 2xx 3xx 4xx 5xx 6xx".split())
        self.stamp("codes.csv", NAMES + names)
        self.stamp("codes/486.md", TRANSLATION[:TRANSLATION.index("# Meaning")])
        self.stamp("labels/forms.md", TRANSLATED_FORMS)
        units = self.read("en/labels/units.md").replace("{days_number|day|days}", "{days_number|\u0434|\u0434\u0430|\u0434\u0434}")
        self.stamp("labels/units.md", units.replace("{whole_number}.{tenth_number} s", "{whole_number},{tenth_number} \u0441"))
        self.stamp("diagnoses/auth.wrong-credentials.md", EVIDENCE)
        self.write("xx/references.csv", "english,text\nsection,\u0440\n section,\", \u0440\u0430\u0437\u0434\u0435\u043b\"\n")
        calls = "\u0437\u0432\u043e\u043d\u043a\u043e\u0432 \u0437\u0432\u043e\u043d\u043e\u043a \u0437\u0432\u043e\u043d\u043a\u0430".split()
        self.assertEqual(self.build_and_run(MAIN), [
            "2 1 0", "xx \u042f 0", "1 1",
            "\u0437\u0430\u043d\u044f\u0442\u043e|After an INVITE.|\u0417\u0430\u043d\u044f\u0442\u043e|"
            "RFC 3261, \u0440\u0430\u0437\u0434\u0435\u043b 21.4.24",
            "the phone is busy||",
            "1,2 \u0441, 7, u: 1,2 \u0441",
            f"a: 0 {calls[0]}; a: 1 {calls[1]}; a: 2 {calls[2]}; a: 3 {calls[2]}; a: 12 {calls[0]};"
            f" a: 21 {calls[1]}; 5 \u0434\u0434, b"])

    def test_stale_unit_that_no_longer_fits_gives_way_to_english(self):
        self.write("languages.csv", LANGUAGES + "xx,X,3,east_slavic,complete\n")
        self.stamp("labels/forms.md", TRANSLATED_FORMS)
        self.edit("en/labels/forms.md", "from {caller}", "from {caller} to {callee}")
        self.assertEqual(self.errors_of("labels/forms.md"), [
            "2: 'Labels' is stale: English has changed. Mend it, then kb.py stamp xx labels/forms.md"])
