/*
 * Loads rows: one INSERT (or MERGE) with binds, executed for an array of rows at a time. The server goes on
 * behind a row that it refuses and tells of all of them; the first is what the caller hears of. Values that
 * may be longer than a string stand behind the others of their row: the server reads the row so.
 */
#include "connectors/oracle/target.h"

#define ROW          7
#define KEEP_REQUEST ((guint)4 << 20) /* memory of a request that is larger is given back */
#define MAX_REQUEST  ((size_t)1 << 30)
#define BATCH_ERRORS 24381
#define MIN_TEXT     32
#define NATIVE_FORM  1

static FerryOracleWriter *oracle_writer(FerryWriter *w)
{
	return (FerryOracleWriter *)w;
}

static void append_table(GString *sql, const FerryTable *table)
{
	g_autofree char *name = ferry_oracle_quote_name(table->schema, table->name);

	g_string_append(sql, name);
}

static void make_insert(FerryOracleWriter *w)
{
	const FerrySchema *schema = w->base.schema;

	g_string_assign(w->sql, "INSERT INTO ");
	append_table(w->sql, w->base.table);
	for (size_t i = 0; i < schema->n_fields; i++) {
		g_string_append(w->sql, i > 0 ? ", " : " (");
		ferry_oracle_append_identifier(w->sql, schema->fields[i].name);
	}
	for (size_t i = 0; i < schema->n_fields; i++)
		g_string_append_printf(w->sql, "%s:%zu", i > 0 ? ", " : ") VALUES (", i + 1);
	g_string_append_c(w->sql, ')');
}

static void make_binds(FerryOracleWriter *w)
{
	const FerrySchema *schema = w->base.schema;

	w->columns = g_new0(FerryOracleTargetColumn, schema->n_fields + 1);
	w->is_last = g_new0(bool, schema->n_fields + 1);
	w->binds = ferry_oracle_fields_new();
	for (size_t i = 0; i < schema->n_fields; i++) {
		const FerryColumnDef *column = ferry_table_find_column(w->base.table, schema->fields[i].name);
		FerryOracleTargetColumn *t = &w->columns[i];
		ferry_oracle_target_column_init(t, column, schema->fields[i].type.id);
		FerryOracleField field = {.type = t->type,
					  .form = t->type == FERRY_ORACLE_TYPE_VARCHAR ? NATIVE_FORM : 0,
					  .max_bytes = t->width};
		g_array_append_val(w->binds, field);
	}
}

bool ferry_oracle_writer_open(FerryWriter *base, const FerryTable *table, const FerrySchema *schema,
			      const char *wire_format, GError **error)
{
	FerryOracleWriter *w = oracle_writer(base);
	g_autofree char *name = ferry_table_display_name(table);

	w->doing = g_strdup_printf("cannot load table %s", name);
	w->refused = -1;
	if (schema->n_fields == 0)
		return ferry_fail(error, FERRY_ERROR_UNSUPPORTED, "%s: no column to load", w->doing);
	w->sql = g_string_new(NULL);
	make_insert(w);
	make_binds(w);
	return true;
}

void ferry_oracle_writer_check(FerryWriter *base, FerryBatch *batch)
{
	FerryOracleWriter *w = oracle_writer(base);

	for (size_t i = 0; i < base->schema->n_fields; i++)
		if (w->columns[i].check)
			w->columns[i].check(&w->columns[i], batch, i);
}

/* ---- one array ---- */

static size_t longest_value(const FerryBatch *batch, size_t column, size_t first, size_t n)
{
	const int32_t *offsets = batch->columns[column].offsets;
	int32_t longest = 0;

	for (size_t row = first; row < first + n; row++)
		longest = MAX(longest, offsets[row + 1] - offsets[row]);
	return (size_t)longest;
}

/* Sizes to announce: powers of two that only grow, so that they change seldom. Beyond a string they make the
 * bind a LONG, which some statements do not take whatever its values are: so it is one for as long as values
 * need it. True: the statement must be parsed with new ones. */
