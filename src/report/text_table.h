/*
 * A table of text for reports: cells are collected, then printed with aligned columns, either plainly or as
 * Markdown.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>

typedef struct FerryTextTable FerryTextTable;

/* headers: NULL-ended. aligns: one letter a column, 'l' or 'r'. */
FerryTextTable *ferry_text_table_new(const char *const *headers, const char *aligns);
void ferry_text_table_free(FerryTextTable *table);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(FerryTextTable, ferry_text_table_free)

/* The next cell, row by row; takes the text, NULL is an empty cell. */
void ferry_text_table_take(FerryTextTable *table, char *cell);
/* A line between the rows before and those that follow (totals). */
void ferry_text_table_rule(FerryTextTable *table);

void ferry_text_table_print(const FerryTextTable *table, bool as_markdown, GString *out);
