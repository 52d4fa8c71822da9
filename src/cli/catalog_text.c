/*
 * A catalog as text for people: an overview of the tables, then each with its columns, keys, indexes, foreign
 * keys and checks, then what else there is.
 */
#include "cli/catalog_text.h"

#include "report/human.h"
#include "report/text_table.h"

#include <string.h>

static char *name_of(const char *schema, const char *name)
{
	return schema ? g_strconcat(schema, ".", name, NULL) : g_strdup(name);
}

/* "" where not known. */
static char *count_or_nothing(int64_t n)
{
	return n < 0 ? g_strdup("") : ferry_human_count(n);
}

static char *bytes_or_nothing(int64_t n)
{
	return n < 0 ? g_strdup("") : ferry_human_bytes((double)n);
}

/* ---- overview ---- */

static void append_overview(GString *out, const FerryCatalog *catalog)
{
	static const char *const headers[] = {"table", "rows (about)", "bytes",        "columns",
					      "key",   "indexes",      "foreign keys", NULL};
	g_autoptr(FerryTextTable) table = ferry_text_table_new(headers, "lrrrlrr");

	g_string_append_printf(out, "%s %s", catalog->product ? catalog->product : catalog->connector,
			       catalog->version ? catalog->version : "");
	if (catalog->database)
		g_string_append_printf(out, ", %s", catalog->database);
	g_string_append_printf(out, ": %u table%s\n\n", catalog->tables->len,
			       catalog->tables->len == 1 ? "" : "s");
	if (catalog->tables->len == 0)
		return;
	for (guint i = 0; i < catalog->tables->len; i++) {
		const FerryTable *t = g_ptr_array_index(catalog->tables, i);
		ferry_text_table_take(table, ferry_table_display_name(t));
		ferry_text_table_take(table, count_or_nothing(t->est_rows));
		ferry_text_table_take(table, bytes_or_nothing(t->est_bytes));
		ferry_text_table_take(table, ferry_human_count(t->columns->len));
		ferry_text_table_take(table, g_strdup(t->primary_key           ? "primary"
						      : ferry_table_row_key(t) ? "unique"
									       : "none"));
		ferry_text_table_take(table, ferry_human_count(t->indexes->len));
		ferry_text_table_take(table, ferry_human_count(t->foreign_keys->len));
	}
	ferry_text_table_print(table, false, out);
}

/* ---- columns ---- */

static void append_word(GString *text, const char *format, ...) G_GNUC_PRINTF(2, 3);
static void append_word(GString *text, const char *format, ...)
{
	va_list args;

	if (text->len)
		g_string_append(text, ", ");
	va_start(args, format);
	g_string_append_vprintf(text, format, args);
	va_end(args);
}

static void append_default(GString *text, const FerryColumnDef *c)
{
	switch (c->default_kind) {
	case FERRY_DEFAULT_NONE: break;
	case FERRY_DEFAULT_NULL: append_word(text, "default NULL"); break;
	case FERRY_DEFAULT_LITERAL:
		append_word(text, "default '%s'", c->default_text ? c->default_text : "");
		break;
	case FERRY_DEFAULT_CURRENT_TIMESTAMP: append_word(text, "default current timestamp"); break;
	case FERRY_DEFAULT_CURRENT_DATE: append_word(text, "default current date"); break;
	case FERRY_DEFAULT_CURRENT_TIME: append_word(text, "default current time"); break;
	case FERRY_DEFAULT_UUID: append_word(text, "default random uuid"); break;
	case FERRY_DEFAULT_EXPRESSION:
		append_word(text, "default (%s)", c->default_text ? c->default_text : "");
		break;
	}
}

