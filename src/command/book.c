/* SPDX-License-Identifier: GPL-2.0-or-later
 * Writes the book: a folder for each complete language, and one page that leads to them.
 */
#include "command/book.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>

#include "command/render.h"
#include "labels.h"

/* Swaps the labels of a page for those of another language, and remembers which. The labels are loaded once they are asked
 * for, from the file beside the folders. */
static const char switch_script[] =
    "(function(){\n"
    "var "
    "box=document.getElementById('labels'),here=document.querySelectorAll('.l'),english=[],key='"
    "sipexplain-labels';\n"
    "if(!box)return;\n"
    "for(var i=0;i<here.length;i++)english.push(here[i].textContent);\n"
    "function show(code){\n"
    " var all=window.sxLabels&&window.sxLabels[code];\n"
    " for(var i=0;i<here.length;i++){\n"
    "  var one=all&&all.names[english[i]];\n"
    "  here[i].textContent=one||english[i];\n"
    "  if(one){here[i].lang=code;here[i].dir=all.dir}\n"
    "  else{here[i].removeAttribute('lang');here[i].removeAttribute('dir')}\n"
    " }\n"
    "}\n"
    "function load(code){\n"
    " if(!code||window.sxLabels)return show(code);\n"
    " var script=document.createElement('script');\n"
    " script.src='../"
    "labels.js';script.onload=function(){show(code)};document.head.appendChild(script);\n"
    "}\n"
    "try{box.value=localStorage.getItem(key)||''}catch(e){}\n"
    "box.onchange=function(){try{localStorage.setItem(key,box.value)}catch(e){}load(box.value)};\n"
    "box.parentNode.hidden=false;load(box.value);\n"
    "})();\n";

static const char nav_style[] =
    "<style>\nnav{display:flex;flex-wrap:wrap;gap:.3rem 1rem;align-items:center;border-bottom:1px "
    "solid "
    "var(--line);padding-bottom:.6rem}nav .home{font-weight:600;margin-inline-end:auto}"
    "select,input{font:inherit;color:inherit;background:var(--field);border:1px solid var(--line);"
    "border-radius:.3rem;padding:.25rem .5rem;max-width:100%}\n"
    ".index ul{list-style:none;padding:0}.index li{padding:.15rem 0;position:relative}"
    ".index li a::after{content:\"\";position:absolute;inset:0}#search{width:100%}\n"
    "</style>\n";

/* ---- the head of each page ---- */

static void append_languages(GString *out, sx_language shown, const char *file) {
    for (sx_language language = 0; language < sx_n_languages(); language++) {
        if (language == shown || !sx_language_is_complete(language))
            continue;
        const char *code = sx_language_code(language);
        g_string_append_printf(out, "<a href=\"../%s/%s\" lang=\"%s\" hreflang=\"%s\">%s</a>\n",
                               code, file, code, code, sx_language_name(language));
    }
}

/* The languages that have labels only can be chosen where the prose is English. */
static void append_label_choice(GString *out) {
    g_string_append(out, "<label hidden>");
    sx_append_html(out, sx_word_text(SX_ENGLISH, SX_LABEL_PAGES_LABELS_IN));
    g_string_append_printf(out,
                           " <select id=\"labels\">\n<option value=\"\" lang=\"en\">%s</option>\n",
                           sx_language_name(SX_ENGLISH));
    for (sx_language language = 1; language < sx_n_languages(); language++) {
        const char *code = sx_language_code(language);
        if (!sx_language_is_complete(language))
            g_string_append_printf(out, "<option value=\"%s\" lang=\"%s\">%s</option>\n", code,
                                   code, sx_language_name(language));
    }
    g_string_append(out, "</select></label>\n");
}

/* What leads to the index and to the same page in other languages. To be freed. */
static char *nav_of(sx_language language, const char *file) {
    GString *nav = g_string_new("<nav>\n<a class=\"home\" href=\"index.html\">SIP Explain</a>\n");
    append_languages(nav, language, file);
    if (language == SX_ENGLISH)
        append_label_choice(nav);
    g_string_append(nav, "</nav>\n");
    return g_string_free(nav, FALSE);
}