static bool announce(FerryOracleWriter *w, const FerryBatch *batch, size_t first, size_t n)
{
	uint32_t limit = ferry_oracle(w->base.connection)->max_string;
	bool has_changed = false;

	for (guint i = 0; i < w->binds->len; i++) {
		FerryOracleField *field = &g_array_index(w->binds, FerryOracleField, i);
		if (w->columns[i].width > 0)
			continue;
		size_t longest = longest_value(batch, i, first, n);
		uint32_t size = field->max_bytes > limit ? MIN_TEXT : MAX(field->max_bytes, MIN_TEXT);
		while (size < longest && size < limit)
			size = MIN(size * 2, limit);
		if (longest > limit)
			size = INT32_MAX;
		has_changed |= size != field->max_bytes;
		field->max_bytes = size;
		w->is_last[i] = size > limit;
	}
	return has_changed;
}

static void put_rows(FerryOracleWriter *w, const FerryBatch *batch, size_t first, size_t n, bool *is_last)
{
	GByteArray *out = ferry_oracle(w->base.connection)->out;
	size_t n_columns = w->binds->len;
	bool has_last = memchr(is_last, true, n_columns) != NULL;

	for (size_t row = first; row < first + n; row++) {
		if (ferry_batch_is_skipped(batch, row))
			continue;
		ferry_oracle_put_u8(out, ROW);
		for (int pass = 0; pass <= has_last; pass++) {
			for (size_t i = 0; i < n_columns; i++) {
				const FerryColumn *column = &batch->columns[i];
				if (is_last[i] != pass)
					continue;
				if (!ferry_column_is_null(column, row))
					w->columns[i].encode(&w->columns[i], column, row, out);
				else if (G_UNLIKELY(w->columns[i].type == FERRY_ORACLE_TYPE_BOOLEAN))
					ferry_oracle_put_u16(out, 0xfd01);
				else
					ferry_oracle_put_u8(out, 0);
			}
		}
	}
}

static void forget_cursor(FerryOracleWriter *w)
{
	if (w->cursor)
		g_array_append_val(ferry_oracle(w->base.connection)->closing, w->cursor);
	w->cursor = 0;
}

static bool fail_refused(FerryOracleWriter *w, FerryOracleConnection *c, GError **error)
{
	g_autofree char *text = g_strdup(c->reply.refused_text->str);

	w->refused = w->n_rows + c->reply.refused_row;
	return ferry_oracle_fail_row(c, c->reply.refused_number, text, error, w->doing);
}

static bool execute(FerryOracleWriter *w, int64_t n_rows, GError **error)
{
	FerryOracleConnection *c = ferry_oracle(w->base.connection);
	bool is_sent = ferry_oracle_send(c, w->doing, error);

	if (c->out->len > KEEP_REQUEST) {
		g_byte_array_unref(c->out);
		c->out = g_byte_array_new();
	}
	if (!is_sent)
		return false;
	bool is_ok = ferry_oracle_finish(c, w->doing, error);
	if (c->reply.cursor)
		w->cursor = c->reply.cursor;
	if (c->reply.number == BATCH_ERRORS && c->reply.has_refused && !c->is_lost) {
		g_clear_error(error);
		return fail_refused(w, c, error);
	}
	if (!is_ok) {
		forget_cursor(w);
		return false;
	}
	w->n_rows += w->is_merge ? n_rows : (int64_t)c->reply.n_rows;
	return true;
}

/* Of the rows' values that are as long as they are. */
static uint64_t bytes_of(const FerryBatch *batch, size_t first, size_t n)
{
	uint64_t bytes = 0;

	for (size_t i = 0; i < batch->n_columns; i++) {
		const FerryColumn *column = &batch->columns[i];
		if (ferry_type_width(column->type->id) == 0)
			bytes += (uint64_t)(column->offsets[first + n] - column->offsets[first]);
	}
	return bytes;
}

