/*
 * Pieces of an expression in the target's dialect: brackets, kinds, and the small repairs that make two
 * pieces fit each other (a literal 1 beside a boolean becomes TRUE, an integer in a condition becomes x <>
 * 0).
 */
#include "mapping/expression_internal.h"

#include "data/value_text.h"

#include <stdarg.h>
#include <string.h>

void ferry_expr_piece_free(Piece *piece)
{
	if (!piece)
		return;
	g_free(piece->text);
	g_free(piece->literal);
	g_free(piece->seconds);
	g_free(piece);
}

Piece *ferry_expr_refuse(Parser *p, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	if (!p->reason)
		p->reason = g_strdup_vprintf(format, args);
	va_end(args);
	return NULL;
}

void ferry_expr_add_remark(Parser *p, const char *text)
{
	g_autofree char *before = p->remark;
	g_auto(GStrv) told = g_strsplit(before ? before : "", "; ", -1);

	if (g_strv_contains((const char *const *)told, text))
		p->remark = g_steal_pointer(&before);
	else
		p->remark = before ? g_strjoin("; ", before, text, NULL) : g_strdup(text);
}

Piece *ferry_expr_piece_new(Kind kind, Level level, const char *format, ...)
{
	Piece *piece = g_new0(Piece, 1);
	va_list args;

	va_start(args, format);
	piece->text = g_strdup_vprintf(format, args);
	va_end(args);
	piece->kind = kind;
	piece->level = level;
	return piece;
}

Piece *ferry_expr_piece_literal(const char *value)
{
	GString *text = g_string_new("'");
	Piece *piece = g_new0(Piece, 1);

	for (const char *c = value; *c; c++) {
		if (*c == '\'')
			g_string_append_c(text, '\'');
		g_string_append_c(text, *c);
	}
	piece->text = g_string_free(g_string_append_c(text, '\''), FALSE);
	piece->kind = KIND_TEXT;
	piece->level = LEVEL_ATOM;
	piece->literal = g_strdup(value);
	return piece;
}

static void set_text(Piece *piece, char *text, Level level)
{
	g_free(piece->text);
	piece->text = text;
	piece->level = level;
}

const char *ferry_expr_text_at(Piece *piece, Level level)
{
	if (piece->level < level)
		set_text(piece, g_strdup_printf("(%s)", piece->text), LEVEL_ATOM);
	return piece->text;
}

const char *ferry_expr_kind_name(Kind kind)
{
	static const char *const names[N_KINDS] = {
		[KIND_UNKNOWN] = "an unknown type",
		[KIND_NULL] = "NULL",
		[KIND_BOOL] = "a boolean",
		[KIND_INT] = "an integer",
		[KIND_DECIMAL] = "a decimal",
		[KIND_FLOAT] = "a float",
		[KIND_TEXT] = "a text",
		[KIND_DATE] = "a date",
		[KIND_TIME] = "a time",
		[KIND_TIMESTAMP] = "a timestamp",
		[KIND_TIMESTAMPTZ] = "a timestamp with time zone",
		[KIND_UUID] = "a uuid",
		[KIND_JSON] = "a json value",
		[KIND_ENUM] = "an enum",
		[KIND_OTHER] = "another type",
	};

	return names[kind];
}

bool ferry_expr_is_kind_numeric(Kind kind)
{
	return kind == KIND_INT || kind == KIND_DECIMAL || kind == KIND_FLOAT;
}

