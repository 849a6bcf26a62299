/* SPDX-License-Identifier: GPL-2.0-or-later
 * Which language the reader wants: by name, or by LANGUAGE, LC_ALL, LC_MESSAGES and LANG in the order of
 * g_get_language_names(). A name is cut at @, . and _ from the right, and Chinese is found by its script.
 */
#include <string.h>

#include "knowledge/words.h"

/* zh_CN and zh_SG write simplified characters; zh_TW and zh_HK do not, and fall to the next name. */
static const char *by_script(const char *name) {
    static const char *const simplified[] = {"zh_CN", "zh_SG", "zh_Hans",
                                             "zh-CN", "zh-SG", "zh_MY"};
    for (guint i = 0; i < G_N_ELEMENTS(simplified); i++) {
        if (g_ascii_strcasecmp(name, simplified[i]) == 0)
            return "zh-Hans";
    }
    return name;
}

/* The last of these marks; NULL: there is none. */
static char *last_of(char *name, const char *marks) {
    char *found = NULL;
    for (char *at = strpbrk(name, marks); at != NULL; at = strpbrk(at + 1, marks))
        found = at;
    return found;
}

gboolean sx_language_from_name(const char *name, sx_language *language) {
    char *cut = g_strdup(name);
    gboolean found = FALSE;
    for (;;) {
        found = sx_language_find(by_script(cut), language);
        char *end = found ? NULL : strrchr(cut, '@');
        if (end == NULL && !found)
            end = strrchr(cut, '.');
        if (end == NULL && !found)
            end = last_of(cut, "_-");
        if (end == NULL)
            break;
        *end = '\0';
    }
    g_free(cut);
    return found;
}

static sx_language read_system(void) {
    sx_language language;
    for (const char *const *names = g_get_language_names(); *names != NULL; names++) {
        if (strcmp(*names, "C") == 0 || strcmp(*names, "POSIX") == 0)
            break;
        if (sx_language_from_name(*names, &language))
            return language;
    }
    return SX_ENGLISH;
}

sx_language sx_language_of_system(void) {
    static gsize known; /* 1 + the language */
    if (g_once_init_enter(&known))
        g_once_init_leave(&known, 1 + (gsize)read_system());
    return (sx_language)(known - 1);
}