bool ferry_oracle_writer_append(FerryWriter *base, const FerryBatch *batch, size_t first, size_t n,
				GError **error)
{
	FerryOracleWriter *w = oracle_writer(base);
	FerryOracleConnection *c = ferry_oracle(base->connection);
	int64_t n_rows = ferry_batch_count_kept(batch, first, n);

	w->refused = -1;
	if (n_rows == 0)
		return true;
	if (bytes_of(batch, first, n) > MAX_REQUEST)
		return ferry_fail(error, FERRY_ERROR_DATA, "%s: a row of more than 1 GiB cannot be sent",
				  w->doing);
	if (announce(w, batch, first, n))
		forget_cursor(w);
	if (!ferry_oracle_begin(c, w->doing, error))
		return false;
	ferry_oracle_put_array(c, w->cursor, w->sql->str, w->binds, (uint32_t)n_rows);
	put_rows(w, batch, first, n, w->is_last);
	if (execute(w, n_rows, error))
		return true;
	w->n_rows = 0; /* the caller rolls them back */
	return false;
}

bool ferry_oracle_writer_flush(FerryWriter *base, int64_t *ret_rows, GError **error)
{
	FerryOracleWriter *w = oracle_writer(base);

	if (ret_rows)
		*ret_rows = w->n_rows;
	w->n_rows = 0;
	return true;
}

int64_t ferry_oracle_writer_refused_row(FerryWriter *base)
{
	return oracle_writer(base)->refused;
}

void ferry_oracle_writer_close(FerryWriter *base)
{
	FerryOracleWriter *w = oracle_writer(base);

	forget_cursor(w);
	g_free(w->doing);
	g_free(w->columns);
	g_free(w->is_last);
	if (w->sql)
		g_string_free(w->sql, TRUE);
	if (w->binds)
		g_array_unref(w->binds);
}

/* ---- merging ---- */

static bool is_in(const GPtrArray *key, const char *name)
{
	return g_ptr_array_find_with_equal_func((GPtrArray *)key, name, g_str_equal, NULL);
}

static void append_on(GString *sql, const GPtrArray *key)
{
	for (guint i = 0; i < key->len; i++) {
		g_string_append(sql, i > 0 ? " AND t." : ") s ON (t.");
		ferry_oracle_append_identifier(sql, key->pdata[i]);
		g_string_append(sql, " = s.");
		ferry_oracle_append_identifier(sql, key->pdata[i]);
	}
	g_string_append_c(sql, ')');
}

static void append_list(GString *sql, const FerrySchema *schema, const char *before, const char *prefix)
{
	for (size_t i = 0; i < schema->n_fields; i++) {
		g_string_append(sql, i > 0 ? ", " : before);
		g_string_append(sql, prefix);
		ferry_oracle_append_identifier(sql, schema->fields[i].name);
	}
	g_string_append_c(sql, ')');
}

bool ferry_oracle_writer_merge(FerryWriter *base, const GPtrArray *key, GError **error)
{
	FerryOracleWriter *w = oracle_writer(base);
	const FerrySchema *schema = base->schema;
	GString *sql = g_string_assign(w->sql, "MERGE INTO ");
	bool is_first = true;

	w->is_merge = true;
	append_table(sql, base->table);
	g_string_append(sql, " t USING (SELECT ");
	for (size_t i = 0; i < schema->n_fields; i++) {
		g_string_append_printf(sql, "%s:%zu ", i > 0 ? ", " : "", i + 1);
		ferry_oracle_append_identifier(sql, schema->fields[i].name);
	}
	g_string_append(sql, " FROM DUAL");
	append_on(sql, key);
	for (size_t i = 0; i < schema->n_fields; i++) {
		const char *name = schema->fields[i].name;
		if (is_in(key, name))
			continue;
		g_string_append(sql, is_first ? " WHEN MATCHED THEN UPDATE SET t." : ", t.");
		ferry_oracle_append_identifier(sql, name);
		g_string_append(sql, " = s.");
		ferry_oracle_append_identifier(sql, name);
		is_first = false;
	}
	append_list(sql, schema, " WHEN NOT MATCHED THEN INSERT (", "");
	append_list(sql, schema, " VALUES (", "s.");
	return true;
}
