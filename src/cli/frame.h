/*
 * The frame: a meter as a few lines for a terminal of a given width: one for the whole, one for each active
 * table. No line is wider than width - 1 columns, so that no terminal wraps it; what does not fit goes in a
 * fixed order (speed in bytes, speed in rows, time left, bar), the name and the percentage stay. Pure: text
 * out of numbers.
 */
#pragma once

#include "cli/meter.h"

typedef struct FerryFrameStyle {
	size_t width;      /* columns of the terminal */
	size_t max_tables; /* lines for tables; "and N more" takes the place of the last one */
	bool is_utf8;
	bool has_color;
} FerryFrameStyle;

/* Lines without newlines, newly allocated strings (free function set). */
GPtrArray *ferry_frame_render(const FerryMeter *meter, const FerryFrameStyle *style, gint64 now_us);

/* "42 %", or "" for a negative fraction. Newly allocated. */
char *ferry_frame_percent(double fraction);
