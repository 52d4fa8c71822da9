/*
 * Type rules: see cast.h. The parser goes through the words of the text once; what follows "to" is the
 * target's and is not looked into.
 */
#include "project/cast.h"

#include <stdlib.h>
#include <string.h>

typedef enum {
	GUARD_PRECISION,
	GUARD_SCALE,
	GUARD_UNSIGNED,
	GUARD_DEFAULT,
	GUARD_AUTO_INCREMENT,
	GUARD_NOT_NULL,
	N_GUARDS
} GuardKind;

typedef enum { OP_EQUAL, OP_NOT_EQUAL, OP_LESS, OP_LESS_EQUAL, OP_MORE, OP_MORE_EQUAL, N_OPS } Op;

static const char *const op_words[N_OPS + 1] = {"=", "!=", "<", "<=", ">", ">=", NULL};

typedef struct Guard {
	GuardKind kind;
	bool is_negated;
	Op op;
	int64_t number;
	char *value; /* DEFAULT; NULL: the word null */
} Guard;

struct FerryCast {
	char *glob; /* or NULL: of columns, where is_column, else of tables */
	bool is_column;
	char *type; /* normal form; NULL where is_column */
	bool is_unsigned;
	GArray *guards; /* Guard */
	char *target;
};

/* ---- names of types ---- */

static const struct {
	const char *name, *normal;
} other_names[] = {
	{"bool", "boolean"},
	{"bpchar", "character"},
	{"char", "character"},
	{"dec", "numeric"},
	{"decimal", "numeric"},
	{"double", "double precision"},
	{"float4", "real"},
	{"float8", "double precision"},
	{"int", "integer"},
	{"int2", "smallint"},
	{"int4", "integer"},
	{"int8", "bigint"},
	{"time without time zone", "time"},
	{"timestamp with time zone", "timestamptz"},
	{"timestamp without time zone", "timestamp"},
	{"time with time zone", "timetz"},
	{"varbit", "bit varying"},
	{"varchar", "character varying"},
};

/* Takes the words out of the list that say something else than the name. */
static char *normal_type(const char *native, bool *ret_is_unsigned)
{
	GString *name = g_string_new(NULL);
	guint depth = 0;
	char **words;
	GString *out = g_string_new(NULL);
	char *lower;

	for (const char *p = native; *p; p++) {
		depth += *p == '(';
		if (depth == 0)
			g_string_append_c(name, *p);
		if (*p == ')' && depth > 0) {
			depth--;
			g_string_append_c(name, ' ');
		}
	}
	lower = g_ascii_strdown(name->str, -1);
	words = g_strsplit_set(lower, " \t\n", -1);
	*ret_is_unsigned = false;
	for (char **word = words; *word; word++) {
		if (strcmp(*word, "unsigned") == 0)
			*ret_is_unsigned = true;
		else if (**word && strcmp(*word, "zerofill") != 0)
			g_string_append_printf(out, "%s%s", out->len ? " " : "", *word);
	}
	g_strfreev(words);
	g_free(lower);
	g_string_free(name, TRUE);
	for (size_t i = 0; i < G_N_ELEMENTS(other_names); i++)
		if (strcmp(out->str, other_names[i].name) == 0)
			g_string_assign(out, other_names[i].normal);
	return g_string_free(out, FALSE);
}

/* ---- parsing ---- */

typedef struct Reader {
	const char *text, *at;
	const char *start; /* of the last word */
	GString *word;
	bool is_quoted;
	GError **error;
} Reader;

static bool fail(Reader *r, const char *at, const char *expected)
{
	g_autofree char *found = g_utf8_substring(at, 0, MIN(g_utf8_strlen(at, -1), 20));

	return ferry_fail(r->error, FERRY_ERROR_USAGE,
			  "cast rule \"%s\": column %ld: expected %s, found %s%s%s", r->text,
			  g_utf8_pointer_to_offset(r->text, at) + 1, expected, *at ? "\"" : "",
			  *at ? found : "the end", *at ? "\"" : "");
}

static bool is_op_char(char c)
{
	return c == '=' || c == '!' || c == '<' || c == '>';
}

/* A quoted word's quote is doubled inside. */
static void read_quoted(Reader *r)
{
	char quote = *r->at++;

	r->is_quoted = true;
	while (*r->at && (*r->at != quote || r->at[1] == quote)) {
		r->at += *r->at == quote;
		g_string_append_c(r->word, *r->at++);
	}
	r->at += *r->at == quote;
}

/* False at the end of the text. */
static bool next(Reader *r)
{
	bool is_op;

	while (g_ascii_isspace(*r->at))
		r->at++;
	r->start = r->at;
	r->is_quoted = false;
	g_string_truncate(r->word, 0);
	if (!*r->at)
		return false;
	if (*r->at == '\'' || *r->at == '"') {
		read_quoted(r);
		return true;
	}
	is_op = is_op_char(*r->at);
	while (*r->at && !g_ascii_isspace(*r->at) && is_op_char(*r->at) == is_op)
		g_string_append_c(r->word, *r->at++);
	return true;
}

