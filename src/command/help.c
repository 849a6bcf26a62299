/* SPDX-License-Identifier: GPL-2.0-or-later
 * The help of the command as a page, and that page as a manual page.
 */
#include "command/help.h"

#include <string.h>

#include "command/options.h"
#include "labels.h"

static sx_block *add_block(sx_page *page, sx_block_kind kind, const char *key, sx_word title) {
    return sx_page_add(page, kind, key, sx_word_text(page->language, title));
}

/* ---- usage ---- */

/** A way to call it: what stands behind its name, and the names of values in it. */
typedef struct {
    const char *form; /* %s: the values */
    sx_word first, second;
    sx_word text;
} usage;

static void add_usage(sx_page *page) {
    static const usage usages[] = {
        {"sipexplain %s [%s]", SX_LABEL_COMMAND_CODE_VALUE, SX_LABEL_COMMAND_METHOD_VALUE,
         SX_LABEL_COMMAND_OF_CODE},
        {"sipexplain %s %s", SX_LABEL_COMMAND_CODE_VALUE, SX_LABEL_COMMAND_CODE_VALUE,
         SX_LABEL_COMMAND_OF_TWO},
        {"sipexplain %s", SX_LABEL_COMMAND_DIAGNOSIS_VALUE, 0, SX_LABEL_COMMAND_OF_DIAGNOSIS},
        {"sipexplain Q.850 %s", SX_LABEL_COMMAND_CAUSE_VALUE, 0, SX_LABEL_COMMAND_OF_CAUSE},
        {"sipexplain %s", SX_LABEL_COMMAND_PRODUCT_VALUE, 0, SX_LABEL_COMMAND_OF_PRODUCT},
        {"sipexplain check %s...", SX_LABEL_COMMAND_FILE_VALUE, 0, SX_LABEL_CHECK_HELP},
        {"sipexplain annotate CAPTURE %s", SX_LABEL_COMMAND_FILE_VALUE, 0,
         SX_LABEL_COMMAND_OF_ANNOTATE},
        {"sipexplain convert LOG %s", SX_LABEL_COMMAND_FILE_VALUE, 0, SX_LABEL_COMMAND_OF_CONVERT},
    };
    sx_block *block = add_block(page, SX_BLOCK_FACTS, "usage", SX_LABEL_COMMAND_USAGE);
    for (guint i = 0; i < G_N_ELEMENTS(usages); i++) {
        const usage *one = &usages[i];
        GString *label = g_string_new(NULL);
        sx_word values[] = {one->first, one->second};
        guint next = 0;
        for (const char *p = one->form; *p != '\0'; p++) {
            if (p[0] == '%' && p[1] == 's') {
                g_string_append(label, sx_word_text(page->language, values[next++]));
                p++;
            } else {
                g_string_append_c(label, *p);
            }
        }
        sx_block_item(block, label->str, sx_word_text(page->language, one->text));
        g_string_free(label, TRUE);
    }
}

/* ---- options ---- */

/* "-f, --format=FORMAT" */
static char *label_of(const sx_page *page, const sx_option *option) {
    GString *label = g_string_new(NULL);
    if (option->letter != 0)
        g_string_append_printf(label, "-%c, ", option->letter);
    g_string_append_printf(label, "--%s", option->name);
    if (option->value != 0)
        g_string_append_printf(label, "=%s", sx_word_text(page->language, option->value));
    return g_string_free(label, FALSE);
}

static void add_options(sx_page *page, sx_block *block, sx_option_place place) {
    for (const sx_option *option = sx_option_table; option->name != NULL; option++) {
        if (option->place != place)
            continue;
        char *label = label_of(page, option);
        sx_block_item(block, label, sx_word_text(page->language, option->text));
        g_free(label);
    }
}

/* Those of check; convert has those of the mask too. */
static void add_check_options(sx_page *page) {
    static const struct {
        const char *form;
        sx_word value, text;
    } options[] = {
        {"-a, --all", 0, SX_LABEL_CHECK_ALL},
        {"--fail-on=", SX_LABEL_ROWS_VERDICT, SX_LABEL_CHECK_FAIL_ON},
        {"-d, --decode-as=", SX_LABEL_COMMAND_TEXT_VALUE, SX_LABEL_CHECK_DECODE_AS},
        {"--keylog=", SX_LABEL_COMMAND_FILE_VALUE, SX_LABEL_CHECK_KEYLOG},
        {"--follow", 0, SX_LABEL_CHECK_FOLLOW_OPTION},
        {"--mask", 0, SX_LABEL_CHECK_MASK},
        {"--mask-key=", SX_LABEL_COMMAND_KEY_VALUE, SX_LABEL_CHECK_MASK_KEY},
    };
    sx_block *block =
        add_block(page, SX_BLOCK_FACTS, "check_options", SX_LABEL_COMMAND_CHECK_OPTIONS);
    for (guint i = 0; i < G_N_ELEMENTS(options); i++) {
        const char *value =
            options[i].value != 0 ? sx_word_text(page->language, options[i].value) : "";
        char *label = g_strconcat(options[i].form, value, NULL);
        sx_block_item(block, label, sx_word_text(page->language, options[i].text));
        g_free(label);
    }
}

