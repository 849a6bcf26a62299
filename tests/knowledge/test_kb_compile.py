# SPDX-License-Identifier: GPL-2.0-or-later
"""What the C that kb.py makes says."""
import os
import subprocess

from .folder import BY_METHOD, KNOWLEDGE, TEXT, Knowledge

MAIN = r"""
#include <stdio.h>
#include "knowledge/knowledge.h"
static void print(sx_word word) { printf("%s|", sx_word_text(SX_ENGLISH, word)); }
static void print_list(sx_bullets list) {
    for (guint i = 0; i < list.count; i++) print(sx_bullet_entries[list.first + i].text);
}
int main(void) {
    for (guint i = 0; i < sx_n_code_entries; i++) {
        const sx_code_entry *entry = &sx_code_entries[i];
        printf("%u|", (unsigned)entry->code);
        print(entry->name); print(entry->reference);
        printf("%u|%d|%d\n", (unsigned)entry->related[0], (int)entry->status, (int)entry->verdict);
    }
    const char *methods[] = {NULL, "INVITE", "BYE", "ACK"};
    for (int i = 0; i < 4; i++) {
        sx_text text = sx_knowledge_text(sx_knowledge_code(486), methods[i]);
        print(text.headline); print(text.meaning); print(text.when); print(text.must_follow);
        print_list(text.causes); print_list(text.fixes);
        printf("\n");
    }
    for (int i = 0; i < 7; i++) print(sx_class_entries[i].name);
    return 0;
}
"""


class Compile(Knowledge):
    def test_program_gives_the_entries_back(self):
        lines = self.build_and_run(MAIN)
        self.assertEqual(lines[:3], ["401|Unauthorized|RFC 3261 section 21.4.24|486|0|0",
                                     "486|Busy Here|RFC 3261 section 21.4.24|401|0|2",
                                     "687|Gone, all|RFC 3261 section 21.4.24|401|2|3"])
        self.assertEqual(lines[-1], "No code|" + "".join(f"Unknown {digit}xx|" for digit in "123456"))

    def test_program_gives_every_section_of_a_method_back(self):
        self.write("en/codes/486.md",
                   TEXT + BY_METHOD.format("Meaning", "INVITE, BYE", "Shared\ntext.")
                   + BY_METHOD.format("Headline", "BYE", "for bye")
                   + BY_METHOD.format("What must follow", "INVITE", "an ACK")
                   + BY_METHOD.format("Causes", "INVITE", "- one\n- two"))
        when, causes, fix = "After an INVITE.", "on a call|do not disturb", "call later"
        general = f"the phone is busy|It is busy. Wait.|{when}||{causes}|{fix}|"
        self.assertEqual(self.build_and_run(MAIN)[3:7], [
            general,
            f"the phone is busy|Shared text.|{when}|an ACK|one|two|{fix}|",
            f"for bye|Shared text.|{when}||{causes}|{fix}|",
            general])

    def test_strings_survive_quotes_backslashes_percent_signs_and_trigraphs(self):
        odd = r"""'a' "b" \n \ ??= ??/ %s \0 */ ?"""
        self.write("en/codes/486.md", TEXT.replace("It is busy. Wait.", odd)
                   .replace("- call later", "- " + odd).replace("RFC 3261 section 21.4.24", odd))
        lines = self.build_and_run(MAIN)
        self.assertEqual(lines[1], f"486|Busy Here|{odd}|401|0|2")
        self.assertEqual(lines[3], f"the phone is busy|{odd}|After an INVITE.||on a call|"
                                   f"do not disturb|{odd}|")

    def test_equal_texts_stand_in_the_pool_once(self):
        self.run_compile()
        self.assertEqual(self.read("knowledge_words.c").count('"the phone is busy"'), 1)

    def test_tables_have_no_pointers(self):
        """But for the list of languages: the loader has nothing to do."""
        self.build_and_run(MAIN)
        for name in ("knowledge_facts", "knowledge_words"):
            subprocess.run(["cc", "-c", "-fPIC", "-I.", f"-I{KNOWLEDGE.parent}", f"{name}.c", *self.glib()],
                           cwd=self.root, check=True)
        found = subprocess.check_output(["readelf", "-r", "knowledge_facts.o"], cwd=self.root,
                                        encoding="utf-8")
        self.assertNotIn(".rela.data", found)
        found = subprocess.check_output(["readelf", "-r", "knowledge_words.o"], cwd=self.root,
                                        encoding="utf-8")
        self.assertLess(found.count("R_X86_64_64"), 6)

    @staticmethod
    def glib():
        return subprocess.check_output(["pkg-config", "--cflags", "glib-2.0"], encoding="utf-8").split()

    def test_nothing_is_written_on_a_mistake(self):
        self.write("en/codes/486.md", TEXT.replace("# Causes", "# Reasons"))
        result = self.run_compile()
        self.assertEqual(result.returncode, 1)
        self.assertIn("en/codes/486.md:14: error: unknown section 'Reasons'\n", result.stderr)
        self.assertEqual(list(self.root.glob("*.[ch]")), [])

    def test_file_is_written_only_if_it_changed(self):
        output = self.root / "knowledge_words.c"
        self.run_compile()
        os.utime(output, (1, 1))
        self.run_compile()
        self.assertEqual(output.stat().st_mtime, 1)
        self.write("en/codes/486.md", TEXT.replace("Wait.", "Do wait."))
        self.run_compile()
        self.assertNotEqual(output.stat().st_mtime, 1)

    def test_what_no_text_names_stays(self):
        """A bullet more moves no number that C was compiled with."""
        self.run_compile()
        before = [self.read(name) for name in ("labels.h", "evidence.h", "knowledge_ids.h")]
        self.write("en/codes/401.md", TEXT.replace("- call later", "- call later\n- or never"))
        self.run_compile()
        self.assertEqual([self.read(name) for name in ("labels.h", "evidence.h", "knowledge_ids.h")], before)

    def test_needs_a_folder_to_write_into(self):
        self.assertEqual(self.run_kb("compile").returncode, 2)
        self.assertEqual(self.run_kb().returncode, 2)
