/* SPDX-License-Identifier: GPL-2.0-or-later
 * Composes a comparison from the facts about two codes, as knowledge/GUIDE.md tells.
 */
#include <stdlib.h>
#include <string.h>

#include "compare/composing.h"
#include "compared.h"
#include "details/q850.h"
#include "knowledge/facts.h"

#define MOST_KEY_DIFFERENCES 6
#define FEWEST_KEY_DIFFERENCES 3

/* ---- the two codes ---- */

static int compare_code(const void *key, const void *element) {
    guint code = *(const guint *)key;
    guint other = ((const sx_code_facts *)element)->code;
    return (code > other) - (code < other);
}

static sx_compared_code compared_code(guint code) {
    const sx_code_facts *facts = bsearch(&code, sx_code_facts_entries, sx_n_code_facts_entries,
                                         sizeof *sx_code_facts_entries, compare_code);
    return (sx_compared_code){code, sx_knowledge_code(code),
                              facts != NULL ? facts : &sx_class_facts[code / 100]};
}

sx_composing sx_composing_of(guint low, guint high, sx_language language) {
    return (sx_composing){compared_code(low), compared_code(high), language};
}

static guint class_of(const sx_compared_code *of) {
    return of->code / 100;
}

/* What a client takes it for that does not know it (RFC 3261 section 8.1.3.2). */
static guint treated(const sx_compared_code *of) {
    return class_of(of) == 1 ? 183 : class_of(of) * 100;
}

/* ---- how they differ ---- */

static void add_sentence(GString *paragraph, GString *sentence) {
    if (paragraph->len > 0 && sentence->len > 0)
        g_string_append_c(paragraph, ' ');
    g_string_append_len(paragraph, sentence->str, (gssize)sentence->len);
    g_string_truncate(sentence, 0);
}

static void say_headlines(const sx_composing *c, GString *out) {
    const char *low = sx_compose_word(c, sx_knowledge_text(c->low.entry, NULL).headline);
    const char *high = sx_compose_word(c, sx_knowledge_text(c->high.entry, NULL).headline);
    if (strcmp(low, high) == 0)
        sx_compared_say_same(c->language, out, low);
    else
        sx_compared_say(c->language, out, c->low.code, low, c->high.code, high);
}

/* Codes that nobody registered, and numbers that nobody knows. */
static gboolean is_odd(const sx_compared_code *of) {
    return of->entry->status != SX_CODE_REGISTERED;
}

static gboolean is_of_rfc2543(const sx_compared_code *of) {
    return of->entry->status == SX_CODE_RFC2543;
}

static void say_standing(const sx_composing *c, const sx_compared_code *of, GString *out) {
    if (!is_odd(of))
        return;
    if (is_of_rfc2543(of))
        sx_compared_rfc2543(c->language, out, of->code, treated(of));
    else
        sx_compared_field(c->language, out, of->code, treated(of));
}

static void say_standing_of_both(const sx_composing *c, GString *out) {
    guint low = treated(&c->low);
    guint high = treated(&c->high);
    gboolean dropped = is_of_rfc2543(&c->low);
    if (low == high && dropped)
        sx_compared_rfc2543_both_same(c->language, out, low);
    else if (low == high)
        sx_compared_field_both_same(c->language, out, low);
    else if (dropped)
        sx_compared_rfc2543_both(c->language, out, c->low.code, low, c->high.code, high);
    else
        sx_compared_field_both(c->language, out, c->low.code, low, c->high.code, high);
}

char *sx_compose_difference(const sx_composing *c) {
    const sx_arg codes[] = {{SX_ARG_CODE, {.number = c->low.code}},
                            {SX_ARG_CODE, {.number = c->high.code}}};
    GString *all = g_string_new(NULL);
    GString *one = g_string_new(NULL);
    sx_word_format(c->language, one, sx_composed_pairs[class_of(&c->low)][class_of(&c->high)],
                   codes, G_N_ELEMENTS(codes));
    add_sentence(all, one);
    say_headlines(c, one);
    add_sentence(all, one);
    if (is_odd(&c->low) && is_odd(&c->high) && is_of_rfc2543(&c->low) == is_of_rfc2543(&c->high)) {
        say_standing_of_both(c, one);
        add_sentence(all, one);
    } else {
        say_standing(c, &c->low, one);
        add_sentence(all, one);
        say_standing(c, &c->high, one);
        add_sentence(all, one);
    }
    g_string_free(one, TRUE);
    return g_string_free(all, FALSE);
}

/* ---- lists ---- */