static void append_end(GString *out, sx_language language) {
    g_string_append(out, "</main>\n");
    if (language == SX_ENGLISH)
        g_string_append_printf(out, "<script>\n%s</script>\n", switch_script);
    g_string_append(out, "</body>\n</html>\n");
}

/* ---- files ---- */

/** The book while it is written. */
typedef struct {
    const char *folder;
    GError **error;
    gboolean failed;
} writing;

/* Writes a file below the folder of a language, or of the book. */
static void write_file(writing *book, const char *folder, const char *file, GString *text) {
    char *path = g_build_filename(book->folder, folder != NULL ? folder : file,
                                  folder != NULL ? file : NULL, NULL);
    if (!book->failed)
        book->failed = !g_file_set_contents(path, text->str, (gssize)text->len, book->error);
    g_free(path);
    g_string_free(text, TRUE);
}

static void write_page(sx_page *page, void *user) {
    char *title = g_strdup_printf("%s - SIP Explain", page->title);
    char *file = g_strdup_printf("%s.html", page->id);
    char *nav = nav_of(page->language, file);
    GString *out = g_string_new(NULL);
    page->has_labels = page->language == SX_ENGLISH;
    sx_append_html_start(out, page->language, title);
    g_string_append_printf(out, "%s</head>\n<body class=\"%s\">\n%s<main>\n", nav_style, page->kind,
                           nav);
    sx_render_html_blocks(out, page, ".html");
    append_end(out, page->language);
    write_file((writing *)user, sx_language_code(page->language), file, out);
    g_free(nav);
    g_free(file);
    g_free(title);
}

static void write_index(writing *book, sx_language language) {
    GString *out = g_string_new(NULL);
    char *nav = nav_of(language, "index.html");
    sx_append_html_start(out, language, "SIP Explain");
    g_string_append_printf(out, "%s</head>\n<body class=\"index\">\n", nav_style);
    sx_render_book_index(out, language, nav);
    append_end(out, language);
    write_file(book, sx_language_code(language), "index.html", out);
    g_free(nav);
}

/* The page above the folders leads to the index in the language of the reader. */
static void write_entrance(writing *book) {
    GString *out = g_string_new(NULL);
    sx_append_html_start(out, SX_ENGLISH, "SIP Explain");
    g_string_append(out, "</head>\n<body>\n<main>\n<h1>SIP Explain</h1>\n<ul>\n");
    for (sx_language language = 0; language < sx_n_languages(); language++) {
        const char *code = sx_language_code(language);
        if (sx_language_is_complete(language))
            g_string_append_printf(
                out, "<li><a href=\"%s/index.html\" lang=\"%s\" hreflang=\"%s\">%s</a></li>\n",
                code, code, code, sx_language_name(language));
    }
    g_string_append(out, "</ul>\n</main>\n<script>\n"
                         "(navigator.languages||[]).concat('en').some(function(name){\n"
                         " var link=document.querySelector('a[lang=\"'+name.split('-')[0]+'\"]');\n"
                         " if(link)location.replace(link.href);\n return link;\n});\n"
                         "</script>\n</body>\n</html>\n");
    write_file(book, NULL, "index.html", out);
}

static gboolean make_folder(writing *book, const char *name) {
    char *path = g_build_filename(book->folder, name, NULL);
    if (g_mkdir_with_parents(path, 0777) != 0) {
        int code = errno;
        g_set_error(book->error, G_FILE_ERROR, (gint)g_file_error_from_errno(code), "%s: %s", path,
                    g_strerror(code));
        book->failed = TRUE;
    }
    g_free(path);
    return !book->failed;
}

gboolean sx_write_book(const char *folder, GError **error) {
    writing book = {folder, error, FALSE};
    for (sx_language language = 0; language < sx_n_languages() && !book.failed; language++) {
        if (!sx_language_is_complete(language) || !make_folder(&book, sx_language_code(language)))
            continue;
        write_index(&book, language);
        sx_each_page(language, write_page, &book);
    }
    if (book.failed)
        return FALSE;
    GString *labels = g_string_new(NULL);
    sx_render_book_labels(labels);
    write_file(&book, NULL, "labels.js", labels);
    write_entrance(&book);
    return !book.failed;
}
