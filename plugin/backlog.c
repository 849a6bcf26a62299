/* SPDX-License-Identifier: GPL-2.0-or-later
 * A few hundred messages, and one piece of memory for their texts.
 */
#include "backlog.h"

#include <string.h>

#include "reports.h"

#define MOST 256               /* messages that wait */
#define TEXT_ROOM (192 * 1024) /* bytes of their texts */

typedef struct {
    sx_message message;
    sx_packet packet;
    guint ordinal; /* in its frame */
} waiting;

typedef struct {
    waiting messages[MOST];
    char texts[TEXT_ROOM];
} room;

static sx_explainer *explainer;
static room *waits; /* made when the first message waits */
static guint n_waiting;
static gsize used; /* of the texts */
static guint32 last_frame;
static guint last_ordinal;

void sx_backlog_open(sx_explainer *of) {
    g_free(waits);
    waits = NULL;
    explainer = of;
    n_waiting = 0;
    used = 0;
    last_frame = 0;
    last_ordinal = 0;
}

gboolean sx_backlog_reaches(guint32 frame) {
    return n_waiting > 0 && frame <= last_frame;
}

static void feed(const sx_message *message, const sx_packet *packet, guint ordinal) {
    sx_explainer_feed(explainer, message, packet);
    sx_explainer_close_frame(explainer, packet->frame);
    sx_reports_add(explainer, message, packet, ordinal);
}

void sx_backlog_feed(void) {
    for (guint i = 0; i < n_waiting; i++)
        feed(&waits->messages[i].message, &waits->messages[i].packet, waits->messages[i].ordinal);
    n_waiting = 0;
    used = 0;
}

void sx_backlog_put(const sx_message *message, const sx_packet *packet) {
    gsize len = message->text.len;
    last_ordinal = packet->frame == last_frame ? last_ordinal + 1 : 0;
    last_frame = packet->frame;
    if (n_waiting == MOST || len > TEXT_ROOM - used)
        sx_backlog_feed();
    if (len > TEXT_ROOM) {
        feed(message, packet, last_ordinal);
        return;
    }
    if (waits == NULL)
        waits = g_new(room, 1);
    waiting *one = &waits->messages[n_waiting++];
    *one = (waiting){*message, *packet, last_ordinal};
    char *text = waits->texts + used;
    if (len > 0)
        memcpy(text, message->text.p, len);
    sx_message_move(&one->message, text);
    used += len;
}