static char *column_remarks(const FerryColumnDef *c)
{
	static const char *const identities[] = {NULL, "auto-increment", "identity by default",
						 "identity always"};
	GString *text = g_string_new(NULL);

	if (c->not_null)
		append_word(text, "not null");
	if (c->identity != FERRY_IDENTITY_NONE)
		append_word(text, "%s", identities[c->identity]);
	if (c->has_identity_next)
		append_word(text, "next %" G_GINT64_FORMAT, c->identity_next);
	append_default(text, c);
	if (c->on_update_now)
		append_word(text, "on update current timestamp");
	if (c->generated != FERRY_GENERATED_NONE)
		append_word(text, "generated %s as (%s)",
			    c->generated == FERRY_GENERATED_STORED ? "stored" : "virtual",
			    c->generated_expression ? c->generated_expression : "");
	if (c->labels) {
		g_autofree char *labels = g_strjoinv("', '", c->labels);
		append_word(text, "%s of '%s'", c->is_set ? "set" : "one", labels);
	}
	if (c->is_invisible)
		append_word(text, "invisible");
	if (c->collation)
		append_word(text, "collation %s", c->collation);
	if (c->comment && *c->comment)
		append_word(text, "\"%s\"", c->comment);
	return g_string_free(text, FALSE);
}

static void append_columns(GString *out, const FerryTable *t)
{
	static const char *const headers[] = {"column", "type", "travels as", "", NULL};
	g_autoptr(GString) text = g_string_new(NULL);
	g_autoptr(FerryTextTable) table = ferry_text_table_new(headers, "llll");

	for (guint i = 0; i < t->columns->len; i++) {
		const FerryColumnDef *c = g_ptr_array_index(t->columns, i);
		ferry_text_table_take(table, g_strdup(c->name));
		ferry_text_table_take(table, g_strdup(c->native_type));
		ferry_text_table_take(table, ferry_type_to_string(&c->type));
		ferry_text_table_take(table, column_remarks(c));
	}
	ferry_text_table_print(table, false, text);
	g_auto(GStrv) lines = g_strsplit(text->str, "\n", -1);
	for (char **line = lines; *line && **line; line++)
		g_string_append_printf(out, "  %s\n", *line);
}

/* ---- keys, indexes, constraints ---- */

static void append_parts(GString *out, const FerryIndex *index)
{
	g_string_append_c(out, '(');
	for (guint i = 0; i < index->parts->len; i++) {
		const FerryIndexPart *part = g_ptr_array_index(index->parts, i);
		g_string_append_printf(out, "%s%s", i ? ", " : "",
				       part->column ? part->column : part->expression);
		if (part->prefix_len)
			g_string_append_printf(out, "(%" G_GINT64_FORMAT ")", part->prefix_len);
		if (part->descending)
			g_string_append(out, " desc");
	}
	g_string_append_c(out, ')');
}

static void append_index(GString *out, const FerryIndex *index)
{
	const char *what = index->is_primary ? "primary key" : index->is_unique ? "unique" : "index";

	g_string_append_printf(out, "  %s", what);
	if (index->name && !index->is_primary)
		g_string_append_printf(out, " %s", index->name);
	g_string_append_c(out, ' ');
	append_parts(out, index);
	if (index->method && strcmp(index->method, "btree") != 0)
		g_string_append_printf(out, " using %s", index->method);
	if (index->include->len) {
		g_autofree char *names = ferry_names_join(index->include, ", ");
		g_string_append_printf(out, " include (%s)", names);
	}
	if (index->predicate)
		g_string_append_printf(out, " where %s", index->predicate);
	g_string_append_c(out, '\n');
}

static void append_action(GString *out, const char *event, FerryFkAction action)
{
	static const char *const words[] = {NULL, "restrict", "cascade", "set null", "set default"};

	if (words[action])
		g_string_append_printf(out, " on %s %s", event, words[action]);
}

static void append_foreign_key(GString *out, const FerryForeignKey *key)
{
	g_autofree char *columns = ferry_names_join(key->columns, ", "),
			*ref_columns = ferry_names_join(key->ref_columns, ", ");
	g_autofree char *ref = name_of(key->ref_schema, key->ref_table);

	g_string_append_printf(out, "  foreign key %s%s(%s) -> %s", key->name ? key->name : "",
			       key->name ? " " : "", columns, ref);
	if (*ref_columns)
		g_string_append_printf(out, " (%s)", ref_columns);
	append_action(out, "delete", key->on_delete);
	append_action(out, "update", key->on_update);
	g_string_append(out, key->deferrable ? " deferrable\n" : "\n");
}

