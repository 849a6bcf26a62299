/* SPDX-License-Identifier: GPL-2.0-or-later
 * The preferences and their defaults.
 */
#include "preferences.h"

#include <epan/expert.h>
#include <epan/prefs.h>

#include "notes_uat.h"
#include "sipexplain.h"

/* Above every severity: no expert items at all. */
#define NO_EXPERT_ITEMS (PI_ERROR + 1)

sx_preferences sx_prefs = {
    .long_texts = SX_LONG_TEXTS_AUTO,
    .explain_provisional = TRUE,
    .lowest_severity = PI_CHAT,
    .diagnose = TRUE,
    .look_ahead = FALSE,
    .hep = TRUE,
};

void sx_preferences_register(int proto, void (*apply)(void)) {
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
    module_t *module = prefs_register_protocol(proto, apply);
    prefs_register_enum_preference(module, "long_texts", "Show what a code means in general",
                                   "Automatic: in the window as a folded node, elsewhere where no "
                                   "diagnosis says more. Filters, columns and exports have "
                                   "the words in every case.",
                                   &sx_prefs.long_texts, long_texts, FALSE);
    prefs_register_bool_preference(module, "explain_provisional", "Explain provisional responses",
                                   "Also explain 100 to 199, such as 180 Ringing.",
                                   &sx_prefs.explain_provisional);
    prefs_register_enum_preference(module, "lowest_severity", "Lowest severity of expert items",
                                   "Responses below it get no expert item.",
                                   &sx_prefs.lowest_severity, severities, FALSE);
    prefs_register_bool_preference(module, "diagnose", "Diagnose conversations",
                                   "Find out what happened from the whole conversation. Without it "
                                   "each response is explained by itself, at "
                                   "less cost.",
                                   &sx_prefs.diagnose);
    prefs_register_bool_preference(module, "look_ahead", "Look ahead",
                                   "See SIP in the first pass of tshark -2 and when sharkd loads a "
                                   "file. Dissects every frame in full, "
                                   "which costs time on captures with little SIP.",
                                   &sx_prefs.look_ahead);
    sx_notes_uat_register(module);
    prefs_register_bool_preference(module, "hep", "Dissect HEP",
                                   "What Homer's capture agents send to UDP or TCP port 9060. "
                                   "Never where something else has the port, or another "
                                   "dissector has the name \"hep\". Decode As works in any case.",
                                   &sx_prefs.hep);
}