static bool at_word(const Reader *r, const char *word)
{
	return !r->is_quoted && g_ascii_strcasecmp(r->word->str, word) == 0;
}

static int find_op(const char *word)
{
	for (int i = 0; i < N_OPS; i++)
		if (strcmp(op_words[i], word) == 0)
			return i;
	return -1;
}

static bool read_number(Reader *r, Guard *guard)
{
	char *end = NULL;
	int op = next(r) ? find_op(r->word->str) : -1;

	if (op < 0)
		return fail(r, r->start, "one of = != < <= > >=");
	guard->op = (Op)op;
	if (next(r))
		guard->number = g_ascii_strtoll(r->word->str, &end, 10);
	if (!end || end == r->word->str || *end)
		return fail(r, r->start, "a number");
	return true;
}

static bool read_guard(Reader *r, Guard *guard)
{
	static const char expected[] = "precision, scale, unsigned, default, auto_increment or not null";

	if (!next(r))
		return fail(r, r->start, expected);
	while (at_word(r, "not")) {
		if (!next(r))
			return fail(r, r->start, expected);
		if (at_word(r, "null")) {
			guard->kind = GUARD_NOT_NULL;
			return true;
		}
		guard->is_negated = !guard->is_negated;
	}
	if (at_word(r, "precision") || at_word(r, "scale")) {
		guard->kind = at_word(r, "scale") ? GUARD_SCALE : GUARD_PRECISION;
		return read_number(r, guard);
	}
	if (at_word(r, "default")) {
		guard->kind = GUARD_DEFAULT;
		if (!next(r) || at_word(r, "to"))
			return fail(r, r->start, "the default's value");
		guard->value = at_word(r, "null") ? NULL : g_strdup(r->word->str);
		return true;
	}
	if (at_word(r, "unsigned") || at_word(r, "auto_increment")) {
		guard->kind = at_word(r, "unsigned") ? GUARD_UNSIGNED : GUARD_AUTO_INCREMENT;
		return true;
	}
	return fail(r, r->start, expected);
}

static void clear_guard(gpointer data)
{
	g_free(((Guard *)data)->value);
}

/* After "when", up to "to". */
static bool read_guards(Reader *r, FerryCast *cast)
{
	do {
		Guard guard = {0};
		bool is_ok = read_guard(r, &guard);

		g_array_append_val(cast->guards, guard);
		if (!is_ok)
			return false;
		if (!next(r))
			return fail(r, r->start, "and, or to and the target's type");
	} while (at_word(r, "and"));
	return at_word(r, "to") || fail(r, r->start, "and, or to and the target's type");
}

/* Words up to "when" or "to", at which it stops. */
static bool read_type(Reader *r, FerryCast *cast)
{
	g_autoptr(GString) type = g_string_new(NULL);

	for (;;) {
		if (at_word(r, "when") || at_word(r, "to"))
			break;
		if (strchr(r->word->str, '('))
			return fail(r, r->start,
				    "the type's name without numbers (say: tinyint when precision = 1)");
		g_string_append_printf(type, "%s%s", type->len ? " " : "", r->word->str);
		if (!next(r))
			return fail(r, r->start, "when with a condition, or to and the target's type");
	}
	cast->type = normal_type(type->str, &cast->is_unsigned);
	return cast->type[0] || fail(r, r->start, "the source's type");
}

static bool read_what(Reader *r, FerryCast *cast)
{
	static const char expected[] =
		"the source's type, \"column\" with a name, or \"table\" with a name and a type";

	if (!next(r))
		return fail(r, r->start, expected);
	cast->is_column = at_word(r, "column");
	if (cast->is_column || at_word(r, "table")) {
		if (!next(r))
			return fail(r, r->start,
				    cast->is_column ? "the column's name: table.column" : "the table's name");
		cast->glob = g_strdup(r->word->str);
		if (!next(r))
			return fail(r, r->start,
				    cast->is_column ? "when with a condition, or to and the target's type"
						    : "the source's type");
	}
	if (!cast->is_column)
		return read_type(r, cast);
	return at_word(r, "when") || at_word(r, "to") ||
	       fail(r, r->start, "when with a condition, or to and the target's type");
}

static bool read_rule(Reader *r, FerryCast *cast)
{
	if (!read_what(r, cast) || (at_word(r, "when") && !read_guards(r, cast)))
		return false;
	cast->target = g_strstrip(g_strdup(r->at));
	return cast->target[0] || fail(r, r->at + strlen(r->at), "the target's type");
}

