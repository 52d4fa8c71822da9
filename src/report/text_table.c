/*
 * A table of text with aligned columns; see text_table.h.
 */
#include "report/text_table.h"

#include "report/human.h"

#include <string.h>

struct FerryTextTable {
	size_t n_columns;
	char *aligns;
	GPtrArray *cells; /* char*, row by row; the headers are the first row */
	size_t rule_row;  /* a rule above this row; 0: none */
};

FerryTextTable *ferry_text_table_new(const char *const *headers, const char *aligns)
{
	FerryTextTable *table = g_new0(FerryTextTable, 1);

	table->n_columns = strlen(aligns);
	table->aligns = g_strdup(aligns);
	table->cells = g_ptr_array_new_with_free_func(g_free);
	for (; *headers; headers++)
		g_ptr_array_add(table->cells, g_strdup(*headers));
	return table;
}

void ferry_text_table_free(FerryTextTable *table)
{
	if (!table)
		return;
	g_free(table->aligns);
	g_ptr_array_unref(table->cells);
	g_free(table);
}

void ferry_text_table_take(FerryTextTable *table, char *cell)
{
	g_ptr_array_add(table->cells, ferry_human_clean(cell ? cell : "", true));
	g_free(cell);
}

void ferry_text_table_rule(FerryTextTable *table)
{
	table->rule_row = table->cells->len / table->n_columns;
}

static const char *cell_at(const FerryTextTable *table, size_t row, size_t column)
{
	return g_ptr_array_index(table->cells, row * table->n_columns + column);
}

static size_t column_width(const FerryTextTable *table, size_t column)
{
	size_t width = 3; /* Markdown wants three dashes */

	for (size_t row = 0; row < table->cells->len / table->n_columns; row++)
		width = MAX(width, ferry_human_width(cell_at(table, row, column)));
	return width;
}

static void print_rule(const FerryTextTable *table, const size_t *widths, bool as_markdown, GString *out)
{
	for (size_t i = 0; i < table->n_columns; i++) {
		bool right = table->aligns[i] == 'r';
		g_string_append(out, as_markdown ? (i ? " | " : "| ") : (i ? "  " : ""));
		for (size_t j = 0; j < widths[i]; j++)
			g_string_append_c(out, as_markdown && right && j == widths[i] - 1 ? ':' : '-');
	}
	g_string_append(out, as_markdown ? " |\n" : "\n");
}

static void print_row(const FerryTextTable *table, const size_t *widths, size_t row, bool as_markdown,
		      GString *out)
{
	for (size_t i = 0; i < table->n_columns; i++) {
		g_autoptr(GString) cell = g_string_new(cell_at(table, row, i));
		g_string_append(out, as_markdown ? (i ? " | " : "| ") : (i ? "  " : ""));
		if (as_markdown)
			g_string_replace(cell, "|", "\\|", 0);
		ferry_human_pad(out, cell->str, widths[i], table->aligns[i] == 'r');
	}
	if (as_markdown)
		g_string_append(out, " |");
	while (out->len && out->str[out->len - 1] == ' ')
		g_string_truncate(out, out->len - 1);
	g_string_append_c(out, '\n');
}

void ferry_text_table_print(const FerryTextTable *table, bool as_markdown, GString *out)
{
	size_t n_rows = table->cells->len / table->n_columns;
	g_autofree size_t *widths = g_new(size_t, table->n_columns);

	for (size_t i = 0; i < table->n_columns; i++)
		widths[i] = column_width(table, i);
	for (size_t row = 0; row < n_rows; row++) {
		/* Markdown knows no second rule */
		if (row == 1 || (row > 1 && row == table->rule_row && !as_markdown))
			print_rule(table, widths, as_markdown, out);
		print_row(table, widths, row, as_markdown, out);
	}
	if (n_rows == 1)
		print_rule(table, widths, as_markdown, out);
}
