/* SPDX-License-Identifier: GPL-2.0-or-later
 * The situation of a message: what decides which causes and fixes fit (knowledge/situations.csv).
 */
#ifndef SX_EXPLANATION_SITUATION_H
#define SX_EXPLANATION_SITUATION_H

#include "diagnose/annotation.h"
#include "knowledge/bullets.h"
#include "wire/message.h"

/** As far as the annotation alone tells. */
sx_situation sx_situation_of(const sx_annotation *annotation);

/** The same, with what the bytes of the message tell. */
sx_situation sx_situation_read(const sx_annotation *annotation, const sx_message *message);

#endif
