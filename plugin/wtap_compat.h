/* SPDX-License-Identifier: GPL-2.0-or-later
 * What a wiretap plugin needs of Wireshark and differs between its versions, in one place (4.0, 4.4, 4.6 on).
 *
 * From 4.6 on the state of an open file is in a public header. Before, no package has that header, so its members are
 * written down here, and sx_wtap_is_known() asks Wireshark whether they are where this says before any is used.
 */
#ifndef SX_WTAP_COMPAT_H
#define SX_WTAP_COMPAT_H

#include <wireshark.h>
#include <ws_version.h>

#include <wiretap/wtap.h>
#include <wsutil/buffer.h>

/** gboolean in 4.0, bool since. */
typedef __typeof__(((struct file_type_subtype_info *)0)->writing_must_seek) ws_bool;

#if WIRESHARK_VERSION_MAJOR > 4 || (WIRESHARK_VERSION_MAJOR == 4 && WIRESHARK_VERSION_MINOR >= 6)

#include <wiretap/file_wrappers.h>
#include <wiretap/wtap_module.h>

/* Parameters of the callbacks, and the buffer that takes the bytes. */
#define SX_WTAP_READ_PARAMETERS                                                                    \
    wtap *wth, wtap_rec *rec, int *err, char **err_info, int64_t *data_offset
#define SX_WTAP_SEEK_READ_PARAMETERS                                                               \
    wtap *wth, int64_t seek_off, wtap_rec *rec, int *err, char **err_info
#define SX_WTAP_BUFFER (&rec->data)
#define SX_WTAP_SETUP_PACKET(rec) wtap_setup_packet_rec(rec, WTAP_ENCAP_WIRESHARK_UPPER_PDU)

static inline gboolean sx_wtap_is_known(wtap *wth _U_) {
    return TRUE;
}

#else

#define SX_WTAP_READ_PARAMETERS                                                                    \
    wtap *wth, wtap_rec *rec, Buffer *buf, int *err, char **err_info, gint64 *data_offset
#define SX_WTAP_SEEK_READ_PARAMETERS                                                               \
    wtap *wth, gint64 seek_off, wtap_rec *rec, Buffer *buf, int *err, char **err_info
#define SX_WTAP_BUFFER buf
#define SX_WTAP_SETUP_PACKET(rec)                                                                  \
    ((rec)->rec_type = REC_TYPE_PACKET,                                                            \
     (rec)->rec_header.packet_header.pkt_encap = WTAP_ENCAP_WIRESHARK_UPPER_PDU)

/** The first members of an open file, where 4.0 and 4.4 have them. */
struct wtap {
    FILE_T fh, random_fh;
    ws_bool ispipe;
    int file_type_subtype;
    unsigned snapshot_length;
    GArray *shb_hdrs;
#if WIRESHARK_VERSION_MINOR >= 4
    GArray *shb_iface_to_global;
#endif
    GArray *interface_data;
    unsigned next_interface_data;
    GArray *nrbs, *dsbs;
#if WIRESHARK_VERSION_MINOR >= 4
    GArray *meta_events;
#endif
    char *pathname;
    void *priv, *wslua_data;
    ws_bool (*subtype_read)(SX_WTAP_READ_PARAMETERS);
    ws_bool (*subtype_seek_read)(SX_WTAP_SEEK_READ_PARAMETERS);
    void (*subtype_sequential_close)(wtap *wth);
    void (*subtype_close)(wtap *wth);
    int file_encap;
    int file_tsprec;
};

/* Exported, in a header that needs one that is not packaged. */
WS_DLL_PUBLIC int file_read(void *buf, unsigned count, FILE_T file);
WS_DLL_PUBLIC gint64 file_seek(FILE_T file, gint64 offset, int whence, int *err);
WS_DLL_PUBLIC int file_error(FILE_T file, char **err_info);

/**
 * Whether the members are where they are written down: those before and those behind the callbacks are what Wireshark's
 * own functions give, and change as these tell. What only reads comes first; another layout is refused by that.
 */
static inline gboolean sx_wtap_is_known(wtap *wth) {
    wtapng_iface_descriptions_t *interfaces = wtap_file_get_idb_info(wth);
    gboolean is_same = interfaces->interface_data == wth->interface_data &&
                       wtap_file_type_subtype(wth) == wth->file_type_subtype &&
                       wtap_file_encap(wth) == wth->file_encap &&
                       wtap_file_tsprec(wth) == wth->file_tsprec;
    g_free(interfaces);
    if (!is_same)
        return FALSE;
    int encap = wth->file_encap;
    int tsprec = wth->file_tsprec;
    wth->file_encap = WTAP_ENCAP_WIRESHARK_UPPER_PDU;
    wth->file_tsprec = WTAP_TSPREC_NSEC;
    is_same = wtap_file_encap(wth) == WTAP_ENCAP_WIRESHARK_UPPER_PDU &&
              wtap_file_tsprec(wth) == WTAP_TSPREC_NSEC;
    wth->file_encap = encap;
    wth->file_tsprec = tsprec;
    return is_same;
}

#endif

#endif
