/*
 * Moments in Oracle's expressions. A DATE is a timestamp here. Literals with a format become literals in ISO
 * form; the formats of TO_CHAR mean the same in PostgreSQL as far as they are let through.
 */
#include "mapping/expression_oracle.h"

#include "data/value_text.h"

#include <stdlib.h>
#include <string.h>

static Piece *moment_literal(const Parser *p, const char *iso, bool is_date)
{
	Piece *piece = ferry_expr_piece_literal(iso);

	piece->kind = KIND_TIMESTAMP;
	piece->is_date = is_date;
	if (p->view) { /* where nothing beside it says what it is */
		g_autofree char *bare = g_steal_pointer(&piece->text);

		piece->text = g_strconcat("TIMESTAMP ", bare, NULL);
		g_clear_pointer(&piece->literal, g_free);
	}
	return piece;
}

static Piece *as_date(Piece *piece, bool is_date)
{
	piece->is_date = is_date;
	return piece;
}

Piece *ferry_expr_oracle_typed_literal(Parser *p, const char *word)
{
	const char *text = ferry_expr_peek_next(p)->text;
	int64_t us;
	bool has_zone;

	if (strcmp(word, "date") != 0 && strcmp(word, "timestamp") != 0)
		return NULL;
	if (!ferry_parse_timestamp(text, strlen(text), &us, &has_zone) || has_zone)
		return ferry_expr_refuse(p, "the literal %s '%s'", word, text);
	p->at += 2;
	return moment_literal(p, text, strcmp(word, "date") == 0);
}

Piece *ferry_expr_oracle_clock(Parser *p)
{
	if (ferry_expr_accept_operator(p, "(")) {
		if (ferry_expr_peek(p)->kind == TOKEN_NUMBER)
			p->at++;
		if (!ferry_expr_expect_operator(p, ")"))
			return NULL;
	}
	return ferry_expr_piece_new(KIND_TIMESTAMPTZ, LEVEL_ATOM, "CURRENT_TIMESTAMP");
}

Piece *ferry_expr_oracle_local_clock(Parser *p, const char *word)
{
	bool is_date = strcmp(word, "localtimestamp") != 0;

	ferry_expr_add_remark(p, "the clock is that of the target's transaction, in the session's time zone");
	return as_date(
		ferry_expr_piece_new(KIND_TIMESTAMP, LEVEL_ATOM, "%s",
				     is_date ? "date_trunc('second', LOCALTIMESTAMP)" : "LOCALTIMESTAMP"),
		is_date);
}

static bool is_moment(const Piece *piece)
{
	return piece->kind == KIND_TIMESTAMP || piece->kind == KIND_TIMESTAMPTZ;
}

/* ---- days ---- */

Piece *ferry_expr_oracle_days_of(Kind kind, char *seconds)
{
	Piece *piece = ferry_expr_piece_new(kind, LEVEL_MULTIPLY, "%s / 86400", seconds);

	piece->seconds = seconds;
	return piece;
}

/* Between two DATEs; where one is a TIMESTAMP, it is an interval. */
static Piece *days_between(Parser *p, Piece *left, Piece *right)
{
	if (!p->view)
		return ferry_expr_refuse(p, "the days between two dates");
	if (!left->is_date || !right->is_date)
		return ferry_expr_refuse(
			p, "the difference of two timestamps, which is an interval in the source");
	ferry_expr_add_remark(p, "the days between two dates may have another number of digits");
	return ferry_expr_oracle_days_of(KIND_DECIMAL,
					 g_strdup_printf("CAST(EXTRACT(EPOCH FROM %s - %s) AS numeric)",
							 ferry_expr_text_at(left, LEVEL_ADD),
							 ferry_expr_text_at(right, LEVEL_MULTIPLY)));
}

/* Multiplied before they are divided, whole hours stay whole. */
Piece *ferry_expr_oracle_times(Piece *left, Piece *right)
{
	const Piece *days = left->seconds ? left : right;
	Piece *n = left->seconds ? right : left;

	if (!days->seconds || n->seconds || !ferry_expr_is_kind_numeric(n->kind))
		return NULL;
	return ferry_expr_oracle_days_of(
		MAX(days->kind, n->kind),
		g_strdup_printf("%s * %s", days->seconds, ferry_expr_text_at(n, LEVEL_UNARY)));
}

