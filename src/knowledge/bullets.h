/* SPDX-License-Identifier: GPL-2.0-or-later
 * Causes and fixes, and which of them fit what is known.
 */
#ifndef SX_BULLETS_H
#define SX_BULLETS_H

#include "knowledge/words.h"

/** A list of causes or fixes, most likely first; a count of 0: there is none. */
typedef struct {
    guint16 first, count; /* among sx_bullet_entries */
} sx_bullets;

#define SX_MAX_BULLETS 5 /* of one list that are shown together */

/**
 * What is known of the message that causes and fixes are asked for. Bits are 1 << sx_situation_id (situations.csv).
 * All zeros: nothing is known.
 */
typedef struct {
    guint32 known;   /* bits of the situations of which it is known whether they are so */
    guint32 bits;    /* those that are so; each is known as well */
    guint16 q850;    /* Q.850 cause, of meaning with SX_SITUATION_Q850 */
    guint16 warning; /* code of the Warning, of meaning with SX_SITUATION_WARNING */
    guint16 code;    /* of the response, of meaning with SX_SITUATION_CODE */
    guint16 method;  /* sx_method, of meaning with SX_SITUATION_METHOD */
} sx_situation;

/** What decides which bullets are shown. */
typedef struct {
    const sx_situation *situation; /* NULL: nothing is known */
    const guint16 *evidence;       /* sx_evidence_ids of the finding; NULL: there is no finding */
    guint n_evidence;
} sx_bullet_facts;

/**
 * The bullets that nothing speaks against: a bullet is left out where one of its conditions is known not to hold.
 * @param shown filled in
 * @param limit room in `shown`
 * @return how many there are
 */
guint sx_bullets_select(sx_bullets list, const sx_bullet_facts *facts, sx_word *shown, guint limit);

/**
 * The first bullet whose conditions are all known to hold: what can be said without a doubt.
 * @param otherwise where there is none
 */
sx_word sx_bullets_first(sx_bullets list, const sx_bullet_facts *facts, sx_word otherwise);

/* Made by kb.py. */
typedef enum {
    SX_IF_EVIDENCE,
    SX_IF_SITUATION,
    SX_IF_Q850,
    SX_IF_WARNING,
    SX_IF_CODE,
    SX_IF_METHOD
} sx_condition_kind;
typedef struct {
    guint8 kind;         /* sx_condition_kind */
    guint8 wanted;       /* gboolean: it must hold, or must not */
    guint16 first, last; /* evidence, situation, sx_method, or the numbers from first to last */
} sx_condition;
typedef struct {
    sx_word text;
    guint16 first_condition; /* all of them must hold */
    guint16 n_conditions;
} sx_bullet;
extern const sx_bullet sx_bullet_entries[];
extern const sx_condition sx_condition_entries[];

#endif