Kind ferry_expr_kind_of_type(const Parser *p, const FerryType *type)
{
	switch (type->id) {
	case FERRY_TYPE_BOOL: return p->to_sqlite ? KIND_INT : KIND_BOOL;
	case FERRY_TYPE_INT8:
	case FERRY_TYPE_INT16:
	case FERRY_TYPE_INT32:
	case FERRY_TYPE_INT64: return KIND_INT;
	case FERRY_TYPE_FLOAT32:
	case FERRY_TYPE_FLOAT64: return KIND_FLOAT;
	case FERRY_TYPE_DECIMAL:
		/* SQLite keeps up to 15 digits as a number; more are text there, which compares as such. */
		return p->to_sqlite && (type->precision <= 0 || type->precision > 15) ? KIND_OTHER
										      : KIND_DECIMAL;
	case FERRY_TYPE_TEXT: return KIND_TEXT;
	case FERRY_TYPE_DATE: return KIND_DATE;
	case FERRY_TYPE_TIME: return KIND_TIME;
	case FERRY_TYPE_TIMESTAMP: return KIND_TIMESTAMP;
	case FERRY_TYPE_TIMESTAMPTZ: return KIND_TIMESTAMPTZ;
	case FERRY_TYPE_UUID: return KIND_UUID;
	case FERRY_TYPE_JSON: return KIND_JSON;
	default: return KIND_OTHER;
	}
}

bool ferry_expr_make_condition(Parser *p, Piece *piece)
{
	switch (piece->kind) {
	case KIND_UNKNOWN:
	case KIND_NULL:
	case KIND_BOOL: return true;
	case KIND_INT:
	case KIND_DECIMAL:
	case KIND_FLOAT:
		if (p->to_sqlite)
			return true;
		ferry_expr_text_at(piece, LEVEL_OTHER);
		set_text(piece, g_strdup_printf("%s <> 0", piece->text), LEVEL_COMPARE);
		piece->kind = KIND_BOOL;
		return true;
	default:
		ferry_expr_refuse(p, "%s (%s) stands where a condition is needed", piece->text,
				  ferry_expr_kind_name(piece->kind));
		return false;
	}
}

/* A number 0 or 1 beside a boolean becomes FALSE or TRUE, and TRUE beside a number becomes 1. */
static bool number_to_bool(Piece *piece)
{
	bool is_one = strcmp(piece->text, "1") == 0;

	if (!piece->is_number || !(is_one || strcmp(piece->text, "0") == 0))
		return false;
	set_text(piece, g_strdup(is_one ? "TRUE" : "FALSE"), LEVEL_ATOM);
	piece->kind = KIND_BOOL;
	piece->is_number = false;
	return true;
}

static bool bool_to_number(Piece *piece)
{
	bool is_true = strcmp(piece->text, "TRUE") == 0;

	if (!is_true && strcmp(piece->text, "FALSE") != 0)
		return false;
	set_text(piece, g_strdup(is_true ? "1" : "0"), LEVEL_ATOM);
	piece->kind = KIND_INT;
	piece->is_number = true;
	return true;
}

/* In SQLite dates are text: only the one way of writing them that Ferry loads compares right. */
static bool reads_as_kind(const Parser *p, const char *text, Kind kind)
{
	size_t len = strlen(text);
	int64_t i64;
	int32_t days;
	bool has_zone = false;

	switch (kind) {
	case KIND_DATE: return ferry_parse_date(text, len, &days) && (!p->to_sqlite || len == 10);
	case KIND_TIME: return ferry_parse_time(text, len, &i64) && (!p->to_sqlite || len == 8);
	case KIND_TIMESTAMP:
		return ferry_parse_timestamp(text, len, &i64, &has_zone) && !has_zone &&
		       (!p->to_sqlite || len == 19);
	case KIND_UUID: return len == 36 && g_uuid_string_is_valid(text);
	case KIND_ENUM:
	case KIND_TEXT: return true;
	default: return false;
	}
}

/* A text literal beside something of another kind. */
static bool adapt_literal(Parser *p, Piece *literal, Kind kind)
{
	if (ferry_expr_is_kind_numeric(kind) &&
	    ferry_parse_decimal(literal->literal, strlen(literal->literal))) {
		set_text(literal, g_strdup(literal->literal), LEVEL_ATOM);
		literal->kind = kind;
		literal->is_number = true;
		g_clear_pointer(&literal->literal, g_free);
		return true;
	}
	if (!reads_as_kind(p, literal->literal, kind)) {
		ferry_expr_refuse(p, "%s does not read as %s", literal->text, ferry_expr_kind_name(kind));
		return false;
	}
	literal->kind = kind;
	return true;
}