Piece *ferry_expr_oracle_days(Parser *p, Piece *left, const char *operator, Piece * right)
{
	if (left->seconds && right->seconds)
		return ferry_expr_oracle_days_of(
			MAX(left->kind, right->kind),
			g_strdup_printf("(%s %s %s)", left->seconds, operator, right->seconds));
	if (!is_moment(left))
		return NULL;
	if (is_moment(right) && strcmp(operator, "-") == 0)
		return days_between(p, left, right);
	if (is_moment(right))
		return ferry_expr_refuse(p, "a date %s a date", operator);
	if (!ferry_expr_is_kind_numeric(right->kind) || !p->to_postgres)
		return ferry_expr_refuse(p, "a date %s %s", operator, ferry_expr_kind_name(right->kind));
	return as_date(ferry_expr_piece_new(left->kind, LEVEL_ADD, "%s %s %s * INTERVAL '1 day'",
					    ferry_expr_text_at(left, LEVEL_ADD), operator,
					    ferry_expr_text_at(right, LEVEL_MULTIPLY)),
		       left->is_date);
}

/* ---- TO_DATE ---- */

typedef struct {
	int year, month, day, hour, minute, second;
} Parts;

static const struct {
	const char *word;
	size_t width, field; /* of Parts */
} fields[] = {
	{"YYYY", 4, offsetof(Parts, year)}, {"MM", 2, offsetof(Parts, month)},
	{"DD", 2, offsetof(Parts, day)},    {"HH24", 2, offsetof(Parts, hour)},
	{"MI", 2, offsetof(Parts, minute)}, {"SS", 2, offsetof(Parts, second)},
	{"MON", 3, offsetof(Parts, month)},
};

/* JAN to DEC; 0: none of them. */
static int month_of(const char *text)
{
	static const char names[] = "JANFEBMARAPRMAYJUNJULAUGSEPOCTNOVDEC";

	for (int i = 0; i < 12; i++)
		if (g_ascii_strncasecmp(text, names + 3 * i, 3) == 0)
			return i + 1;
	return 0;
}

/* The number at *text; moves behind it. */
static bool take_field(const char **text, size_t i, Parts *parts)
{
	int *value = (int *)((char *)parts + fields[i].field);
	size_t len = 0;

	if (strcmp(fields[i].word, "MON") == 0) {
		*value = month_of(*text);
		*text += *value ? 3 : 0;
		return *value != 0;
	}
	for (*value = 0; len < fields[i].width && g_ascii_isdigit((*text)[len]); len++)
		*value = *value * 10 + ((*text)[len] - '0');
	*text += len;
	return len > 0;
}

/* Which field the format goes on with; G_N_ELEMENTS(fields): none. */
static size_t find_field(const char *format)
{
	size_t i = 0;

	while (i < G_N_ELEMENTS(fields) &&
	       g_ascii_strncasecmp(format, fields[i].word, strlen(fields[i].word)) != 0)
		i++;
	return i;
}

static bool read_by_format(const char *text, const char *format, Parts *parts)
{
	while (*format) {
		size_t i = find_field(format);

		if (i < G_N_ELEMENTS(fields)) {
			if (!take_field(&text, i, parts))
				return false;
			format += strlen(fields[i].word);
		} else if (strchr("-/.,: ", *format) && *text == *format) {
			format++;
			text++;
		} else {
			return false;
		}
	}
	return *text == '\0' && parts->year > 0 &&
	       ferry_is_valid_date(parts->year, (unsigned)parts->month, (unsigned)parts->day) &&
	       parts->hour < 24 && parts->minute < 60 && parts->second < 60;
}

Piece *ferry_expr_oracle_to_date(Parser *p, const char *name, Args *a)
{
	Parts parts = {.day = 1}; /* the month that a format does not name is that of the clock */
	g_autofree char *iso = NULL;

	if (a->n < 2 || !a->all[0]->literal || !a->all[1]->literal)
		return ferry_expr_refuse(p, "%s of what is no literal with a format", name);
	if (!read_by_format(a->all[0]->literal, a->all[1]->literal, &parts))
		return ferry_expr_refuse(p, "%s(%s, %s)%s", name, a->all[0]->text, a->all[1]->text,
					 parts.month ? ""
						     : ", which has no month and takes that of the clock");
	iso = g_strdup_printf("%04d-%02d-%02d %02d:%02d:%02d", parts.year, parts.month, parts.day, parts.hour,
			      parts.minute, parts.second);
	return moment_literal(p, iso, strcmp(name, "to_date") == 0);
}

/* ---- TO_CHAR ---- */

static bool is_common_format(const char *format)
{
	while (*format) {
		size_t i = find_field(format);

		if (i < G_N_ELEMENTS(fields))
			format += strlen(fields[i].word);
		else if (strchr("-/.,: ", *format))
			format++;
		else
			return false;
	}
	return true;
}