FerryCast *ferry_cast_parse(const char *text, GError **error)
{
	g_autoptr(FerryCast) cast = NULL;
	Reader r = {.text = text, .at = text, .error = error};
	bool is_ok;

	if (!g_utf8_validate(text, -1, NULL)) {
		ferry_fail(error, FERRY_ERROR_USAGE, "a cast rule is not valid UTF-8");
		return NULL;
	}
	cast = g_new0(FerryCast, 1);
	cast->guards = g_array_new(FALSE, FALSE, sizeof(Guard));
	g_array_set_clear_func(cast->guards, clear_guard);
	r.word = g_string_new(NULL);
	is_ok = read_rule(&r, cast);
	g_string_free(r.word, TRUE);
	return is_ok ? g_steal_pointer(&cast) : NULL;
}

void ferry_cast_free(FerryCast *cast)
{
	if (!cast)
		return;
	g_free(cast->glob);
	g_free(cast->type);
	g_free(cast->target);
	g_array_unref(cast->guards);
	g_free(cast);
}

bool ferry_cast_is_for_columns(const FerryCast *cast)
{
	return cast->is_column;
}

const char *ferry_cast_get_target(const FerryCast *cast)
{
	return cast->target;
}

/* ---- matching ---- */

/* The numbers in the type's brackets; without any, those of the logical type. False: it has none. */
static bool find_number(const FerryColumnDef *column, GuardKind kind, int64_t *ret)
{
	const char *open = column->native_type ? strchr(column->native_type, '(') : NULL;
	char *end = NULL;

	if (open && g_ascii_isdigit(open[1])) {
		*ret = g_ascii_strtoll(open + 1, &end, 10);
		if (kind == GUARD_PRECISION)
			return true;
		*ret = *end == ',' ? g_ascii_strtoll(end + 1, NULL, 10) : 0;
		return true;
	}
	if (column->type.id != FERRY_TYPE_DECIMAL || column->type.precision <= 0)
		return false;
	*ret = kind == GUARD_PRECISION ? column->type.precision : column->type.scale;
	return true;
}

static bool compare(int64_t x, Op op, int64_t y)
{
	switch (op) {
	case OP_EQUAL: return x == y;
	case OP_NOT_EQUAL: return x != y;
	case OP_LESS: return x < y;
	case OP_LESS_EQUAL: return x <= y;
	case OP_MORE: return x > y;
	default: return x >= y;
	}
}

static bool has_default(const FerryColumnDef *column, const char *value)
{
	if (!value)
		return column->default_kind == FERRY_DEFAULT_NONE ||
		       column->default_kind == FERRY_DEFAULT_NULL;
	if (g_strcmp0(column->default_text, value) == 0)
		return true;
	return column->default_kind == FERRY_DEFAULT_CURRENT_TIMESTAMP &&
	       g_ascii_strcasecmp(value, "current_timestamp") == 0;
}

static bool guard_holds(const Guard *guard, const FerryColumnDef *column, bool is_unsigned)
{
	int64_t number;
	bool holds = false;

	switch (guard->kind) {
	case GUARD_PRECISION:
	case GUARD_SCALE:
		holds = find_number(column, guard->kind, &number) &&
			compare(number, guard->op, guard->number);
		break;
	case GUARD_UNSIGNED: holds = is_unsigned; break;
	case GUARD_DEFAULT: holds = has_default(column, guard->value); break;
	case GUARD_AUTO_INCREMENT: holds = column->identity != FERRY_IDENTITY_NONE; break;
	default: holds = column->not_null; break;
	}
	return holds != guard->is_negated;
}

static bool glob_matches(const char *glob, const char *schema, const char *name)
{
	g_autoptr(GPatternSpec) spec = g_pattern_spec_new(glob);
	g_autofree char *full = schema ? g_strconcat(schema, ".", name, NULL) : NULL;

	return g_pattern_spec_match_string(spec, name) || (full && g_pattern_spec_match_string(spec, full));
}

bool ferry_cast_matches(const FerryCast *cast, const FerryTable *table, const FerryColumnDef *column)
{
	bool is_unsigned;
	g_autofree char *type = normal_type(column->native_type ? column->native_type : "", &is_unsigned);

	if (cast->is_column) {
		g_autofree char *name = g_strconcat(table->name, ".", column->name, NULL);

		if (!glob_matches(cast->glob, table->schema, name))
			return false;
	} else {
		if (strcmp(type, cast->type) != 0 || (cast->is_unsigned && !is_unsigned))
			return false;
		if (cast->glob && !glob_matches(cast->glob, table->schema, table->name))
			return false;
	}
	for (guint i = 0; i < cast->guards->len; i++)
		if (!guard_holds(&g_array_index(cast->guards, Guard, i), column, is_unsigned))
			return false;
	return true;
}