/* ---- the rest ---- */

static void add_examples(sx_page *page) {
    static const char *const examples[] = {
        "sipexplain 401",
        "sipexplain 481 BYE",
        "sipexplain 200 401",
        "sipexplain auth.wrong-credentials",
        "sipexplain Q.850 17",
        "sipexplain --search \"early media\"",
        "sipexplain --lang=pt --format=html --output=486.html 486",
    };
    sx_block *block = add_block(page, SX_BLOCK_LIST, "examples", SX_LABEL_COMMAND_EXAMPLES);
    for (guint i = 0; i < G_N_ELEMENTS(examples); i++)
        sx_block_item(block, NULL, examples[i]);
}

static void add_facts(sx_page *page, const char *key, sx_word title, const char *const *labels,
                      const sx_word *texts, guint n) {
    sx_block *block = add_block(page, SX_BLOCK_FACTS, key, title);
    for (guint i = 0; i < n; i++)
        sx_block_item(block, labels[i], sx_word_text(page->language, texts[i]));
}

static void add_exit_status(sx_page *page) {
    static const char *const statuses[] = {"0", "1", "2"};
    static const sx_word texts[] = {SX_LABEL_COMMAND_EXIT_FOUND, SX_LABEL_COMMAND_EXIT_UNKNOWN,
                                    SX_LABEL_COMMAND_EXIT_USAGE};
    add_facts(page, "exit_status", SX_LABEL_COMMAND_EXIT_STATUS, statuses, texts,
              G_N_ELEMENTS(texts));
}

static void add_environment(sx_page *page) {
    static const char *const names[] = {"LANGUAGE, LC_ALL, LC_MESSAGES, LANG",
                                        "SIPEXPLAIN_PAGER, PAGER",
                                        "LESS",
                                        "NO_COLOR",
                                        "COLUMNS",
                                        "SIPEXPLAIN_MASK_KEY"};
    static const sx_word texts[] = {SX_LABEL_COMMAND_ENV_LANGUAGE, SX_LABEL_COMMAND_ENV_PAGER,
                                    SX_LABEL_COMMAND_ENV_LESS,     SX_LABEL_COMMAND_ENV_NO_COLOR,
                                    SX_LABEL_COMMAND_ENV_COLUMNS,  SX_LABEL_COMMAND_ENV_MASK_KEY};
    add_facts(page, "environment", SX_LABEL_COMMAND_ENVIRONMENT, names, texts, G_N_ELEMENTS(texts));
}

sx_page *sx_page_of_help(sx_language language) {
    sx_page *page = sx_page_new(language, "help", g_strdup("help"), g_strdup("sipexplain"),
                                g_strdup(sx_word_text(language, SX_LABEL_COMMAND_SUMMARY)));
    add_usage(page);
    add_options(page, (sx_block *)g_ptr_array_index(page->blocks, 0), SX_OPTION_ASKS);
    add_options(page, add_block(page, SX_BLOCK_FACTS, "options", SX_LABEL_COMMAND_OPTIONS),
                SX_OPTION_WRITES);
    add_check_options(page);
    add_examples(page);
    add_exit_status(page);
    add_environment(page);
    return page;
}

/* ---- the manual page ---- */

/* What roff would take for a command is escaped; a minus stays one that can be copied. */
static void append_roff(GString *out, const char *text) {
    if (text[0] == '.' || text[0] == '\'')
        g_string_append(out, "\\&");
    for (; *text != '\0'; text++) {
        if (*text == '-')
            g_string_append(out, "\\-");
        else if (*text == '\\')
            g_string_append(out, "\\e");
        else
            g_string_append_c(out, *text);
    }
    g_string_append_c(out, '\n');
}

static void append_section(GString *out, const char *title) {
    char *upper = g_utf8_strup(title, -1);
    g_string_append(out, ".SH ");
    append_roff(out, upper);
    g_free(upper);
}

static void append_items(GString *out, const sx_block *block) {
    for (guint i = 0; i < block->items->len; i++) {
        const sx_item *item = (const sx_item *)g_ptr_array_index(block->items, i);
        if (block->kind == SX_BLOCK_FACTS) {
            g_string_append(out, ".TP\n.B ");
            append_roff(out, item->label);
        } else {
            g_string_append(out, i > 0 ? ".br\n" : "");
        }
        append_roff(out, item->text);
    }
}

void sx_render_man(GString *out, const sx_page *help) {
    g_string_append(out, ".TH SIPEXPLAIN 1 \"\" \"sipexplain " SX_VERSION "\" \"User Commands\"\n"
                         ".SH NAME\nsipexplain \\- ");
    append_roff(out, help->summary);
    for (guint i = 0; i < help->blocks->len; i++) {
        const sx_block *block = (const sx_block *)g_ptr_array_index(help->blocks, i);
        append_section(out, strcmp(block->key, "usage") == 0 ? "SYNOPSIS" : block->title);
        append_items(out, block);
    }
    g_string_append(out, ".SH SEE ALSO\n.BR tshark (1),\n.BR wireshark (1)\n");
}
