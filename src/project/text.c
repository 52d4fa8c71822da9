/*
 * Limits as text; see text.h. Both are lists with commas whose items end in their unit.
 */
#include "project/text.h"

#include "data/value_text.h"

#include <string.h>

#define MAX_RATE (G_MAXINT64 / 2)

/* ---- rejected rows ---- */

static bool parse_percent(const char *item, FerryRejectLimit *limit)
{
	double percent;
	size_t len = strlen(item) - 1;

	while (len > 0 && item[len - 1] == ' ')
		len--;
	if (limit->percent >= 0 || len == 0 || !g_ascii_isdigit(*item) ||
	    !ferry_parse_float64(item, len, &percent) || !(percent >= 0 && percent <= 100))
		return false;
	limit->percent = percent;
	return true;
}

static bool parse_reject_item(const char *item, FerryRejectLimit *limit)
{
	int64_t rows;

	if (g_str_has_suffix(item, "%"))
		return parse_percent(item, limit);
	if (limit->rows >= 0 || !ferry_parse_int64(item, strlen(item), &rows) || rows < 0)
		return false;
	limit->rows = rows;
	return true;
}

bool ferry_reject_limit_parse(const char *text, FerryRejectLimit *ret_limit, GError **error)
{
	g_auto(GStrv) items = g_strsplit(text, ",", 3);
	FerryRejectLimit limit = FERRY_REJECT_LIMIT_NONE;
	bool is_ok = items[0] != NULL;

	if (strcmp(text, "none") != 0)
		for (guint i = 0; is_ok && items[i]; i++)
			is_ok = parse_reject_item(g_strstrip(items[i]), &limit);
	if (!is_ok)
		return ferry_fail(
			error, FERRY_ERROR_USAGE,
			"\"%.60s\" is no limit of rejected rows; expected a number of rows (100), a "
			"share of those read (0.5%%), both with a comma between them, or none",
			text);
	*ret_limit = limit;
	return true;
}

char *ferry_reject_limit_to_text(FerryRejectLimit limit)
{
	char number[FERRY_MAX_FLOAT_TEXT];
	g_autoptr(GString) text = g_string_new(NULL);

	if (limit.rows >= 0)
		g_string_append_printf(text, "%" G_GINT64_FORMAT, limit.rows);
	if (limit.percent >= 0) {
		size_t len = ferry_format_float64(number, limit.percent);
		g_string_append_printf(text, "%s%.*s%%", text->len ? ", " : "", (int)len, number);
	}
	return g_strdup(text->len ? text->str : "none");
}

/* ---- rates ---- */

/* Longest suffix first; the units that a rate is written in come first among the equal. */
static const struct {
	const char *suffix;
	int64_t factor; /* 0: rows */
} units[] = {
	{"rows", 0},      {"GB", 1000000000}, {"MB", 1000000}, {"kB", 1000}, {"KB", 1000}, {"GiB", 1 << 30},
	{"MiB", 1 << 20}, {"KiB", 1 << 10},   {"B", 1},        {"", 0}, /* a bare number: rows */
};

static bool parse_rate(char *item, int64_t *rows, int64_t *bytes)
{
	if (g_str_has_suffix(item, "/s"))
		item[strlen(item) - 2] = '\0';
	g_strchomp(item);
	for (size_t i = 0; i < G_N_ELEMENTS(units); i++) {
		int64_t n, factor = MAX(1, units[i].factor), *value = units[i].factor ? bytes : rows;
		if (!g_str_has_suffix(item, units[i].suffix))
			continue;
		item[strlen(item) - strlen(units[i].suffix)] = '\0';
		g_strchomp(item);
		if (*value != 0 || !ferry_parse_int64(item, strlen(item), &n) || n < 1 ||
		    n > MAX_RATE / factor)
			return false;
		*value = n * factor;
		return true;
	}
	return false;
}

bool ferry_read_limit_parse(const char *text, int64_t *ret_rows, int64_t *ret_bytes, GError **error)
{
	g_auto(GStrv) items = g_strsplit(text, ",", 3);
	int64_t rows = 0, bytes = 0;
	bool is_ok = items[0] != NULL;

	if (strcmp(text, "none") != 0)
		for (guint i = 0; is_ok && items[i]; i++)
			is_ok = parse_rate(g_strstrip(items[i]), &rows, &bytes);
	if (!is_ok)
		return ferry_fail(
			error, FERRY_ERROR_USAGE,
			"\"%.60s\" is no rate; expected rows (10000rows/s), bytes (5MB/s; B, kB, MB, "
			"GB, KiB, MiB or GiB), both with a comma between them, or none",
			text);
	*ret_rows = rows;
	*ret_bytes = bytes;
	return true;
}

char *ferry_read_limit_to_text(int64_t rows, int64_t bytes)
{
	g_autoptr(GString) text = g_string_new(NULL);

	if (rows > 0)
		g_string_append_printf(text, "%" G_GINT64_FORMAT "rows/s", rows);
	for (size_t i = 1; bytes > 0 && units[i].factor; i++)
		if (bytes % units[i].factor == 0) {
			g_string_append_printf(text, "%s%" G_GINT64_FORMAT "%s/s", text->len ? ", " : "",
					       bytes / units[i].factor, units[i].suffix);
			break;
		}
	return g_strdup(text->len ? text->str : "none");
}
