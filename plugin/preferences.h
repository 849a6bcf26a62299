/* SPDX-License-Identifier: GPL-2.0-or-later
 * Edit > Preferences > Protocols > SIP Explain.
 */
#ifndef SX_PREFERENCES_H
#define SX_PREFERENCES_H

#include "knowledge/words.h"
#include "ws_compat.h"

typedef struct {
    int language;   /* an sx_language, or that of the system: sx_preferences_language() */
    int long_texts; /* sx_long_texts: when the general words are in view */
    ws_bool explain_provisional; /* 1xx responses are explained */
    int lowest_severity;         /* of the responses that get an expert item: PI_CHAT to PI_ERROR */
    ws_bool diagnose;            /* what happened is found out from the whole conversation */
    ws_bool look_ahead;          /* pass one of tshark -2, and sharkd, see SIP too */
    ws_bool mask;                /* messages are masked before anything is said of them */
    ws_bool hep;                 /* HEP is dissected without being asked for */
} sx_preferences;

/** What the user chose. */
extern sx_preferences sx_prefs;

/** The language that the user wants to read. */
sx_language sx_preferences_language(void);

/**
 * Registers the preferences.
 * @param proto number of the protocol they belong to
 * @param apply called when they were read and whenever one of them changes
 */
void sx_preferences_register(int proto, void (*apply)(void));

#endif