/* Adds what was printed, and begins the next one. */
static void take(GPtrArray *list, GString *text) {
    if (text->len > 0)
        g_ptr_array_add(list, g_strdup(text->str));
    g_string_truncate(text, 0);
}

static char **finish(GPtrArray *list, GString *text) {
    g_string_free(text, TRUE);
    g_ptr_array_add(list, NULL);
    return (char **)g_ptr_array_free(list, FALSE);
}

/* Names with a blank between, as a list in a sentence; to be freed with g_free(). */
static char *list_of(const sx_composing *c, guint16 names) {
    char **each = g_strsplit(sx_fact(names), " ", -1);
    char *list = g_strdup(each[0] != NULL ? each[0] : "");
    for (guint i = 1; each[0] != NULL && each[i] != NULL; i++) {
        GString *longer = g_string_new(NULL);
        if (each[i + 1] != NULL)
            sx_compared_list_next(c->language, longer, list, each[i]);
        else
            sx_compared_list_last(c->language, longer, list, each[i]);
        g_free(list);
        list = g_string_free(longer, FALSE);
    }
    g_strfreev(each);
    return list;
}

/* ---- key differences ---- */

static void compare_classes(const sx_composing *c, GString *out) {
    if (class_of(&c->low) != class_of(&c->high))
        sx_compared_classes(c->language, out, c->low.code,
                            sx_compose_word(c, sx_composed_kinds[class_of(&c->low)]), c->high.code,
                            sx_compose_word(c, sx_composed_kinds[class_of(&c->high)]));
}

static void compare_senders(const sx_composing *c, GString *out) {
    sx_word low = c->low.facts->sender;
    sx_word high = c->high.facts->sender;
    if (low == high)
        return;
    if (low == 0)
        sx_compared_senders_low_any(c->language, out, c->low.code, c->high.code,
                                    sx_compose_word(c, high));
    else if (high == 0)
        sx_compared_senders_high_any(c->language, out, c->low.code, sx_compose_word(c, low),
                                     c->high.code);
    else
        sx_compared_senders(c->language, out, c->low.code, sx_compose_word(c, low), c->high.code,
                            sx_compose_word(c, high));
}

static void compare_retries(const sx_composing *c, GString *out) {
    if (c->low.facts->retry != c->high.facts->retry)
        sx_compared_retries(c->language, out, c->low.code, sx_compose_word(c, c->low.facts->retry),
                            c->high.code, sx_compose_word(c, c->high.facts->retry));
}

static void compare_steps(const sx_composing *c, GString *out) {
    if (c->low.facts->next != c->high.facts->next)
        sx_compared_steps(c->language, out, c->low.code, sx_compose_word(c, c->low.facts->next),
                          c->high.code, sx_compose_word(c, c->high.facts->next));
}

static void compare_headers(const sx_composing *c, GString *out) {
    char *low = list_of(c, c->low.facts->headers);
    char *high = list_of(c, c->high.facts->headers);
    if (strcmp(low, high) == 0)
        ;
    else if (high[0] == '\0')
        sx_compared_headers_low(c->language, out, c->low.code, low, c->high.code);
    else if (low[0] == '\0')
        sx_compared_headers_high(c->language, out, c->high.code, high, c->low.code);
    else
        sx_compared_headers(c->language, out, c->low.code, low, c->high.code, high);
    g_free(low);
    g_free(high);
}

static char *methods_of(const sx_composing *c, const sx_code_facts *facts) {
    return facts->methods != 0 ? g_strdup(sx_compose_word(c, facts->methods))
                               : list_of(c, facts->named);
}

static void compare_scope(const sx_composing *c, GString *out) {
    char *low = methods_of(c, c->low.facts);
    char *high = methods_of(c, c->high.facts);
    if (strcmp(low, high) != 0)
        sx_compared_scope(c->language, out, c->low.code, low, c->high.code, high);
    g_free(low);
    g_free(high);
}

/* A provisional response and a final one are not compared: that the request goes on is said already. */
static void compare_endings(const sx_composing *c, GString *out) {
    sx_word low = c->low.facts->ends;
    sx_word high = c->high.facts->ends;
    if (low == high || low == 0 || high == 0 || (class_of(&c->low) == 1 && class_of(&c->high) != 1))
        return;
    if (class_of(&c->low) == 1) /* 199 alone ends more than nothing */
        sx_compared_endings_early(c->language, out, c->low.code, c->high.code);
    else
        sx_compared_endings(c->language, out, c->low.code, sx_compose_word(c, low), c->high.code,
                            sx_compose_word(c, high));
}

