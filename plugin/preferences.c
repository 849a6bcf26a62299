/* SPDX-License-Identifier: GPL-2.0-or-later
 * The preferences and their defaults.
 */
#include "preferences.h"

#include <epan/expert.h>
#include <epan/prefs.h>

#include "labels.h"
#include "notes_uat.h"
#include "sipexplain.h"

/* Above every severity: no expert items at all. */
#define NO_EXPERT_ITEMS (PI_ERROR + 1)

#define LANGUAGE_OF_SYSTEM (-1)

sx_preferences sx_prefs = {
    .language = LANGUAGE_OF_SYSTEM,
    .long_texts = SX_LONG_TEXTS_AUTO,
    .explain_provisional = TRUE,
    .lowest_severity = PI_CHAT,
    .diagnose = TRUE,
    .look_ahead = FALSE,
    .mask = FALSE,
    .hep = TRUE,
};

sx_language sx_preferences_language(void) {
    return sx_prefs.language == LANGUAGE_OF_SYSTEM ? sx_language_of_system()
                                                   : (sx_language)sx_prefs.language;
}

/* Wireshark keeps titles and help from its start on: they are in the language of the system. */
static const char *say(sx_word word) {
    return sx_word_text(sx_language_of_system(), word);
}

/* Each language under its own name. */
static const enum_val_t *languages(void) {
    guint n = sx_n_languages();
    enum_val_t *made = g_new0(enum_val_t, n + 2);
    made[0] = (enum_val_t){"system", "System", LANGUAGE_OF_SYSTEM};
    for (guint i = 0; i < n; i++)
        made[i + 1] = (enum_val_t){sx_language_code((sx_language)i),
                                   sx_language_name((sx_language)i), (int)i};
    return made;
}

/* Profiles keep a choice by the words for it: so these are English in every language. */
static const enum_val_t severities[] = {
    {"chat", "Chat: every response", PI_CHAT},
    {"note", "Note: failed requests and worse", PI_NOTE},
    {"warning", "Warning: broken rules and order", PI_WARN},
    {"error", "Error: responses that are useless to their receiver", PI_ERROR},
    {"none", "None", NO_EXPERT_ITEMS},
    {NULL, NULL, 0},
};

/* It was a yes or no once: FALSE may still stand in a profile, and any word that is not here means automatic. */
static const enum_val_t long_texts[] = {
    {"auto", "Automatic", SX_LONG_TEXTS_AUTO},
    {"always", "Always", SX_LONG_TEXTS_ALWAYS},
    {"never", "Never", SX_LONG_TEXTS_NEVER},
    {"FALSE", "Never (as older versions say it)", SX_LONG_TEXTS_NEVER},
    {NULL, NULL, 0},
};

static void add_yes_or_no(module_t *module, const char *name, sx_word title, sx_word help,
                          ws_bool *value) {
    prefs_register_bool_preference(module, name, say(title), say(help), value);
}

static void add_choice(module_t *module, const char *name, sx_word title, sx_word help, int *value,
                       const enum_val_t *from) {
    prefs_register_enum_preference(module, name, say(title), say(help), value, from, FALSE);
}

void sx_preferences_register(int proto, void (*apply)(void)) {
    module_t *module = prefs_register_protocol(proto, apply);
    add_choice(module, "language", SX_LABEL_PLUGIN_LANGUAGE, SX_LABEL_PLUGIN_LANGUAGE_HELP,
               &sx_prefs.language, languages());
    add_choice(module, "long_texts", SX_LABEL_PLUGIN_LONG_TEXTS, SX_LABEL_PLUGIN_LONG_TEXTS_HELP,
               &sx_prefs.long_texts, long_texts);
    add_yes_or_no(module, "explain_provisional", SX_LABEL_PLUGIN_PROVISIONAL,
                  SX_LABEL_PLUGIN_PROVISIONAL_HELP, &sx_prefs.explain_provisional);
    add_choice(module, "lowest_severity", SX_LABEL_PLUGIN_LOWEST_SEVERITY,
               SX_LABEL_PLUGIN_LOWEST_SEVERITY_HELP, &sx_prefs.lowest_severity, severities);
    add_yes_or_no(module, "diagnose", SX_LABEL_PLUGIN_DIAGNOSE, SX_LABEL_PLUGIN_DIAGNOSE_HELP,
                  &sx_prefs.diagnose);
    add_yes_or_no(module, "look_ahead", SX_LABEL_PLUGIN_LOOK_AHEAD, SX_LABEL_PLUGIN_LOOK_AHEAD_HELP,
                  &sx_prefs.look_ahead);
    sx_notes_uat_register(module);
    add_yes_or_no(module, "mask", SX_LABEL_PLUGIN_MASK, SX_LABEL_PLUGIN_MASK_HELP, &sx_prefs.mask);
    add_yes_or_no(module, "hep", SX_LABEL_PLUGIN_HEP, SX_LABEL_PLUGIN_HEP_HELP, &sx_prefs.hep);
}
