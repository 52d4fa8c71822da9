/*
 * Pieces of an HTML page. Everything that is text goes through here and is escaped: names of tables and
 * messages come from outside and may hold markup. Nothing that is written refers to anything outside the
 * page.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>

/* Escaped; bytes that are no UTF-8 and control characters become U+FFFD. NULL is nothing. */
void ferry_html_text(GString *out, const char *text);
/* <tag class="…">text</tag>; class NULL: none. */
void ferry_html_element(GString *out, const char *tag, const char *class_or_null, const char *text);
void ferry_html_take(GString *out, const char *tag, const char *class_or_null, char *take_text);

/* A section with a heading; end closes it. */
void ferry_html_section(GString *out, const char *id, const char *title, const char *lead_or_null);
void ferry_html_section_end(GString *out);

/* A table that scrolls by itself on a narrow screen. headers: NULL-ended; those that begin with '>' are of
 * numbers. */
void ferry_html_table(GString *out, const char *const *headers);
void ferry_html_table_end(GString *out);

/* One line of a bar chart: label, a bar of that share (0…1) drawn as SVG, and the value in words. */
void ferry_html_bar(GString *out, const char *label, double share, const char *class_or_null,
		    const char *value);

/* "info", "warning", "error", "ok": a mark with a word, so that no colour carries the meaning alone. */
void ferry_html_badge(GString *out, const char *level, const char *word);
