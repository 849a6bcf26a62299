/* SPDX-License-Identifier: GPL-2.0-or-later
 * What others keep with a transaction or a call, without the memory of calls knowing what it is. Few objects carry any,
 * and those that do carry a few: a short list, searched from its newest element on.
 */
#ifndef SX_ATTACHMENT_H
#define SX_ATTACHMENT_H

#include <glib.h>

/** A kind of attachment, told from others by its address: one static constant each. */
typedef struct {
    gsize size;                 /* bytes */
    void (*release)(void *own); /* frees what hangs on it, but not itself; NULL: nothing does */
} sx_attachment_kind;

/** The head of one; what is attached follows. */
typedef struct sx_attachment {
    struct sx_attachment *next;
    const sx_attachment_kind *kind;
} sx_attachment;

/** What is attached of this kind; NULL if nothing is. */
static inline void *sx_attachment_find(sx_attachment *list, const sx_attachment_kind *kind) {
    while (list != NULL && list->kind != kind)
        list = list->next;
    return list != NULL ? list + 1 : NULL;
}

/** The same; NULL also where there is no object. */
#define SX_ATTACHED(object, kind)                                                                  \
    ((object) != NULL ? sx_attachment_find((object)->attached, kind) : NULL)

/** Attaches something of this kind, not zeroed, `size` bytes instead of those of the kind. */
void *sx_attachment_add(sx_attachment **list, const sx_attachment_kind *kind, gsize size);

/** What is attached of this kind; made, all zero, if nothing is. */
void *sx_attachment_make(sx_attachment **list, const sx_attachment_kind *kind);

/** Frees all that is attached. */
void sx_attachments_free(sx_attachment *list);

#endif