static void append_notes(GString *out, const GPtrArray *notes, const char *indent)
{
	for (guint i = 0; i < notes->len; i++) {
		const FerryNote *note = g_ptr_array_index(notes, i);
		g_string_append_printf(out, "%s%s: %s %s: %s\n", indent, ferry_severity_name(note->severity),
				       note->kind, note->object, note->text);
	}
}

static void append_table(GString *out, const FerryTable *t)
{
	g_autofree char *name = ferry_table_display_name(t);

	g_string_append_printf(out, "\n%s%s%s%s\n", name, t->is_partitioned ? ", partitioned" : "",
			       t->without_rowid ? ", without rowid" : "", t->is_strict ? ", strict" : "");
	if (t->comment && *t->comment)
		g_string_append_printf(out, "  \"%s\"\n", t->comment);
	append_columns(out, t);
	if (t->primary_key)
		append_index(out, t->primary_key);
	for (guint i = 0; i < t->indexes->len; i++)
		append_index(out, g_ptr_array_index(t->indexes, i));
	for (guint i = 0; i < t->foreign_keys->len; i++)
		append_foreign_key(out, g_ptr_array_index(t->foreign_keys, i));
	for (guint i = 0; i < t->checks->len; i++) {
		const FerryCheck *check = g_ptr_array_index(t->checks, i);
		g_string_append_printf(out, "  check %s%s(%s)\n", check->name ? check->name : "",
				       check->name ? " " : "", check->expression);
	}
	append_notes(out, t->notes, "  ");
}

/* ---- the rest ---- */

static void append_rest(GString *out, const FerryCatalog *catalog)
{
	for (guint i = 0; i < catalog->enums->len; i++) {
		const FerryEnum *e = g_ptr_array_index(catalog->enums, i);
		g_autofree char *name = name_of(e->schema, e->name), *labels = g_strjoinv("', '", e->labels);
		g_string_append_printf(out, "%senum %s: '%s'\n", i ? "" : "\n", name, labels);
	}
	for (guint i = 0; i < catalog->types->len; i++) {
		const FerryUserType *t = g_ptr_array_index(catalog->types, i);
		g_autofree char *name = name_of(t->schema, t->name);
		g_string_append_printf(out, "%s%s %s\n", i ? "" : "\n", ferry_user_type_kind_name(t->kind),
				       name);
	}
	for (guint i = 0; i < catalog->sequences->len; i++) {
		const FerrySequence *s = g_ptr_array_index(catalog->sequences, i);
		g_autofree char *name = name_of(s->schema, s->name);
		g_string_append_printf(out, "%ssequence %s: next %" G_GINT64_FORMAT "\n", i ? "" : "\n", name,
				       s->next_value);
	}
	if (catalog->others->len)
		g_string_append(out, "\nKnown, but not copied:\n");
	for (guint i = 0; i < catalog->others->len; i++) {
		const FerryOther *o = g_ptr_array_index(catalog->others, i);
		g_autofree char *name = name_of(o->schema, o->name);
		g_string_append_printf(out, "  %s %s\n", o->kind, name);
	}
	if (catalog->notes->len)
		g_string_append(out, "\nNotes:\n");
	append_notes(out, catalog->notes, "  ");
}

char *ferry_catalog_to_text(const FerryCatalog *catalog)
{
	g_autoptr(GString) out = g_string_new(NULL);

	append_overview(out, catalog);
	for (guint i = 0; i < catalog->tables->len; i++)
		append_table(out, g_ptr_array_index(catalog->tables, i));
	append_rest(out, catalog);
	return ferry_human_clean_lines(out->str); /* names and comments come from outside */
}
