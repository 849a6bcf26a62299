/* SPDX-License-Identifier: GPL-2.0-or-later
 * The key, and the masking of one word.
 */
#include "mask/masking.h"

#include <string.h>

#include "knowledge/facts.h"
#include "knowledge/knowledge.h"
#include "knowledge/vendor_rows.h"

#define MAX_KNOWN 65536 /* identities that free text is searched for */
#define LEAST_KNOWN 3   /* letters of one */
#define LEAST_DIGITS 4  /* digits of one that has nothing else: shorter ones are codes and counts */

/* ---- the key ---- */

static guint64 rotated(guint64 x, guint bits) {
    return x << bits | x >> (64 - bits);
}

static void sip_rounds(guint64 v[4], guint n) {
    while (n-- > 0) {
        v[0] += v[1];
        v[1] = rotated(v[1], 13) ^ v[0];
        v[0] = rotated(v[0], 32);
        v[2] += v[3];
        v[3] = rotated(v[3], 16) ^ v[2];
        v[0] += v[3];
        v[3] = rotated(v[3], 21) ^ v[0];
        v[2] += v[1];
        v[1] = rotated(v[1], 17) ^ v[2];
        v[2] = rotated(v[2], 32);
    }
}

/* SipHash-2-4 (Aumasson and Bernstein) of 16 bytes: fast, and of no use to whoever lacks the key. */
guint64 sx_mask_step(const sx_mask *mask, guint64 before, guint64 number) {
    const guint64 words[] = {before, number, (guint64)16 << 56};
    guint64 v[4] = {
        mask->key[0] ^ G_GUINT64_CONSTANT(0x736f6d6570736575),
        mask->key[1] ^ G_GUINT64_CONSTANT(0x646f72616e646f6d),
        mask->key[0] ^ G_GUINT64_CONSTANT(0x6c7967656e657261),
        mask->key[1] ^ G_GUINT64_CONSTANT(0x7465646279746573),
    };
    for (guint i = 0; i < G_N_ELEMENTS(words); i++) {
        v[3] ^= words[i];
        sip_rounds(v, 2);
        v[0] ^= words[i];
    }
    v[2] ^= 0xff;
    sip_rounds(v, 4);
    return v[0] ^ v[1] ^ v[2] ^ v[3];
}

char *sx_mask_draw_key(void) {
    return g_strdup_printf("%08x%08x%08x%08x", g_random_int(), g_random_int(), g_random_int(),
                           g_random_int());
}

/* ---- words that SIP itself uses ---- */

static void add_common(sx_mask *mask, const char *text) {
    char **words = g_strsplit_set(text != NULL ? text : "", " ,;*^$()/-", -1);
    for (char **word = words; *word != NULL; word++) {
        if (**word != '\0')
            g_hash_table_add(mask->common, g_ascii_strdown(*word, -1));
    }
    g_strfreev(words);
}

/* A user called "busy" must not change what a phrase says. */
static void learn_common(sx_mask *mask) {
    for (guint code = 100; code < 700; code++)
        add_common(mask, sx_knowledge_registered_name(sx_knowledge_code(code)));
    for (guint i = 0; i < sx_n_vendor_matches; i++) {
        if (sx_vendor_matches[i].pattern != 0)
            add_common(mask, sx_fact(sx_vendor_matches[i].pattern));
    }
    for (guint i = 0; sx_vendors[i].name != 0; i++) {
        for (const char *sign = sx_fact(sx_vendors[i].sign); *sign != '\0';
             sign += strlen(sign) + 1)
            add_common(mask, sign);
    }
    add_common(mask, "sip user phone server number call cause text invite register anonymous "
                     "unknown password domain realm account trunk gateway media codec");
}

sx_mask *sx_mask_new(const char *key) {
    sx_mask *mask = g_new0(sx_mask, 1);
    char *drawn = key == NULL || *key == '\0' ? sx_mask_draw_key() : NULL;
    guint8 digest[32];
    gsize size = sizeof digest;
    GChecksum *sum = g_checksum_new(G_CHECKSUM_SHA256);
    g_checksum_update(sum, (const guchar *)(drawn != NULL ? drawn : key), -1);
    g_checksum_get_digest(sum, digest, &size);
    memcpy(mask->key, digest, sizeof mask->key);
    g_checksum_free(sum);
    g_free(drawn);
    mask->known = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
    mask->common = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    learn_common(mask);
    return mask;
}

void sx_mask_free(sx_mask *mask) {
    if (mask == NULL)
        return;
    g_hash_table_destroy(mask->known);
    g_hash_table_destroy(mask->common);
    g_free(mask);
}

/* ---- one word ---- */

/* What stands for nobody: senders without a name, places that are nowhere, emergency numbers. */
static gboolean is_nobody(sx_slice word) {
    static const char *const names[] = {
        "anonymous",   "anonymous.invalid",
        "invalid",     "localhost",
        "unavailable", "unknown",
        "restricted",  "000",
        "110",         "112",
        "113",         "115",
        "118",         "119",
        "122",         "911",
        "933",         "988",
        "999",
    };
    static const char end[] = ".invalid";
    for (guint i = 0; i < G_N_ELEMENTS(names); i++) {
        if (sx_slice_is(word, names[i]))
            return TRUE;
    }
    gsize len = strlen(end);
    return word.len > len && sx_same_letters(word.p + word.len - len, end, len);
}

