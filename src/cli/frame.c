/*
 * Drawing a meter as lines; see frame.h. All lines of a frame share one layout, so that the columns stand
 * still.
 */
#include "cli/frame.h"

#include "report/human.h"

#include <string.h>

#define BAR_MIN    8
#define BAR_MAX    30
#define TINY_WIDTH 24

/* What a layout shows beside the name and the percentage, from the widest to the narrowest. */
typedef struct Layout {
	bool has_full_numbers, has_rows, has_row_rate, has_byte_rate, has_eta, has_bar;
} Layout;

static const Layout layouts[] = {
	{true, true, true, true, true, true},       {false, true, true, true, true, true},
	{false, true, true, false, true, true},     {false, true, false, false, true, true},
	{false, false, false, false, true, true},   {false, false, false, false, true, false},
	{false, false, false, false, false, false},
};

/* One line's numbers. Negative: not known, shown as blanks. */
typedef struct Row {
	const char *name;
	size_t indent;
	double fraction, rows, row_rate, byte_rate, eta;
} Row;

typedef struct Columns {
	Layout layout;
	size_t name, bar;
} Columns;

char *ferry_frame_percent(double fraction)
{
	return fraction < 0 ? g_strdup("") : g_strdup_printf("%d %%", (int)(fraction * 100 + 1e-9));
}

static size_t numbers_width(const Layout *l)
{
	size_t width = 7; /* "  100 %" */

	if (l->has_rows)
		width += 2 + (l->has_full_numbers ? 18 : 11);
	if (l->has_row_rate)
		width += 2 + (l->has_full_numbers ? 16 : 8);
	if (l->has_byte_rate)
		width += 2 + 9;
	if (l->has_eta)
		width += 2 + (l->has_full_numbers ? 11 : 7);
	return width;
}

static Columns choose_columns(size_t width, size_t title, size_t longest_name)
{
	size_t usable = width > 1 ? width - 1 : 1;

	for (size_t i = 0; i < G_N_ELEMENTS(layouts); i++) {
		const Layout *l = &layouts[i];
		size_t name = MIN(longest_name, MAX(l->has_full_numbers ? 24u : title, usable / 4));
		size_t rest = numbers_width(l) + (l->has_bar ? 2 + BAR_MIN : 0);
		if (name + rest > usable)
			continue;
		size_t bar = l->has_bar ? MIN(BAR_MAX, BAR_MIN + usable - name - rest) : 0;
		/* what is left over goes to the name */
		return (Columns){*l, MIN(longest_name, usable - rest + (l->has_bar ? BAR_MIN : 0) - bar),
				 bar};
	}
	return (Columns){layouts[G_N_ELEMENTS(layouts) - 1], usable > 7 ? usable - 7 : 0, 0};
}

static void append_color(GString *out, const FerryFrameStyle *style, const char *code)
{
	if (style->has_color)
		g_string_append_printf(out, "\033[%sm", code);
}

static void append_repeated(GString *out, const char *glyph, size_t n)
{
	for (size_t i = 0; i < n; i++)
		g_string_append(out, glyph);
}

static void append_bar(GString *out, const FerryFrameStyle *style, size_t width, double fraction)
{
	size_t inner = style->is_utf8 ? width : width - 2;
	size_t filled = fraction > 0 ? (size_t)(fraction * (double)inner + 1e-9) : 0;

	filled = MIN(filled, inner);
	if (!style->is_utf8)
		g_string_append_c(out, '[');
	append_color(out, style, fraction >= 1 ? "32" : "36");
	append_repeated(out, style->is_utf8 ? "━" : "#", filled);
	append_color(out, style, "0;2");
	append_repeated(out, style->is_utf8 ? "─" : "-", inner - filled);
	append_color(out, style, "0");
	if (!style->is_utf8)
		g_string_append_c(out, ']');
}

