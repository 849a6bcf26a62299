/* SPDX-License-Identifier: GPL-2.0-or-later
 * The store of findings. Evidence is a row of 32-bit words: its id and what its arguments are, then the arguments;
 * times in milliseconds, texts as numbers of a table.
 */
#include "diagnose/findings.h"

#include <string.h>

#include "calls/bounded_map.h"
#include "evidence.h"
#include "wire/keyed_hash.h"

#define UNTIMED G_MAXUINT32 /* a time that is not known */
#define MAX_TEXT 400        /* bytes kept of a text in evidence */

/* The first word of evidence: for each argument 1 + sx_arg_type, 0 behind the last one; above them the id. */
#define TYPE 3 /* bits */
#define TYPE_MASK 7u
#define TYPES (TYPE * SX_MAX_ARGS)
G_STATIC_ASSERT((guint64)SX_N_EVIDENCE << TYPES <= G_MAXUINT32);

struct sx_finding_builder {
    GArray *findings; /* sx_finding */
    GArray *words;    /* guint32 */
    guint kept_words; /* words that belong to findings */
    guint n_new;      /* evidence added since sx_findings_begin() */
    sx_precision precision;
    GStringChunk *strings;
    sx_bounded_map texts; /* kept_text; the number of a text is its id */
};

typedef struct {
    guint64 key; /* hash of the text */
    const char *text;
    gsize len;
} kept_text;

sx_finding_builder *sx_findings_new(void) {
    sx_finding_builder *store = g_new0(sx_finding_builder, 1);
    store->findings = g_array_new(FALSE, FALSE, sizeof(sx_finding));
    store->words = g_array_new(FALSE, FALSE, sizeof(guint32));
    store->strings = g_string_chunk_new(1024);
    sx_map_init(&store->texts, sizeof(kept_text), G_MAXUINT32);
    return store;
}

void sx_findings_free(sx_finding_builder *store) {
    if (store == NULL)
        return;
    g_array_free(store->findings, TRUE);
    g_array_free(store->words, TRUE);
    g_string_chunk_free(store->strings);
    sx_map_clear(&store->texts);
    g_free(store);
}

guint sx_findings_count(const sx_finding_builder *store) {
    return store->findings->len;
}

const sx_finding *sx_findings_get(const sx_finding_builder *store, guint index) {
    return &g_array_index(store->findings, sx_finding, index);
}

guint sx_findings_deciding(const sx_finding_builder *store, guint first, guint count,
                           sx_verdict verdict) {
    for (guint i = 1; i < count && verdict <= SX_VERDICT_USER_ACTION; i++) {
        const sx_diagnosis_entry *entry =
            sx_knowledge_diagnosis(sx_findings_get(store, first + i)->diagnosis);
        if ((entry->slot == SX_SLOT_FLOW || entry->verdict == SX_VERDICT_VIOLATION) &&
            entry->verdict > SX_VERDICT_USER_ACTION)
            return i;
    }
    return 0;
}

void sx_findings_set_precision(sx_finding_builder *store, sx_precision precision) {
    store->precision = precision;
}

void sx_findings_begin(sx_finding_builder *store) {
    if (store->words->len != store->kept_words)
        g_array_set_size(store->words, store->kept_words);
    store->n_new = 0;
}

gboolean sx_findings_has_new(const sx_finding_builder *store) {
    return store->n_new > 0;
}

guint sx_findings_keep(sx_finding_builder *store, guint diagnosis, sx_severity severity) {
    sx_finding finding = {(guint8)diagnosis, (guint8)severity, (guint8)store->n_new,
                          store->kept_words};
    store->kept_words = store->words->len;
    store->n_new = 0;
    g_array_append_val(store->findings, finding);
    return store->findings->len - 1;
}

static const char *numbered_text(const sx_finding_builder *store, guint32 number) {
    return ((const kept_text *)sx_map_at(&store->texts, number))->text;
}

/* The number of a text, which is kept if it is new. What is kept is valid UTF-8. */
static guint32 keep_text(sx_finding_builder *store, sx_slice bytes) {
    if (bytes.p == NULL) /* of an empty slice */
        bytes.p = "";
    guint64 key = sx_hash_slice(0, bytes);
    guint32 number = sx_map_id(&store->texts, key);
    const kept_text *known = (const kept_text *)sx_map_at(&store->texts, number);
    if (known != NULL && known->len == bytes.len && memcmp(known->text, bytes.p, bytes.len) == 0)
        return number;
    if (!g_utf8_validate(bytes.p, (gssize)bytes.len, NULL)) {
        char *valid = g_utf8_make_valid(bytes.p, (gssize)bytes.len);
        number = keep_text(store, (sx_slice){valid, strlen(valid)});
        g_free(valid);
        return number;
    }
    kept_text *added = (kept_text *)sx_map_add(&store->texts, key);
    added->text = g_string_chunk_insert_len(store->strings, bytes.p, (gssize)bytes.len);
    added->len = bytes.len;
    return store->texts.newest;
}

const char *sx_findings_text(sx_finding_builder *store, sx_slice bytes, gsize limit) {
    return numbered_text(store, keep_text(store, sx_slice_head(bytes, limit)));
}