/* SQL and script, by which a rule knows an attack. */
static gboolean is_attack(sx_slice word) {
    static const char *const words[] = {
        "or",     "and",      "drop", "insert",     "update",   "delete",    "select",  "exec",
        "union",  "shutdown", "all",  "sleep",      "pg_sleep", "benchmark", "waitfor", "delay",
        "script", "alert",    "jndi", "javascript", "onerror",  "onload",
    };
    while (word.len > 0 && !g_ascii_isalnum(word.p[0]))
        word = sx_slice_after(word, 1);
    while (word.len > 0 && !g_ascii_isalnum(word.p[word.len - 1]))
        word.len--;
    gboolean found = FALSE;
    for (guint i = 0; i < G_N_ELEMENTS(words); i++)
        found = found || sx_slice_is(word, words[i]);
    return found;
}

/* Where a label of a host is this one and others follow; s.len: nowhere. */
static gsize label_at(sx_span host, const char *label) {
    gsize len = strlen(label);
    for (gsize at = 0; at + len < host.len; at++) {
        if ((at == 0 || host.p[at - 1] == '.') && host.p[at + len] == '.' &&
            sx_same_letters(host.p + at, label, len))
            return at;
    }
    return host.len;
}

/* Where the name of a provider begins in a host, by which its messages are known; s.len: there is none. */
static gsize provider_at(sx_span host) {
    gsize first = host.len;
    for (guint i = 0; sx_vendors[i].name != 0; i++) {
        for (const char *label = sx_fact(sx_vendors[i].hosts); *label != '\0';
             label += strlen(label) + 1)
            first = MIN(first, label_at(host, label));
    }
    return first;
}

static char shifted(char c, char first, guint n, guint64 hash) {
    return (char)(first + (c - first + 1 + (gint)(hash % (n - 1))) % (gint)n);
}

/* Whether a byte above ASCII may take any value from 0x80 to 0xbf and leave the text valid UTF-8. */
static gboolean is_free(sx_span word, gsize at) {
    guchar before = at > 0 ? (guchar)word.p[at - 1] : 0;
    guchar c = (guchar)word.p[at];
    return c >= 0x80 && c < 0xc0 && before >= 0x80 && before != 0xe0 && before != 0xed &&
           before != 0xf0 && before != 0xf4 && before != 0xc2;
}

/* From the end, so that what ends alike ends alike. Zeros stay: numbers keep their form. */
static void shift(const sx_mask *mask, sx_span word) {
    guint64 hash = 0;
    for (gsize i = word.len; i-- > 0;) {
        char c = word.p[i];
        gboolean free_byte = is_free(word, i);
        hash = sx_mask_step(mask, hash, 0x100);
        if (c >= '1' && c <= '9')
            word.p[i] = shifted(c, '1', 9, hash);
        else if (g_ascii_islower(c))
            word.p[i] = shifted(c, 'a', 26, hash);
        else if (g_ascii_isupper(c))
            word.p[i] = shifted(c, 'A', 26, hash);
        else if (free_byte)
            word.p[i] = (char)(0x80 | (((guchar)c + 1 + hash % 63) & 0x3f));
        hash = sx_mask_step(mask, hash, (guchar)g_ascii_tolower(c));
    }
}

static guint64 hash_of(const sx_mask *mask, sx_slice word) {
    guint64 hash = 0;
    for (gsize i = 0; i < word.len; i++)
        hash = sx_mask_step(mask, hash, (guchar)g_ascii_tolower(word.p[i]));
    return hash;
}

static void learn(sx_mask *mask, sx_slice word) {
    gboolean digits = TRUE;
    for (gsize i = 0; i < word.len; i++)
        digits = digits && !g_ascii_isalpha(word.p[i]);
    if (word.len < (digits ? LEAST_DIGITS : LEAST_KNOWN) ||
        g_hash_table_size(mask->known) >= MAX_KNOWN)
        return;
    char *lower = g_ascii_strdown(word.p, (gssize)word.len);
    if (!g_hash_table_contains(mask->common, lower)) {
        guint64 *hash = g_new(guint64, 1);
        *hash = hash_of(mask, word);
        g_hash_table_add(mask->known, hash);
    }
    g_free(lower);
}

void sx_mask_word(sx_mask *mask, sx_span word, sx_mask_way way) {
    sx_slice as_it_is = sx_span_slice(word);
    if (word.len == 0 || is_nobody(as_it_is) || (mask->attacks && is_attack(as_it_is)))
        return;
    if (way == SX_MASK_IDENTITY)
        learn(mask, as_it_is);
    if (way != SX_MASK_ONLY)
        word.len = provider_at(word);
    do
        shift(mask, word);
    while (word.len > 0 && is_nobody(sx_span_slice(word))); /* nobody else becomes one of these */
}

gboolean sx_mask_knows(const sx_mask *mask, sx_slice word) {
    guint64 hash = hash_of(mask, word);
    return g_hash_table_contains(mask->known, &hash);
}