static bool has_letters(const char *text)
{
	for (; *text; text++)
		if (g_ascii_isalpha(*text) || (unsigned char)*text >= 0x80)
			return true;
	return false;
}

static bool check_text(Parser *p, Piece *left, Piece *right, bool is_order)
{
	bool is_folding = left->is_folding || right->is_folding;
	const char *literal = left->literal ? left->literal : right->literal;

	if (p->view && left->is_padded != right->is_padded && !literal) {
		ferry_expr_refuse(p, "a CHAR is compared with a VARCHAR2, where the source sees its blanks");
		return false;
	}
	if (is_order && (p->from_sqlite || p->from_oracle) && p->to_postgres) {
		/* SQLite and Oracle compare bytes, and so does this collation. */
		ferry_expr_text_at(left, LEVEL_ATOM);
		set_text(left, g_strdup_printf("%s COLLATE \"C\"", left->text), LEVEL_UNARY);
		return true;
	}
	if (is_order && p->context->use == FERRY_USE_GENERATED) {
		ferry_expr_refuse(p, "the order of texts depends on the collation");
		return false;
	}
	if (is_folding && p->context->use == FERRY_USE_GENERATED) {
		ferry_expr_refuse(p, "the source compares texts without regard to case");
		return false;
	}
	if (is_order)
		ferry_expr_add_remark(p, "texts are ordered by the target's collation");
	else if (is_folding && !(literal && !has_letters(literal)))
		ferry_expr_add_remark(p, "texts are compared with regard to case in the target");
	return true;
}

static bool is_open(Kind kind)
{
	return kind == KIND_UNKNOWN || kind == KIND_NULL;
}

bool ferry_expr_make_comparable(Parser *p, Piece *left, Piece *right, bool is_order)
{
	if (is_open(left->kind) || is_open(right->kind))
		return true;
	if (left->literal && right->kind != KIND_TEXT && !adapt_literal(p, left, right->kind))
		return false;
	if (right->literal && left->kind != KIND_TEXT && !adapt_literal(p, right, left->kind))
		return false;
	if (left->kind == KIND_BOOL && right->kind == KIND_INT && !number_to_bool(right))
		bool_to_number(left);
	else if (right->kind == KIND_BOOL && left->kind == KIND_INT && !number_to_bool(left))
		bool_to_number(right);
	if (left->kind == KIND_TEXT && right->kind == KIND_TEXT)
		return check_text(p, left, right, is_order);
	if (ferry_expr_is_kind_numeric(left->kind) && ferry_expr_is_kind_numeric(right->kind))
		return true;
	if (left->kind != right->kind || left->kind == KIND_OTHER || left->kind == KIND_JSON ||
	    (left->kind == KIND_ENUM && is_order) || (left->kind == KIND_BOOL && is_order)) {
		ferry_expr_refuse(p, "%s (%s) is compared with %s (%s)", left->text,
				  ferry_expr_kind_name(left->kind), right->text,
				  ferry_expr_kind_name(right->kind));
		return false;
	}
	return true;
}

static bool join_kinds(Parser *p, Piece *piece, Kind *kind)
{
	if (is_open(piece->kind))
		return true;
	if (is_open(*kind)) {
		*kind = piece->kind;
		return true;
	}
	if (piece->literal && *kind != KIND_TEXT && !adapt_literal(p, piece, *kind))
		return false;
	if (*kind == KIND_BOOL && piece->kind == KIND_INT)
		number_to_bool(piece);
	else if (*kind == KIND_INT && piece->kind == KIND_BOOL)
		bool_to_number(piece);
	if (ferry_expr_is_kind_numeric(*kind) && ferry_expr_is_kind_numeric(piece->kind)) {
		*kind = MAX(*kind, piece->kind); /* INT < DECIMAL < FLOAT */
		return true;
	}
	if (*kind == piece->kind && *kind != KIND_OTHER)
		return true;
	ferry_expr_refuse(p, "%s meets %s in one result", ferry_expr_kind_name(*kind),
			  ferry_expr_kind_name(piece->kind));
	return false;
}

