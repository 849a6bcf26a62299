/* SPDX-License-Identifier: GPL-2.0-or-later
 * Opens text logs with SIP as capture files: a message of the log is a packet, an exported PDU with addresses and ports.
 *
 * A plugin of its own, because Wireshark keeps readers of files apart from dissectors. It is asked last, after all
 * formats that Wireshark itself knows, and takes only what has a whole SIP message near its start.
 */
#include <glib/gstdio.h>

#include "log/exported_pdu.h"
#include "log/log.h"
#include "wtap_compat.h"

#if defined(__has_include) && __has_include(<wsutil/plugins.h>)
#include <wsutil/plugins.h>
#endif

WS_DLL_PUBLIC_DEF const char plugin_version[] = SX_VERSION;
WS_DLL_PUBLIC_DEF const int plugin_want_major = WIRESHARK_VERSION_MAJOR;
WS_DLL_PUBLIC_DEF const int plugin_want_minor = WIRESHARK_VERSION_MINOR;

WS_DLL_PUBLIC void plugin_register(void);
#ifdef WS_PLUGIN_DESC_FILE_TYPE
WS_DLL_PUBLIC guint32 plugin_describe(void);
#endif

#define GUESS_WITHIN (256 * 1024) /* bytes in which a log has its first message */
#define LOOK_AHEAD (256 * 1024)   /* behind it: the own address, the date */

static int log_file_type = -1;

/** A log that is open. Wireshark frees it as wtap.priv; what it points to is freed by the callbacks that close. */
typedef struct {
    sx_log *sequential;     /* NULL when all is read */
    sx_log *random;         /* NULL until a message is read again */
    sx_log_options options; /* of both */
    sx_log_message message; /* the last one of `sequential` */
    gboolean is_pending;    /* it was found on opening, and is still to be given */
    GArray *places; /* sx_log_place of all messages, as they stand; NULL: none is read again */
    GByteArray *packet;
} open_log;

/* ---- the text --------------------------------------------------------------------------------- */

static gssize read_text(gpointer context, char *bytes, gsize room) {
    return file_read(bytes, (unsigned)room, (FILE_T)context);
}

static gboolean seek_text(gpointer context, guint64 offset) {
    int error = 0;
    return offset <= G_MAXINT64 &&
           file_seek((FILE_T)context, (gint64)offset, SEEK_SET, &error) >= 0;
}

static sx_log *log_of(FILE_T file, gboolean can_seek, const sx_log_options *options) {
    sx_log_input input = {read_text, can_seek ? seek_text : NULL, NULL, file};
    return sx_log_new(input, options);
}

/* ---- packets ---------------------------------------------------------------------------------- */

/* Where the start line stands: another place for each message, in the order of the file. */
static gint64 offset_of(const sx_log_place *place) {
    return (gint64)(place->offset + place->start);
}

static int precision_of(const sx_log_place *place) {
    static const int precisions[] = {
        [SX_LOG_NO_TIME] = WTAP_TSPREC_USEC,
        [SX_LOG_SECONDS] = WTAP_TSPREC_SEC,
        [SX_LOG_MILLISECONDS] = WTAP_TSPREC_MSEC,
        [SX_LOG_MICROSECONDS] = WTAP_TSPREC_USEC,
    };
    return precisions[place->precision];
}

static void give(open_log *log, const sx_log_message *message, wtap_rec *rec, Buffer *buffer) {
    sx_packet packet;
    sx_log_packet(message, 0, &packet);
    g_byte_array_set_size(log->packet, 0);
    gsize length = sx_exported_pdu(message, &packet, log->packet);
    gsize captured = log->packet->len;
    gint64 seconds = message->place.time / SX_SECOND;
    gint64 micros = message->place.time % SX_SECOND;
    if (micros < 0) { /* before 1970 */
        micros += SX_SECOND;
        seconds--;
    }
    SX_WTAP_SETUP_PACKET(rec);
    rec->block = wtap_block_create(WTAP_BLOCK_PACKET);
    rec->presence_flags = WTAP_HAS_CAP_LEN;
    if (message->place.precision != SX_LOG_NO_TIME)
        rec->presence_flags |= WTAP_HAS_TS;
    rec->ts.secs = (time_t)seconds;
    rec->ts.nsecs = (int)(micros * 1000);
    rec->tsprec = precision_of(&message->place);
    rec->rec_header.packet_header.caplen = (guint32)captured;
    rec->rec_header.packet_header.len = (guint32)length;
    ws_buffer_clean(buffer);
    ws_buffer_append(buffer, log->packet->data, captured);
}

/* What is told when there is no message; *error 0: the log is over. */
static void tell(FILE_T file, gboolean failed, int *error, char **error_info) {
    *error = failed ? file_error(file, error_info) : 0;
    if (failed && *error == 0)
        *error = WTAP_ERR_BAD_FILE;
}

