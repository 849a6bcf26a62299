/* SPDX-License-Identifier: GPL-2.0-or-later
 * Which page the words of the command line ask for.
 */
#ifndef SX_COMMAND_LOOK_UP_H
#define SX_COMMAND_LOOK_UP_H

#include "command/options.h"

/**
 * The page that is asked for.
 * @param status set to SX_EXIT_FOUND, or to SX_EXIT_WRONG_USAGE when a line on standard error said what is wrong
 * @return to be freed with sx_page_free(); NULL where there is none
 */
sx_page *sx_look_up(const sx_options *options, int *status);

#endif
