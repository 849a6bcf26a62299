# SPDX-License-Identifier: GPL-2.0-or-later
"""What the C that kb.py makes of diagnoses says, and what the header lets a program do."""
import os

from .folder import DIAGNOSES, DIAGNOSIS, Knowledge

START = r"""
#include <stdio.h>
#include "evidence.h"
struct sx_finding_builder { int n_added; };
void sx_evidence_add(sx_finding_builder *out, guint evidence, const sx_arg *args, guint n_args) {
    char *text = sx_knowledge_evidence_text(SX_ENGLISH, evidence, args, n_args);
    printf("%d %u: %s\n", sx_knowledge_evidence_is_headline(evidence), n_args, text);
    g_free(text);
    out->n_added++;
}
static void print(sx_word word) { printf("|%s", sx_word_text(SX_ENGLISH, word)); }
static void print_list(sx_bullets list) {
    for (guint i = 0; i < list.count; i++) print(sx_bullet_entries[list.first + i].text);
}
int main(void) {
    sx_finding_builder builder = {0}, *out = &builder;
    (void)print_list;
"""
END = r"""
    printf("%d %d %d\n", out->n_added, SX_N_DIAGNOSES, SX_N_EVIDENCE);
    return 0;
}
"""
PRINT_TABLE = r"""
    for (guint i = SX_DIAG_NONE + 1; i < SX_N_DIAGNOSES; i++) {
        const sx_diagnosis_entry *entry = sx_knowledge_diagnosis(i);
        printf("%u %s|%d|%u|%u", i, sx_diagnosis_id_of(i), (int)entry->verdict, (guint)entry->severity,
               (guint)entry->slot);
        print(entry->reference); print(entry->words.headline); print(entry->words.meaning);
        print(entry->words.must_follow);
        print_list(entry->words.causes);
        print_list(entry->words.fixes);
        for (guint j = 0; j < entry->n_beaten; j++) printf("|%d", sx_beaten[entry->first_beaten + j]);
        printf("\n");
    }
"""
SENT = '- sent: For "{user}" in frame {request_frame}, {later_seconds} later\n'


