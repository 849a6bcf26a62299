/* SPDX-License-Identifier: GPL-2.0-or-later
 * The family "flow": what sequence and time of the messages tell. Its rules and its memory.
 */
#include "diagnose/flow.h"

#include <string.h>

#include "wire/keyed_hash.h"
#include "wire/uri.h"

static void *memory_new(void) {
    sx_flow_memory *memory = g_new0(sx_flow_memory, 1);
    memory->pairs = g_hash_table_new(NULL, NULL);
    memory->answered_small = g_hash_table_new(NULL, NULL);
    return memory;
}

static void memory_free(void *pointer) {
    sx_flow_memory *memory = (sx_flow_memory *)pointer;
    g_hash_table_destroy(memory->pairs);
    g_hash_table_destroy(memory->answered_small);
    g_free(memory->counted);
    g_free(memory->ways);
    g_free(memory->asked);
    g_free(memory->patience);
    g_free(memory);
}

static void release(void *own) {
    g_free(((sx_flow_kept *)own)->ack_uri);
}

static const sx_attachment_kind kind = {sizeof(sx_flow_kept), release};

sx_flow_memory *sx_flow_memory_of(const sx_context *context) {
    return (sx_flow_memory *)context->memory[SX_FAMILY_FLOW];
}

sx_flow_kept *sx_flow_kept_of(const sx_transaction *transaction) {
    return (sx_flow_kept *)SX_ATTACHED(transaction, &kind);
}

sx_flow_kept *sx_flow_keep(sx_transaction *transaction) {
    return (sx_flow_kept *)sx_attachment_make(&transaction->attached, &kind);
}

const char *sx_flow_place(sx_context *context, const sx_host *host, guint16 port) {
    char *address = sx_host_text(host);
    GString *place = g_string_new(*address != '\0' ? address : "?");
    if (port != 0 && strchr(address, ':') != NULL)
        g_string_printf(place, "[%s]:%u", address, port);
    else if (port != 0)
        g_string_append_printf(place, ":%u", port);
    const char *kept = g_string_chunk_insert(context->scratch, place->str);
    g_string_free(place, TRUE);
    g_free(address);
    return kept;
}

guint64 sx_flow_host_port(sx_slice element) {
    sx_uri uri;
    if (!sx_uri_read(element, &uri) || uri.host.len == 0)
        return 0;
    return sx_hash_number(sx_hash_lower(0, uri.host), uri.port);
}

gboolean sx_flow_is_whole(const sx_context *context) {
    return context->message->headers_complete;
}

gboolean sx_flow_is_reliable(const sx_message *message, guint32 *rseq) {
    guint digits;
    if (!message->is_response || message->code <= 100 || message->code >= 200)
        return FALSE;
    *rseq = sx_slice_number(sx_message_header(message, SX_HDR_RSEQ), &digits);
    return digits > 0 && sx_message_has_token(message, SX_HDR_REQUIRE, "100rel");
}

static void before(sx_context *context) {
    sx_flow_memory_of(context)->present = NULL;
    sx_flow_retransmit_learn(context);
    sx_flow_ack_learn(context);
    sx_flow_prack_learn(context);
    sx_flow_silence_learn(context);
    sx_flow_icmp_learn(context);
}

static void after(sx_context *context, guint outcome) {
    (void)outcome;
    sx_flow_silence_learn_after(context);
}

const sx_family sx_flow_family = {
    .memory_new = memory_new,
    .memory_free = memory_free,
    .before = before,
    .after = after,
};