/* ---- what both have in common ---- */

static void same_senders(const sx_composing *c, GString *out) {
    sx_word sender = c->low.facts->sender;
    if (sender != c->high.facts->sender)
        return;
    if (sender == 0)
        sx_compared_senders_same_any(c->language, out, c->low.code, c->high.code);
    else
        sx_compared_senders_same(c->language, out, c->low.code, c->high.code,
                                 sx_compose_word(c, sender));
}

static void same_retries(const sx_composing *c, GString *out) {
    if (c->low.facts->retry == c->high.facts->retry)
        sx_compared_retries_same(c->language, out, c->low.code, c->high.code,
                                 sx_compose_word(c, c->low.facts->retry));
}

static void same_steps(const sx_composing *c, GString *out) {
    if (c->low.facts->next == c->high.facts->next)
        sx_compared_steps_same(c->language, out, c->low.code, c->high.code,
                               sx_compose_word(c, c->low.facts->next));
}

char **sx_compose_key_differences(const sx_composing *c) {
    typedef void (*aspect)(const sx_composing *, GString *);
    static const aspect different[] = {compare_classes, compare_senders, compare_retries,
                                       compare_steps,   compare_headers, compare_scope,
                                       compare_endings};
    static const aspect same[] = {same_senders, same_retries, same_steps};
    GPtrArray *list = g_ptr_array_new();
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < G_N_ELEMENTS(different) && list->len < MOST_KEY_DIFFERENCES; i++) {
        different[i](c, text);
        take(list, text);
    }
    for (guint i = 0; i < G_N_ELEMENTS(same) && list->len < FEWEST_KEY_DIFFERENCES; i++) {
        same[i](c, text);
        take(list, text);
    }
    return finish(list, text);
}

/* ---- when to use which ---- */

static void add_use(const sx_composing *c, const sx_compared_code *of, GPtrArray *list,
                    GString *text) {
    if (of->facts->use != 0)
        g_string_append(text, sx_compose_word(c, of->facts->use));
    else
        sx_compared_use_unknown(c->language, text, of->code, treated(of));
    take(list, text);
}

char **sx_compose_uses(const sx_composing *c) {
    GPtrArray *list = g_ptr_array_new();
    GString *text = g_string_new(NULL);
    add_use(c, &c->low, list, text);
    add_use(c, &c->high, list, text);
    return finish(list, text);
}

/* ---- elsewhere ---- */

static void add_http(const sx_composing *c, GString *out) {
    const sx_compared_code *one = c->low.facts->in_http ? &c->low : &c->high;
    if (c->low.facts->in_http && c->high.facts->in_http)
        sx_compared_http_both(c->language, out, c->low.code, c->high.code);
    else if (one->facts->in_http)
        sx_compared_http(c->language, out, one->code);
}

static void add_q850(const sx_composing *c, GString *out) {
    guint low = c->low.facts->cause;
    guint high = c->high.facts->cause;
    const sx_compared_code *one = low != 0 ? &c->low : &c->high;
    guint cause = one->facts->cause;
    if (cause == 0)
        return;
    const char *name = sx_compose_word(c, sx_q850_name(cause));
    if (low == high)
        sx_compared_q850_same(c->language, out, c->low.code, c->high.code, cause, name);
    else if (low != 0 && high != 0)
        sx_compared_q850_both(c->language, out, c->low.code, low, name, c->high.code, high,
                              sx_compose_word(c, sx_q850_name(high)));
    else
        sx_compared_q850(c->language, out, one->code, cause, name);
}

static void add_xmpp(const sx_composing *c, GString *out) {
    guint16 low = c->low.facts->condition;
    guint16 high = c->high.facts->condition;
    const sx_compared_code *one = low != 0 ? &c->low : &c->high;
    if (low == 0 && high == 0)
        return;
    if (low == high)
        sx_compared_xmpp_same(c->language, out, sx_fact(low), c->low.code, c->high.code);
    else if (low != 0 && high != 0)
        sx_compared_xmpp_both(c->language, out, sx_fact(low), c->low.code, sx_fact(high),
                              c->high.code);
    else
        sx_compared_xmpp(c->language, out, sx_fact(one->facts->condition), one->code);
}

char **sx_compose_elsewhere(const sx_composing *c) {
    GPtrArray *list = g_ptr_array_new();
    GString *text = g_string_new(NULL);
    add_http(c, text);
    take(list, text);
    add_q850(c, text);
    take(list, text);
    add_xmpp(c, text);
    take(list, text);
    return finish(list, text);
}
