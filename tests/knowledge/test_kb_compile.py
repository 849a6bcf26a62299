# SPDX-License-Identifier: GPL-2.0-or-later
"""What the C that kb.py makes says."""
import os

from .folder import BY_METHOD, TEXT, Knowledge

MAIN = r"""
#include <stdio.h>
#include "knowledge.h"
int main(void) {
    for (guint i = 0; i < sx_n_code_entries; i++) {
        const sx_code_entry *entry = &sx_code_entries[i];
        printf("%u|%s|%s|%u|%d|%d\n", (unsigned)entry->code, entry->name, entry->reference,
               (unsigned)entry->related[0], (int)entry->status, (int)entry->verdict);
    }
    const char *methods[] = {NULL, "INVITE", "BYE", "ACK"};
    for (int i = 0; i < 4; i++) {
        sx_text text = sx_knowledge_text(sx_knowledge_code(486), methods[i]);
        printf("%s|%s|%s", text.headline, text.meaning, text.when);
        for (int j = 0; text.causes[j]; j++) printf("|%s", text.causes[j]);
        for (int j = 0; text.fixes[j]; j++) printf("|%s", text.fixes[j]);
        printf("\n");
    }
    for (int i = 0; i < 7; i++) printf("%s ", sx_class_entries[i].reference);
    return 0;
}
"""


class Compile(Knowledge):
    def test_program_gives_the_entries_back(self):
        for digit in "123456":
            path = f"en/classes/{digit}xx.md"
            text = (self.root / path).read_text(encoding="utf-8")
            self.write(path, text.replace("RFC 3261 section 21.4.24", "class" + digit))
        lines = self.build_and_run(MAIN, "knowledge.c")
        self.assertEqual(lines[:3], ["401|Unauthorized|RFC 3261 section 21.4.24|486|0|2",
                                     "486|Busy Here|RFC 3261 section 21.4.24|401|0|2",
                                     "687|Gone, all|RFC 3261 section 21.4.24|401|2|2"])
        self.assertEqual(lines[-1].split(), "RFC 3261 section 21.4.24 class1 class2 class3 class4"
                                            " class5 class6".split())

    def test_program_gives_every_section_of_a_method_back(self):
        self.write("en/codes/486.md",
                   TEXT + BY_METHOD.format("Meaning", "INVITE, BYE", "Shared\ntext.")
                   + BY_METHOD.format("Headline", "BYE", "for bye")
                   + BY_METHOD.format("Causes", "INVITE", "- one\n- two"))
        when, causes, fix = "After an INVITE.", "on a call|do not disturb", "call later"
        general = f"the phone is busy|It is busy. Wait.|{when}|{causes}|{fix}"
        self.assertEqual(self.build_and_run(MAIN, "knowledge.c")[3:7], [
            general,
            f"the phone is busy|Shared text.|{when}|one|two|{fix}",
            f"for bye|Shared text.|{when}|{causes}|{fix}",
            general])

    def test_strings_survive_quotes_backslashes_percent_signs_and_trigraphs(self):
        odd = r'''"a" \n \ ??= ??/ %s \0 */ 'b' ?'''
        self.write("en/codes/486.md", TEXT.replace("It is busy. Wait.", odd)
                   .replace("- call later", "- " + odd).replace("RFC 3261 section 21.4.24", odd))
        lines = self.build_and_run(MAIN, "knowledge.c")
        self.assertEqual(lines[1], f"486|Busy Here|{odd}|401|0|2")
        self.assertEqual(lines[3], f"the phone is busy|{odd}|After an INVITE.|on a call|"
                                   f"do not disturb|{odd}")

    def test_nothing_is_written_on_a_mistake(self):
        self.write("en/codes/486.md", TEXT.replace("user-action", "bad"))
        result = self.run_compile()
        self.assertEqual(result.returncode, 1)
        self.assertEqual(result.stderr, "en/codes/486.md:8: error: unknown verdict 'bad'\n")
        self.assertFalse((self.root / "out.c").exists())
        self.assertFalse((self.root / "evidence.h").exists())

    def test_file_is_written_only_if_it_changed(self):
        output = self.root / "out.c"
        self.run_compile()
        os.utime(output, (1, 1))
        self.run_compile()
        self.assertEqual(output.stat().st_mtime, 1)
        self.write("en/codes/486.md", TEXT.replace("Wait.", "Do wait."))
        self.run_compile()
        self.assertNotEqual(output.stat().st_mtime, 1)

    def test_needs_all_that_it_writes(self):
        self.assertEqual(self.run_kb("compile", "--output", "out.c").returncode, 2)
        self.assertEqual(self.run_kb("compile", "--header", "evidence.h").returncode, 2)
