/*
 * Numbers, times and names for people. All results are newly allocated UTF-8; nothing here depends on the
 * locale, so that reports look the same everywhere (1,234,567; 12.3 MB with 1 MB = 1,000,000 bytes).
 */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

char *ferry_human_count(int64_t n);         /* "1,234,567" */
char *ferry_human_count_short(double n);    /* "987", "12.3 k", "1.23 M": at most 6 wide */
char *ferry_human_bytes(double bytes);      /* "987 B", "12.3 kB", "1.23 GB": at most 7 wide */
char *ferry_human_duration(double seconds); /* "0.042 s", "12.3 s", "2:05", "1:02:03": for reports */
char *ferry_human_clock(double seconds);    /* "0:07", "2:05", "1:02:03": for ETAs and elapsed times */

/* Text that is safe to print on a terminal: control characters and broken UTF-8 become '?' (a table's name
 * may hold an escape sequence); without is_utf8 so does everything that is not ASCII. Newlines and tabs
 * become blanks. */
char *ferry_human_clean(const char *text, bool is_utf8);
/* The same line by line: newlines stay. */
char *ferry_human_clean_lines(const char *text);

/* Columns that clean text takes on a terminal. */
size_t ferry_human_width(const char *text);

/* Cuts clean text in its middle so that it takes at most width columns. */
char *ferry_human_fit(const char *text, size_t width, bool is_utf8);

/* Cuts its end off. */
char *ferry_human_cut(const char *text, size_t width);

/* Appends text and blanks up to width; right: the blanks first. */
void ferry_human_pad(GString *out, const char *text, size_t width, bool right);