/* Right-aligned in width after two blanks; takes text. */
static void append_cell(GString *out, char *text, const char *suffix, size_t width)
{
	g_autofree char *given = text;
	g_autofree char *whole = text && *text ? g_strconcat(text, suffix, NULL) : g_strdup("");

	g_string_append(out, "  ");
	ferry_human_pad(out, whole, width, true);
}

static void append_numbers(GString *out, const Layout *l, const Row *row)
{
	bool full = l->has_full_numbers;

	append_cell(out, ferry_frame_percent(row->fraction), "", 5);
	if (l->has_rows)
		append_cell(out,
			    row->rows < 0 ? NULL
			    : full        ? ferry_human_count((int64_t)row->rows)
					  : ferry_human_count_short(row->rows),
			    " rows", full ? 18 : 11);
	if (l->has_row_rate)
		append_cell(out,
			    row->row_rate < 0 ? NULL
			    : full            ? ferry_human_count((int64_t)row->row_rate)
					      : ferry_human_count_short(row->row_rate),
			    full ? " rows/s" : "/s", full ? 16 : 8);
	if (l->has_byte_rate)
		append_cell(out, row->byte_rate < 0 ? NULL : ferry_human_bytes(row->byte_rate), "/s", 9);
	if (l->has_eta) {
		g_autofree char *clock =
			row->eta < 0 || row->eta > 360000 ? NULL : ferry_human_clock(row->eta);
		append_cell(out, clock ? g_strconcat(full ? "ETA " : "", clock, NULL) : NULL, "",
			    full ? 11 : 7);
	}
}

/* For a terminal too narrow for any layout. */
static char *render_tiny(const FerryFrameStyle *style, const Row *row)
{
	g_autofree char *percent = ferry_frame_percent(row->fraction);
	g_autofree char *text = g_strdup_printf("%s %s", percent, row->name);
	g_autofree char *clean = ferry_human_clean(text, style->is_utf8);

	return ferry_human_fit(clean, style->width > 1 ? style->width - 1 : 1, style->is_utf8);
}

static char *render_row(const FerryFrameStyle *style, const Columns *columns, const Row *row)
{
	if (style->width < TINY_WIDTH)
		return render_tiny(style, row);

	GString *out = g_string_new(NULL);
	g_autofree char *clean = ferry_human_clean(row->name, style->is_utf8);
	size_t indent = MIN(row->indent, columns->name);
	g_autofree char *name = ferry_human_fit(clean, columns->name - indent, style->is_utf8);

	append_repeated(out, " ", indent);
	if (row->indent == 0)
		append_color(out, style, "1");
	ferry_human_pad(out, name, columns->name - indent, false);
	if (row->indent == 0)
		append_color(out, style, "0");
	if (columns->bar) {
		g_string_append(out, "  ");
		append_bar(out, style, columns->bar, row->fraction);
	}
	append_numbers(out, &columns->layout, row);
	while (out->len && out->str[out->len - 1] == ' ')
		g_string_truncate(out, out->len - 1);
	return g_string_free(out, FALSE);
}

static double rate_of(const FerryRate *rate)
{
	return rate->is_warm ? rate->per_second : -1;
}

static Row table_row(const FerryMeter *meter, const FerryMeterTable *t)
{
	bool verifies = t->state == FERRY_METER_VERIFYING;

	return (Row){
		.name = t->name,
		.indent = 2,
		.fraction = ferry_meter_table_fraction(meter, t),
		.rows = (double)(verifies ? t->verify_rows : t->rows),
		.row_rate = rate_of(&t->row_rate),
		.byte_rate = verifies ? -1 : rate_of(&t->byte_rate),
		.eta = ferry_meter_table_eta(meter, t),
	};
}

static Row total_row(const FerryMeter *meter, const char *title)
{
	FerryMeterSum sum = ferry_meter_sum(meter);
	bool verifies = meter->stage == FERRY_STAGE_VERIFY;

	return (Row){
		.name = title,
		.fraction = ferry_meter_fraction(meter),
		.rows = (double)(verifies ? sum.verify_rows : sum.rows),
		.row_rate = rate_of(&meter->row_rate),
		.byte_rate = verifies ? -1 : rate_of(&meter->byte_rate),
		.eta = ferry_meter_eta(meter),
	};
}

