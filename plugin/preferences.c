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

/* What a menu offers. It has to stay where it is. */
static const enum_val_t *choices(const char *const *names, const sx_word *words, const int *values,
                                 guint n) {
    enum_val_t *made = g_new0(enum_val_t, n + 1);
    for (guint i = 0; i < n; i++)
        made[i] = (enum_val_t){names[i], say(words[i]), values[i]};
    return made;
}

/* Each language under its own name. */
static const enum_val_t *languages(void) {
    guint n = sx_n_languages();
    enum_val_t *made = g_new0(enum_val_t, n + 2);
    made[0] = (enum_val_t){"system", say(SX_LABEL_PLUGIN_LANGUAGE_OF_SYSTEM), LANGUAGE_OF_SYSTEM};
    for (guint i = 0; i < n; i++)
        made[i + 1] = (enum_val_t){sx_language_code((sx_language)i),
                                   sx_language_name((sx_language)i), (int)i};
    return made;
}

static const enum_val_t *severities(void) {
    static const char *const names[] = {"chat", "note", "warning", "error", "none"};
    static const sx_word words[] = {SX_LABEL_PLUGIN_FROM_CHAT, SX_LABEL_PLUGIN_FROM_NOTE,
                                    SX_LABEL_PLUGIN_FROM_WARNING, SX_LABEL_PLUGIN_FROM_ERROR,
                                    SX_LABEL_PLUGIN_NO_EXPERT_ITEMS};
    static const int values[] = {PI_CHAT, PI_NOTE, PI_WARN, PI_ERROR, NO_EXPERT_ITEMS};
    return choices(names, words, values, G_N_ELEMENTS(names));
}

/* It was a yes or no once: FALSE may still stand in a profile, and any word that is not here means automatic. */
static const enum_val_t *long_texts(void) {
    static const char *const names[] = {"auto", "always", "never", "FALSE"};
    static const sx_word words[] = {SX_LABEL_PLUGIN_AUTOMATIC, SX_LABEL_PLUGIN_ALWAYS,
                                    SX_LABEL_PLUGIN_NEVER, SX_LABEL_PLUGIN_NEVER_AS_BEFORE};
    static const int values[] = {SX_LONG_TEXTS_AUTO, SX_LONG_TEXTS_ALWAYS, SX_LONG_TEXTS_NEVER,
                                 SX_LONG_TEXTS_NEVER};
    return choices(names, words, values, G_N_ELEMENTS(names));
}

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
               &sx_prefs.long_texts, long_texts());
    add_yes_or_no(module, "explain_provisional", SX_LABEL_PLUGIN_PROVISIONAL,
                  SX_LABEL_PLUGIN_PROVISIONAL_HELP, &sx_prefs.explain_provisional);
    add_choice(module, "lowest_severity", SX_LABEL_PLUGIN_LOWEST_SEVERITY,
               SX_LABEL_PLUGIN_LOWEST_SEVERITY_HELP, &sx_prefs.lowest_severity, severities());
    add_yes_or_no(module, "diagnose", SX_LABEL_PLUGIN_DIAGNOSE, SX_LABEL_PLUGIN_DIAGNOSE_HELP,
                  &sx_prefs.diagnose);
    add_yes_or_no(module, "look_ahead", SX_LABEL_PLUGIN_LOOK_AHEAD, SX_LABEL_PLUGIN_LOOK_AHEAD_HELP,
                  &sx_prefs.look_ahead);
    sx_notes_uat_register(module);
    add_yes_or_no(module, "hep", SX_LABEL_PLUGIN_HEP, SX_LABEL_PLUGIN_HEP_HELP, &sx_prefs.hep);
}