static ws_bool read_next(SX_WTAP_READ_PARAMETERS) {
    open_log *log = (open_log *)wth->priv;
    sx_log_result result =
        log->is_pending ? SX_LOG_MESSAGE : sx_log_next(log->sequential, &log->message);
    log->is_pending = FALSE;
    if (result != SX_LOG_MESSAGE) {
        tell(wth->fh, result == SX_LOG_UNREADABLE, err, err_info);
        return FALSE;
    }
    if (log->places != NULL)
        g_array_append_val(log->places, log->message.place);
    *data_offset = offset_of(&log->message.place);
    give(log, &log->message, rec, SX_WTAP_BUFFER);
    return TRUE;
}

static gint compare_offsets(gconstpointer left, gconstpointer right) {
    gint64 a = offset_of((const sx_log_place *)left);
    gint64 b = offset_of((const sx_log_place *)right);
    return a < b ? -1 : a > b;
}

static ws_bool read_again(SX_WTAP_SEEK_READ_PARAMETERS) {
    open_log *log = (open_log *)wth->priv;
    const sx_log_place wanted = {.offset = (guint64)seek_off};
    sx_log_message message;
    guint at;
    if (log->random == NULL) {
        log->random = log_of(wth->random_fh, TRUE, &log->options);
        sx_log_next(log->random, &message); /* looks ahead, as the other one did */
    }
    if (log->places == NULL || !g_array_binary_search(log->places, &wanted, compare_offsets, &at) ||
        !sx_log_read_at(log->random, &g_array_index(log->places, sx_log_place, at), &message)) {
        tell(wth->random_fh, TRUE, err, err_info);
        return FALSE;
    }
    give(log, &message, rec, SX_WTAP_BUFFER);
    return TRUE;
}

/* ---- open and close --------------------------------------------------------------------------- */

static void close_sequential(wtap *wth) {
    open_log *log = (open_log *)wth->priv;
    g_clear_pointer(&log->sequential, sx_log_free);
}

static void close_all(wtap *wth) {
    open_log *log = (open_log *)wth->priv;
    close_sequential(wth);
    g_clear_pointer(&log->random, sx_log_free);
    if (log->places != NULL)
        g_array_free(log->places, TRUE);
    g_byte_array_free(log->packet, TRUE);
}

/* The time of the file stands for the year where stamps have none. */
static gint64 time_of_file(const wtap *wth) {
    GStatBuf status;
    return wth->pathname != NULL && g_stat(wth->pathname, &status) == 0
               ? (gint64)status.st_mtime * SX_SECOND
               : 0;
}

static wtap_open_return_val open_file(wtap *wth, int *err _U_, char **err_info _U_) {
    sx_log_message message;
    sx_log_options guess = {.limit = GUESS_WITHIN};
    sx_log *first = log_of(wth->fh, FALSE, &guess);
    gboolean is_log = sx_log_next(first, &message) == SX_LOG_MESSAGE && sx_wtap_is_known(wth);
    sx_log_free(first);
    if (!is_log || !seek_text(wth->fh, 0))
        return WTAP_OPEN_NOT_MINE;
    open_log *log = g_new0(open_log, 1);
    log->options = (sx_log_options){
        .limit = GUESS_WITHIN, .ahead = LOOK_AHEAD, .file_time = time_of_file(wth)};
    log->sequential = log_of(wth->fh, FALSE, &log->options);
    if (sx_log_next(log->sequential, &log->message) != SX_LOG_MESSAGE) {
        sx_log_free(log->sequential);
        g_free(log);
        return WTAP_OPEN_NOT_MINE;
    }
    log->is_pending = TRUE;
    log->packet = g_byte_array_new();
    if (wth->random_fh != NULL)
        log->places = g_array_new(FALSE, FALSE, sizeof(sx_log_place));
    wth->priv = log;
    wth->subtype_read = read_next;
    wth->subtype_seek_read = read_again;
    wth->subtype_sequential_close = close_sequential;
    wth->subtype_close = close_all;
    wth->file_type_subtype = log_file_type;
    wth->file_encap = WTAP_ENCAP_WIRESHARK_UPPER_PDU;
    wth->file_tsprec = precision_of(&log->message.place);
    return WTAP_OPEN_MINE;
}

/* ---- registration ----------------------------------------------------------------------------- */

static void register_log(void) {
    static const struct supported_block_type blocks[] = {
        {WTAP_BLOCK_PACKET, MULTIPLE_BLOCKS_SUPPORTED, NO_OPTIONS_SUPPORTED}};
    static const struct file_type_subtype_info type = {.description = "SIP text log",
                                                       .name = "sipexplain_log",
                                                       .num_supported_blocks = 1,
                                                       .supported_blocks = blocks};
    static struct open_info opener = {
        .name = "SIP text log", .type = OPEN_INFO_HEURISTIC, .open_routine = open_file};
    log_file_type = wtap_register_file_type_subtype(&type);
    wtap_register_open_info(&opener, FALSE);
}

void plugin_register(void) {
    static const wtap_plugin plugin = {register_log};
    wtap_register_plugin(&plugin);
}

#ifdef WS_PLUGIN_DESC_FILE_TYPE
guint32 plugin_describe(void) {
    return WS_PLUGIN_DESC_FILE_TYPE;
}
#endif
