/* SPDX-License-Identifier: GPL-2.0-or-later
 * Each attachment is one piece of memory: its head, then what is attached.
 */
#include "calls/attachment.h"

#include <string.h>

void *sx_attachment_add(sx_attachment **list, const sx_attachment_kind *kind, gsize size) {
    sx_attachment *added = (sx_attachment *)g_malloc(sizeof *added + size);
    *added = (sx_attachment){*list, kind};
    *list = added;
    return added + 1;
}

void *sx_attachment_make(sx_attachment **list, const sx_attachment_kind *kind) {
    void *own = sx_attachment_find(*list, kind);
    if (own == NULL)
        own = memset(sx_attachment_add(list, kind, kind->size), 0, kind->size);
    return own;
}

void sx_attachments_free(sx_attachment *list) {
    while (list != NULL) {
        sx_attachment *next = list->next;
        if (list->kind->release != NULL)
            list->kind->release(list + 1);
        g_free(list);
        list = next;
    }
}