static guint32 text_number(sx_finding_builder *store, const char *text) {
    if (text == NULL)
        return 0;
    return keep_text(store, sx_slice_head((sx_slice){text, strlen(text)}, MAX_TEXT));
}

static guint32 to_word(sx_finding_builder *store, const sx_arg *arg) {
    if (arg->type == SX_ARG_TEXT)
        return text_number(store, arg->value.text);
    guint64 number = arg->value.number;
    if (arg->type == SX_ARG_SECONDS && !sx_precision_bears(store->precision, (gint64)number))
        return UNTIMED;
    if (sx_arg_is_time(arg))
        return (guint32)MIN(number / 1000, UNTIMED - 1);
    return (guint32)MIN(number, G_MAXUINT32);
}

void sx_evidence_add(sx_finding_builder *out, guint evidence, const sx_arg *args, guint n_args) {
    guint32 words[1 + SX_MAX_ARGS] = {evidence << TYPES};
    if (out->n_new == G_MAXUINT8)
        return;
    n_args = MIN(n_args, SX_MAX_ARGS);
    for (guint i = 0; i < n_args; i++) {
        words[0] |= ((guint32)args[i].type + 1) << (TYPE * i);
        words[1 + i] = to_word(out, &args[i]);
    }
    g_array_append_vals(out->words, words, 1 + n_args);
    out->n_new++;
}

/* How many arguments evidence has, by its first word. */
static guint args_of(guint32 shape) {
    guint n = 0;
    while (n < SX_MAX_ARGS && (shape >> (TYPE * n) & TYPE_MASK) != 0)
        n++;
    return n;
}

gboolean sx_findings_next_evidence(const sx_finding_builder *store, const sx_finding *finding,
                                   guint *position, sx_evidence *evidence) {
    guint at = finding->first_word;
    if (*position >= finding->n_evidence)
        return FALSE;
    for (guint skip = *position; skip > 0; skip--)
        at += 1 + args_of(g_array_index(store->words, guint32, at));
    guint32 shape = g_array_index(store->words, guint32, at);
    evidence->evidence = shape >> TYPES;
    evidence->n_args = args_of(shape);
    evidence->untimed = FALSE;
    for (guint i = 0; i < evidence->n_args; i++) {
        guint32 word = g_array_index(store->words, guint32, at + 1 + i);
        sx_arg *arg = &evidence->args[i];
        arg->type = (sx_arg_type)((shape >> (TYPE * i) & TYPE_MASK) - 1);
        if (arg->type == SX_ARG_TEXT)
            arg->value.text = word ? numbered_text(store, word) : NULL;
        else
            arg->value.number = sx_arg_is_time(arg) ? (guint64)word * 1000 : word;
        evidence->untimed |= arg->type == SX_ARG_SECONDS && word == UNTIMED &&
                             !sx_knowledge_evidence_is_optional(evidence->evidence, i);
    }
    (*position)++;
    return TRUE;
}

/* What is known for the conditions of a finding; `ids` is room for its evidence. */
static sx_bullet_facts facts_of(const sx_finding_builder *store, const sx_finding *proof,
                                const sx_situation *situation, guint16 ids[G_MAXUINT8]) {
    sx_bullet_facts facts = {situation, ids, 0};
    sx_evidence evidence;
    guint position = 0;
    while (sx_findings_next_evidence(store, proof, &position, &evidence))
        ids[facts.n_evidence++] = (guint16)evidence.evidence;
    return facts;
}

guint sx_findings_bullets(const sx_finding_builder *store, const sx_finding *proof, sx_bullets list,
                          const sx_situation *situation, sx_word shown[SX_MAX_BULLETS]) {
    guint16 ids[G_MAXUINT8];
    sx_bullet_facts facts = facts_of(store, proof, situation, ids);
    return sx_bullets_select(list, &facts, shown, SX_MAX_BULLETS);
}

sx_word sx_findings_first(const sx_finding_builder *store, const sx_finding *proof, sx_bullets list,
                          const sx_situation *situation, sx_word otherwise) {
    guint16 ids[G_MAXUINT8];
    sx_bullet_facts facts = facts_of(store, proof, situation, ids);
    return sx_bullets_first(list, &facts, otherwise);
}

char *sx_findings_headline_text(const sx_finding_builder *store, const sx_finding *finding,
                                sx_language language, sx_word otherwise,
                                const sx_situation *situation) {
    guint position = 0;
    sx_evidence evidence;
    while (sx_findings_next_evidence(store, finding, &position, &evidence)) {
        if (sx_knowledge_evidence_is_headline(evidence.evidence) && !evidence.untimed)
            return sx_knowledge_evidence_text(language, evidence.evidence, evidence.args,
                                              evidence.n_args);
    }
    const sx_text *words = &sx_knowledge_diagnosis(finding->diagnosis)->words;
    if (otherwise == 0)
        otherwise =
            sx_findings_first(store, finding, words->headline_cases, situation, words->headline);
    return g_strdup(sx_word_text(language, otherwise));
}
