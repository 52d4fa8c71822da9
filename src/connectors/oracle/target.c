/*
 * Oracle as a target: the operations. A transaction begins with the first change by itself, so begin only
 * remembers that what is executed belongs together; outside of it each statement is committed with its
 * execution. DDL commits always.
 */
#include "connectors/oracle/target.h"
#include "connectors/oracle/types.h"

#define COMMIT   14
#define ROLLBACK 15

#define MAX_LITERAL ((size_t)1900) /* bytes: twice as many where all are quotes */

static char *quote_identifier(const char *name)
{
	return ferry_oracle_quote_name(NULL, name);
}

static char *quote_literal(const char *text)
{
	if (!text || strlen(text) <= MAX_LITERAL)
		return text ? ferry_oracle_quote_text(text) : NULL;
	/* A literal has at most 4000 bytes: several, joined. Cut between characters. */
	GString *out = g_string_new(NULL);
	while (*text) {
		size_t n = MIN(strlen(text), MAX_LITERAL);
		while (text[n] && n > 0 && ((uint8_t)text[n] & 0xc0) == 0x80)
			n--;
		g_autofree char *piece = g_strndup(text, n ? n : MAX_LITERAL);
		g_string_append(out, out->len ? " || TO_CLOB(" : "TO_CLOB(");
		ferry_oracle_append_literal(out, piece);
		g_string_append_c(out, ')');
		text += strlen(piece);
	}
	return g_string_free(out, FALSE);
}

static char *call_literal(const char *before, const char *text, size_t len, const char *behind)
{
	g_autofree char *value = g_strndup(text, len);
	GString *out = g_string_new(before);

	ferry_oracle_append_literal(out, value);
	g_string_append(out, behind);
	return g_string_free(out, FALSE);
}

static char *uuid_literal(const char *text)
{
	g_auto(GStrv) parts = g_strsplit(text, "-", -1);
	g_autofree char *hex = g_strjoinv("", parts);

	return call_literal("HEXTORAW(", hex, strlen(hex), ")");
}

static char *moment_literal(FerryTypeId id, const char *text, size_t len)
{
	GString *out = g_string_new(NULL);

	if (!ferry_oracle_append_moment(out, id, text, len))
		ferry_oracle_append_literal(out, text);
	return g_string_free(out, FALSE);
}

/* What the server would make of a text goes by the column's type: hexadecimal digits, a number, a day. */
static char *value_literal(const FerryType *type, const char *text, size_t len)
{
	switch (type->id) {
	case FERRY_TYPE_BOOL: return g_strdup(*text == 't' ? "1" : "0");
	case FERRY_TYPE_UUID: return uuid_literal(text);
	case FERRY_TYPE_BYTES: return call_literal("HEXTORAW(", text + 2, len - 2, ")"); /* behind its \x */
	case FERRY_TYPE_DATE:
	case FERRY_TYPE_TIMESTAMP:
	case FERRY_TYPE_TIMESTAMPTZ: return moment_literal(type->id, text, len);
	default: return quote_literal(text);
	}
}

static char *default_schema(FerryConnection *c)
{
	return g_strdup(ferry_oracle(c)->schema);
}

/* Ferry's own tables are named without a schema. */
static bool enter_schema(FerryOracleConnection *c, GError **error)
{
	if (c->is_in_schema || strcmp(c->schema, c->user) == 0)
		return true;
	g_autofree char *name = ferry_oracle_quote_name(NULL, c->schema);
	g_autofree char *sql = g_strconcat("ALTER SESSION SET CURRENT_SCHEMA = ", name, NULL);
	c->is_in_schema = ferry_oracle_execute(c, sql, "cannot go to the schema", error);
	return c->is_in_schema;
}

static bool run_statement(FerryConnection *base, const char *sql, int64_t *ret_affected, GError **error)
{
	FerryOracleConnection *c = ferry_oracle(base);

	return enter_schema(c, error) &&
	       ferry_oracle_execute_dml(c, sql, !c->is_in_transaction, "the statement failed", ret_affected,
					error);
}

static bool query(FerryConnection *base, const char *sql, FerryRows **ret_rows, GError **error)
{
	FerryOracleConnection *c = ferry_oracle(base);

	return enter_schema(c, error) && ferry_oracle_query(c, sql, "the query failed", ret_rows, error);
}

/* ---- transactions ---- */

static bool begin(FerryConnection *base, GError **error)
{
	FerryOracleConnection *c = ferry_oracle(base);

	if (c->is_lost)
		return ferry_oracle_begin(c, "cannot begin a transaction", error);
	c->is_in_transaction = true;
	return true;
}

static bool end(FerryOracleConnection *c, uint8_t function, const char *doing, GError **error)
{
	c->is_in_transaction = false;
	if (!ferry_oracle_begin(c, doing, error))
		return false;
	ferry_oracle_put_function(c, function);
	return ferry_oracle_send(c, doing, error) && ferry_oracle_finish(c, doing, error);
}

static bool commit(FerryConnection *base, GError **error)
{
	return end(ferry_oracle(base), COMMIT, "cannot commit", error);
}

static void rollback(FerryConnection *base)
{
	FerryOracleConnection *c = ferry_oracle(base);
	g_autoptr(GError) ignored = NULL;

	if (!c->is_lost && !end(c, ROLLBACK, "cannot roll back", &ignored))
		g_debug("%s", ignored->message);
	c->is_in_transaction = false;
}

/* NUMBER(19) for 64 bits; a key's texts are short enough for an index of several. */
static const FerryWords words = {
	.text = "CLOB",
	.key_text = "VARCHAR2(1000)",
	.integer = "NUMBER(19)",
	.one_row = "FETCH FIRST 1 ROWS ONLY",
};

const FerryTargetOps ferry_oracle_target = {
	.writer_size = sizeof(FerryOracleWriter),
	.map_type = ferry_oracle_map_type,
	.ddl = ferry_oracle_ddl,
	.quote_identifier = quote_identifier,
	.quote_literal = quote_literal,
	.value_literal = value_literal,
	.default_schema = default_schema,
	.execute = run_statement,
	.query = query,
	.begin = begin,
	.commit = commit,
	.rollback = rollback,
	.open = ferry_oracle_writer_open,
	.check = ferry_oracle_writer_check,
	.append = ferry_oracle_writer_append,
	.flush = ferry_oracle_writer_flush,
	.refused_row = ferry_oracle_writer_refused_row,
	.close = ferry_oracle_writer_close,
	.merge = ferry_oracle_writer_merge,
	.parse_type = ferry_oracle_parse_type,
	.refuse_type = ferry_oracle_refuse_type,
	.note_limits = ferry_oracle_note_limits,
	.words = &words,
};