Piece *ferry_expr_oracle_to_char(Parser *p, const char *name, Args *a)
{
	Piece *piece = a->all[0];

	if (p->view && piece->kind == KIND_TIMESTAMPTZ)
		return ferry_expr_refuse(p, "%s of a moment, whose time zone the target does not keep", name);
	if (a->n == 1 && (piece->kind == KIND_INT || piece->kind == KIND_TEXT))
		return ferry_expr_piece_new(KIND_TEXT, LEVEL_ATOM, "CAST(%s AS text)", piece->text);
	if (a->n < 2 || !is_moment(piece) || !a->all[1]->literal || !is_common_format(a->all[1]->literal))
		return ferry_expr_refuse(p, "to_char of %s%s%s", ferry_expr_kind_name(piece->kind),
					 a->n > 1 ? " with the format " : "",
					 a->n > 1 ? a->all[1]->text : "");
	/* Not immutable: its names of months follow the locale. */
	if (!p->to_postgres || p->context->use == FERRY_USE_GENERATED || p->context->use == FERRY_USE_INDEX)
		return ferry_expr_refuse(p, "the target's to_char has no place here");
	return ferry_expr_piece_new(KIND_TEXT, LEVEL_ATOM, "to_char(%s, %s)", piece->text, a->all[1]->text);
}

/* ---- months ---- */

Piece *ferry_expr_oracle_last_day(Parser *p, const char *name, Args *a)
{
	const char *day = ferry_expr_text_at(a->all[0], LEVEL_ATOM);

	if (!p->view || a->all[0]->kind != KIND_TIMESTAMP)
		return ferry_expr_refuse(p, "%s of %s", name, ferry_expr_kind_name(a->all[0]->kind));
	return as_date(
		ferry_expr_piece_new(KIND_TIMESTAMP, LEVEL_ADD,
				     "date_trunc('month', %s) + INTERVAL '1 month' - INTERVAL '1 day' + "
				     "(%s - date_trunc('day', %s))",
				     day, day, day),
		a->all[0]->is_date);
}

/* The last day of a month becomes the last one of another: it is the day before the first of the next. */
Piece *ferry_expr_oracle_add_months(Parser *p, const char *name, Args *a)
{
	const char *day = ferry_expr_text_at(a->all[0], LEVEL_ATOM);
	const char *n = ferry_expr_text_at(a->all[1], LEVEL_ATOM);

	if (!p->view || a->all[0]->kind != KIND_TIMESTAMP || a->all[1]->kind != KIND_INT)
		return ferry_expr_refuse(p, "%s of %s and %s", name, ferry_expr_kind_name(a->all[0]->kind),
					 ferry_expr_kind_name(a->all[1]->kind));
	return as_date(ferry_expr_piece_new(KIND_TIMESTAMP, LEVEL_ATOM,
					    "CASE WHEN date_trunc('month', %s) <> date_trunc('month', %s + "
					    "INTERVAL '1 day') THEN %s + "
					    "INTERVAL '1 day' + %s * INTERVAL '1 month' - INTERVAL '1 day' "
					    "ELSE %s + %s * INTERVAL '1 "
					    "month' END",
					    day, day, day, n, day, n),
		       a->all[0]->is_date);
}

/* ---- TRUNC ---- */

Piece *ferry_expr_oracle_trunc(Parser *p, const char *name, Args *a)
{
	static const struct {
		const char *format, *unit;
	} units[] = {{"DD", "day"},    {"MM", "month"},  {"MONTH", "month"}, {"YYYY", "year"},
		     {"YEAR", "year"}, {"HH24", "hour"}, {"MI", "minute"}};
	const Piece *piece = a->all[0];
	const char *format = a->n > 1 ? a->all[1]->literal : "DD";

	if (!p->to_postgres)
		return ferry_expr_refuse(p, "the target has no trunc");
	if (p->view && piece->kind == KIND_TIMESTAMPTZ)
		return ferry_expr_refuse(p, "%s of a moment, whose time zone the target does not keep", name);
	if (piece->kind == KIND_INT && a->n == 1)
		return ferry_expr_piece_new(KIND_INT, LEVEL_ATOM, "(%s)", piece->text);
	if (piece->kind == KIND_DECIMAL && a->n == 1)
		return ferry_expr_piece_new(KIND_DECIMAL, LEVEL_ATOM, "trunc(%s)", piece->text);
	for (size_t i = 0; is_moment(piece) && format && i < G_N_ELEMENTS(units); i++)
		if (g_ascii_strcasecmp(units[i].format, format) == 0)
			return as_date(ferry_expr_piece_new(piece->kind, LEVEL_ATOM, "date_trunc('%s', %s%s)",
							    units[i].unit, piece->literal ? "TIMESTAMP " : "",
							    piece->text),
				       true);
	return ferry_expr_refuse(p, "trunc of %s", ferry_expr_kind_name(piece->kind));
}