/* Stages without rows: a sentence and the time it has taken. */
static char *render_sentence(const FerryMeter *meter, const FerryFrameStyle *style, gint64 now_us)
{
	g_autofree char *clock = ferry_human_clock((double)((now_us - meter->stage_us) / G_USEC_PER_SEC));
	g_autoptr(GString) text = g_string_new(NULL);

	if (meter->stage < 0)
		g_string_append(text, meter->activity ? meter->activity : "starting");
	else if (meter->stage == FERRY_STAGE_PREPARE)
		g_string_append(text, "prepare: making the target's schema");
	else if (meter->stage == FERRY_STAGE_FINISH)
		g_string_append(text, "finish");
	else if (meter->n_objects_expected)
		g_string_append_printf(text, "build: %u of %u keys, indexes and constraints",
				       meter->n_objects, meter->n_objects_expected);
	else
		g_string_append_printf(text, "build: %u keys, indexes and constraints", meter->n_objects);
	if (meter->stage == FERRY_STAGE_BUILD && meter->n_objects_failed)
		g_string_append_printf(text, ", %u failed", meter->n_objects_failed);
	g_string_append_printf(text, "  %s", clock);
	if (meter->stage == FERRY_STAGE_BUILD && meter->last_object)
		g_string_append_printf(text, "  (last: %s)", meter->last_object);
	g_autofree char *clean = ferry_human_clean(text->str, style->is_utf8);
	return ferry_human_cut(clean, style->width > 1 ? style->width - 1 : 1);
}

static void add_tables(GPtrArray *lines, const FerryMeter *meter, const FerryFrameStyle *style,
		       const Columns *columns)
{
	guint n_active = ferry_meter_sum(meter).n_active;
	size_t room = style->max_tables;
	guint n_shown = n_active <= room ? n_active : room > 0 ? (guint)room - 1 : 0, shown = 0;

	for (guint i = 0; i < meter->n_tables && shown < n_shown; i++) {
		if (!ferry_meter_is_active(meter, &meter->tables[i]))
			continue;
		Row row = table_row(meter, &meter->tables[i]);
		g_ptr_array_add(lines, render_row(style, columns, &row));
		shown++;
	}
	if (n_active > n_shown && room > 0) {
		g_autofree char *more = g_strdup_printf("  and %u more", n_active - n_shown);
		g_ptr_array_add(lines, ferry_human_fit(more, style->width > 1 ? style->width - 1 : 1,
						       style->is_utf8));
	}
}

static size_t longest_name(const FerryMeter *meter, const char *title)
{
	size_t longest = strlen(title);

	for (guint i = 0; i < meter->n_tables; i++) {
		g_autofree char *clean = NULL;
		if (!ferry_meter_is_active(meter, &meter->tables[i]))
			continue;
		clean = ferry_human_clean(meter->tables[i].name, true);
		longest = MAX(longest, ferry_human_width(clean) + 2);
	}
	return longest;
}

GPtrArray *ferry_frame_render(const FerryMeter *meter, const FerryFrameStyle *style, gint64 now_us)
{
	GPtrArray *lines = g_ptr_array_new_with_free_func(g_free);
	FerryMeterSum sum = ferry_meter_sum(meter);
	bool verifies = meter->stage == FERRY_STAGE_VERIFY;
	g_autofree char *title = g_strdup_printf("%s %u/%u tables", verifies ? "verify" : "copy",
						 verifies ? sum.n_verified : sum.n_loaded, meter->n_tables);
	Columns columns = choose_columns(style->width, strlen(title), longest_name(meter, title));

	if (meter->stage == FERRY_STAGE_COPY || verifies) {
		Row row = total_row(meter, title);
		g_ptr_array_add(lines, render_row(style, &columns, &row));
	} else {
		g_ptr_array_add(lines, render_sentence(meter, style, now_us));
	}
	add_tables(lines, meter, style, &columns);
	return lines;
}
