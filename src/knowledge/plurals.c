/* SPDX-License-Identifier: GPL-2.0-or-later
 * Plural rules of whole numbers, as Unicode CLDR has them.
 */
#include "knowledge/languages.h"

guint sx_plural_one(guint64 number) {
    return number == 1 ? 0 : 1;
}

guint sx_plural_zero_or_one(guint64 number) {
    return number <= 1 ? 0 : 1;
}

guint sx_plural_none(G_GNUC_UNUSED guint64 number) {
    return 0;
}

guint sx_plural_east_slavic(guint64 number) {
    guint last = (guint)(number % 10);
    gboolean teen = number % 100 / 10 == 1;
    if (last == 1 && !teen)
        return 0;
    return last >= 2 && last <= 4 && !teen ? 1 : 2;
}

guint sx_plural_arabic(guint64 number) {
    guint last = (guint)(number % 100);
    if (number <= 2)
        return (guint)number;
    if (last >= 3 && last <= 10)
        return 3;
    return last >= 11 ? 4 : 5;
}
