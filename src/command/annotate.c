/* SPDX-License-Identifier: GPL-2.0-or-later
 * sipexplain annotate: one run of tshark for what there is to say, one copy of the file.
 */
#include "command/annotate.h"

#include <errno.h>
#include <string.h>

#include "command/check.h"
#include "command/options.h"
#include "command/output.h"
#include "labels.h"
#include "log/file.h"

static sx_word word_of(sx_copy_result result) {
    switch (result) {
    case SX_COPY_CUT: return SX_LABEL_CHECK_CAPTURE_CUT;
    case SX_COPY_BROKEN: return SX_LABEL_CHECK_CAPTURE_BROKEN;
    case SX_COPY_UNCOUNTED: return SX_LABEL_CHECK_CAPTURE_UNCOUNTED;
    default: return SX_LABEL_CHECK_NOT_PCAP;
    }
}

static void say_unable(const sx_check_options *o, guint32 unable) {
    GString *line = g_string_new(NULL);
    sx_label_check_no_room(o->language, line, unable);
    if (unable > 0)
        sx_check_say(line->str);
    g_string_free(line, TRUE);
}

static gboolean copy(const sx_check_options *o, const char *capture, FILE *out,
                     GHashTable *comments) {
    sx_log_input in;
    GError *error = NULL;
    guint32 unable;
    if (!sx_log_input_file(capture, &in, NULL, &error)) {
        sx_check_not_readable(o, capture, error->message);
        g_error_free(error);
        return FALSE;
    }
    sx_copy_result result = sx_copy_with_comments(&in, out, comments, &unable);
    if (in.close != NULL)
        in.close(in.context);
    if (result == SX_COPIED)
        say_unable(o, unable);
    else if (result == SX_COPY_FAILED)
        sx_check_say(g_strerror(errno));
    else
        sx_check_not_readable(o, capture, sx_word_text(o->language, word_of(result)));
    return result == SX_COPIED;
}

static gboolean copy_to_file(const sx_check_options *o, const char *capture, const char *to,
                             GHashTable *comments) {
    sx_output output;
    gboolean begun = sx_output_begin(&output, to);
    gboolean copied = begun && copy(o, capture, output.file, comments);
    if (begun && sx_output_end(&output, copied))
        return TRUE;
    if (!begun || copied)
        sx_check_not_readable(o, to, g_strerror(errno));
    return FALSE;
}

static gboolean annotate(const sx_check_options *o) {
    const char *capture = o->files[0];
    const char *to = o->files[1];
    GHashTable *comments = g_hash_table_new_full(NULL, NULL, NULL, g_free);
    if (o->mask != NULL)
        sx_check_say(sx_word_text(o->language, SX_LABEL_CHECK_PACKETS_UNMASKED));
    gboolean good = sx_check_comments(o, capture, comments);
    if (good && strcmp(to, "-") == 0)
        good = copy(o, capture, stdout, comments) && fflush(stdout) == 0;
    else if (good)
        good = copy_to_file(o, capture, to, comments);
    g_hash_table_destroy(comments);
    return good;
}

static gboolean understand(sx_check_options *o, int argc, char **argv) {
    const GOptionEntry entries[] = {
        {"all", 'a', 0, G_OPTION_ARG_NONE, &o->all, NULL, NULL},
        {"lang", 'l', 0, G_OPTION_ARG_STRING, &o->lang, NULL, NULL},
        {"decode-as", 'd', 0, G_OPTION_ARG_STRING, &o->decode_as, NULL, NULL},
        {"keylog", 0, 0, G_OPTION_ARG_FILENAME, &o->keylog, NULL, NULL},
        {"mask", 0, 0, G_OPTION_ARG_NONE, &o->masked, NULL, NULL},
        {"mask-key", 0, 0, G_OPTION_ARG_STRING, &o->mask_key, NULL, NULL},
        {G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &o->files, NULL, NULL},
        {NULL, 0, 0, 0, NULL, NULL, NULL},
    };
    GOptionContext *context = g_option_context_new(NULL);
    g_option_context_set_help_enabled(context, FALSE);
    g_option_context_add_main_entries(context, entries, NULL);
    gboolean good = g_option_context_parse(context, &argc, &argv, NULL) && o->files != NULL &&
                    g_strv_length(o->files) == 2 && strcmp(o->files[0], "-") != 0 &&
                    (o->lang == NULL || sx_language_from_name(o->lang, &o->language)) &&
                    !sx_is_same_file(o->files[0], o->files[1]);
    g_option_context_free(context);
    return good;
}

int sx_annotate(int argc, char **argv) {
    sx_check_options o = {.language = sx_language_of_system()};
    int status = SX_EXIT_WRONG_USAGE;
    if (understand(&o, argc, argv)) {
        sx_check_begin_mask(&o);
        status = annotate(&o) ? SX_EXIT_FOUND : SX_EXIT_WRONG_USAGE;
    } else {
        sx_usage_error(&(sx_options){.language = o.language}, SX_LABEL_CHECK_ANNOTATE_USAGE, "");
    }
    sx_mask_free(o.mask);
    char *texts[] = {o.lang, o.decode_as, o.keylog, o.mask_key};
    for (guint i = 0; i < G_N_ELEMENTS(texts); i++)
        g_free(texts[i]);
    g_strfreev(o.files);
    return status;
}