class Evidence(Knowledge):
    def setUp(self):
        super().setUp()
        self.write("diagnoses.csv", "".join(line for line in DIAGNOSES.splitlines(True)
                                            if line.startswith(("id,", "auth.wrong-credentials,"))))
        for name in ("auth.wrong", "ack.missing", "retransmit.repeated"):
            (self.root / f"en/diagnoses/{name}.md").unlink()
        self.write_diagnosis(SENT)

    def write_diagnosis(self, evidence):
        self.write("en/diagnoses/auth.wrong-credentials.md", DIAGNOSIS.replace(SENT, evidence))

    def run_program(self, statements):
        return self.build_and_run(START + statements + END)

    def test_table_goes_by_the_order_of_the_register(self):
        self.write("diagnoses.csv", DIAGNOSES.replace(DIAGNOSES.splitlines(True)[-1], ""))
        self.write("en/diagnoses/auth.wrong.md", DIAGNOSIS.replace("- set it", "- a\n- b")
                   + "\n# What must follow\nan ACK\n")
        self.write("en/diagnoses/ack.missing.md",
                   DIAGNOSIS.replace("22.1\n", "22.1\nbeats: auth.wrong auth.wrong-credentials\n"))
        text = "RFC 3261 section 22.1|not accepted|It is wrong. Correct it."
        self.assertEqual(self.run_program(PRINT_TABLE + r"""
            printf("%d %d %d\n", SX_DIAG_AUTH_WRONG, SX_DIAG_AUTH_WRONG_CREDENTIALS,
                   SX_DIAG_ACK_MISSING);
            """), [
                f"1 auth.wrong|0|0|0|{text}|an ACK|wrong password|a|b",
                f"2 auth.wrong-credentials|3|2|0|{text}||wrong password|set it",
                f"3 ack.missing|5|3|1|{text}||wrong password|set it|1|2",
                "1 2 3", "0 4 6"])

    def test_functions_take_the_placeholders_in_their_order(self):
        self.write_diagnosis(SENT + "- all: {code} {number} {text} {frame} {seconds} {later_seconds} {code}\n"
                             "- none: No Contact\n")
        self.assertEqual(self.run_program(r"""
            const char *name = "alice";
            guint32 frame = 7;
            gint64 seconds = 1200000;
            guint64 number = G_MAXUINT64;
            guint code = 486;
            sx_ev_auth_wrong_credentials_headline(out, "100%");
            sx_ev_auth_wrong_credentials_sent(out, name, frame, seconds);
            sx_ev_auth_wrong_credentials_all(out, code, number, NULL, G_MAXUINT32, -5, G_MAXINT64);
            sx_ev_auth_wrong_credentials_none(out);
            """), ['1 1: wrong for "100%"',
                   '0 3: For "alice" in frame 7, 1.2 s later',
                   "0 6: 486 18446744073709551615 ? 4294967295 under 1 ms over 49 days 486",
                   "0 0: No Contact", "4 2 4"])

    def test_several_headlines(self):
        self.write_diagnosis(SENT + "- headline-busy: all busy\n- headlines: two\n")
        self.assertEqual(self.run_program(r"""
            sx_ev_auth_wrong_credentials_headline_busy(out);
            sx_ev_auth_wrong_credentials_headlines(out);
            """), ["1 0: all busy", "0 0: two", "2 2 4"])

    def test_time(self):
        self.write_diagnosis("- time: {seconds}\n")
        times = {0: "under 1 ms", 999: "under 1 ms", 1000: "1 ms", 350_000: "350 ms", 999_499: "999 ms",
                 999_500: "1 s", 1_000_000: "1 s", 1_049_999: "1 s", 1_050_000: "1.1 s",
                 1_200_000: "1.2 s", 32_000_000: "32 s", 59_949_999: "59.9 s",
                 59_950_000: "60 s", 95_400_000: "95 s", 599_499_999: "599 s",
                 599_500_000: "10 min", 720_000_000: "12 min", 7_169_999_999: "119 min",
                 7_170_000_000: "2 h", 86_400_000_000: "24 h"}
        calls = "".join(f"sx_ev_auth_wrong_credentials_time(out, G_GINT64_CONSTANT({time}));\n"
                        for time in times)
        self.assertEqual(self.run_program(calls)[:-1], [f"0 1: {text}" for text in times.values()])

    def test_words_by_number(self):
        self.write_diagnosis("- sent: {n_number|one|{n}}\n".replace("{n}", "several")
                             + "- again: {n_number} {n_number|copy|copies}, {n_number||s}{text}\n")
        self.assertEqual(self.run_program(r"""
            sx_ev_auth_wrong_credentials_sent(out, 1);
            sx_ev_auth_wrong_credentials_sent(out, 0);
            sx_ev_auth_wrong_credentials_again(out, 1, "a");
            sx_ev_auth_wrong_credentials_again(out, G_MAXUINT64, "\016\010b");
            """)[:-1], ["0 1: one", "0 1: several", "0 2: 1 copy, a",
                        "0 2: 18446744073709551615 copies, s\\016\\010b"])

    def test_missing_arguments_leave_the_placeholder_out(self):
        self.assertEqual(self.run_program(r"""
            sx_arg args[3] = {{SX_ARG_TEXT, {.text = "a"}}};
            guint sent = SX_EV_AUTH_WRONG_CREDENTIALS_SENT;
            sx_evidence_add(out, sent, args, 1);
            sx_evidence_add(out, sent, NULL, 3);
            sx_evidence_add(out, SX_N_EVIDENCE, args, 3);
            printf("%d\n", !sx_diagnosis_id_of(SX_DIAG_NONE));
            """), ['0 1: For "a" in frame ,  later', '0 3: For "" in frame ,  later', "0 3: ",
                   "1", "3 2 2"])

    def test_placeholder_in_a_text_stays(self):
        self.assertEqual(self.run_program(r"""
            sx_ev_auth_wrong_credentials_sent(out, "{frame} %s", 1, 0);
            """)[0], '0 3: For "{frame} %s" in frame 1, under 1 ms later')

    def test_template_survives_the_comment_and_the_string(self):
        odd = r'''*/ /* // "a" \n \ ??= ??/ %s /*/ 'b' ?'''
        self.write_diagnosis(f"- odd: {odd} {{code}}\n")
        self.assertEqual(self.run_program("sx_ev_auth_wrong_credentials_odd(out, 486);")[0],
                         f"0 1: {odd} 486")

    def test_header_is_written_only_if_it_changed(self):
        header = self.root / "evidence.h"
        self.run_compile()
        os.utime(header, (1, 1))
        self.write("en/diagnoses/auth.wrong-credentials.md",
                   DIAGNOSIS.replace("wrong password", "typing mistake"))
        self.run_compile()
        self.assertEqual(header.stat().st_mtime, 1)
        self.write_diagnosis("- got: {frame}\n")
        self.run_compile()
        self.assertNotEqual(header.stat().st_mtime, 1)