bool ferry_expr_make_common(Parser *p, Piece *piece, Common *common)
{
	bool is_first = is_open(common->kind);

	if (!join_kinds(p, piece, &common->kind))
		return false;
	if (is_open(piece->kind))
		return true;
	common->is_date = piece->is_date && (is_first || common->is_date);
	common->is_padded |= piece->is_padded;
	common->has_plain |= piece->kind == KIND_TEXT && !piece->is_padded && !piece->literal;
	if (!p->view || !common->is_padded || !common->has_plain)
		return true;
	ferry_expr_refuse(p, "a CHAR meets a VARCHAR2 in one result, where the source keeps its blanks");
	return false;
}

Piece *ferry_expr_common_piece(const Parser *p, const Common *common, char *text)
{
	Piece *piece = ferry_expr_piece_new(common->kind, LEVEL_ATOM, "%s", text);

	piece->is_padded = p->view && common->is_padded && common->kind == KIND_TEXT;
	piece->is_date = common->is_date;
	g_free(text);
	return piece;
}

void ferry_expr_widen(Parser *p, Piece *piece)
{
	if (!p->to_postgres || !piece->is_narrow)
		return;
	set_text(piece,
		 g_strdup_printf("CAST(%s AS %s)", piece->text,
				 piece->kind == KIND_FLOAT ? "double precision" : "bigint"),
		 LEVEL_ATOM);
	piece->is_narrow = false;
	piece->is_number = false;
}

static bool fits(Parser *p, Piece *piece, Kind want)
{
	if (piece->kind == want || piece->kind == KIND_NULL)
		return want != KIND_OTHER;
	switch (want) {
	case KIND_BOOL:
		if (piece->kind != KIND_INT)
			return false;
		return number_to_bool(piece) || ferry_expr_make_condition(p, piece);
	case KIND_INT:
		if (piece->kind == KIND_BOOL && !bool_to_number(piece) && p->to_postgres)
			set_text(piece, g_strdup_printf("CAST(%s AS integer)", piece->text), LEVEL_ATOM);
		/* Both round half away from zero. */
		return piece->kind == KIND_BOOL || piece->kind == KIND_INT ||
		       (piece->kind == KIND_DECIMAL && p->from_mysql && p->to_postgres);
	case KIND_DECIMAL: return piece->kind == KIND_INT;
	case KIND_FLOAT: return ferry_expr_is_kind_numeric(piece->kind);
	case KIND_TEXT:
		if (piece->kind == KIND_INT ||
		    (piece->kind == KIND_UUID && p->context->use == FERRY_USE_DEFAULT)) {
			set_text(piece, g_strdup_printf("CAST(%s AS text)", piece->text), LEVEL_ATOM);
			return true;
		}
		return false;
	case KIND_TIMESTAMP:
	case KIND_TIMESTAMPTZ:
	case KIND_DATE: return p->context->use == FERRY_USE_DEFAULT && piece->kind == KIND_TIMESTAMPTZ;
	default: return false;
	}
}

bool ferry_expr_make_result(Parser *p, Piece *piece, const FerryType *type)
{
	Kind want = ferry_expr_kind_of_type(p, type);

	if (piece->is_result)
		return true;
	if (piece->literal && want != KIND_TEXT && !(want == KIND_OTHER || want == KIND_JSON))
		return adapt_literal(p, piece, want);
	if (piece->literal && p->context->use == FERRY_USE_DEFAULT)
		return true;
	if (!fits(p, piece, want)) {
		ferry_expr_refuse(p, "it gives %s where the column holds %s",
				  ferry_expr_kind_name(piece->kind), ferry_expr_kind_name(want));
		return false;
	}
	return true;
}
