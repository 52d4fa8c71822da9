/*
 * The parser's own words, shared by expression.c (grammar), expression_arithmetic.c and expression_compare.c
 * (its middle), expression_emit.c (pieces: what has been read, already in the target's dialect) and
 * expression_functions.c (calls). Private to mapping/.
 */
#pragma once

#include "mapping/expression.h"
#include "mapping/expression_lex.h"

/* What a value is in the target. Finer than needed nowhere: it only has to tell apart what behaves
 * differently. */
typedef enum {
	KIND_UNKNOWN, /* no types are known */
	KIND_NULL,
	KIND_BOOL, /* in SQLite the same as INT */
	KIND_INT,
	KIND_DECIMAL,
	KIND_FLOAT,
	KIND_TEXT,
	KIND_DATE,
	KIND_TIME,
	KIND_TIMESTAMP,
	KIND_TIMESTAMPTZ,
	KIND_UUID,
	KIND_JSON,
	KIND_ENUM,
	KIND_OTHER,
	N_KINDS
} Kind;

/* How loosely the outermost operator binds; an operand that binds more loosely than its place asks gets
 * brackets. */
typedef enum {
	LEVEL_OR,
	LEVEL_AND,
	LEVEL_NOT,
	LEVEL_COMPARE,
	LEVEL_OTHER,
	LEVEL_ADD,
	LEVEL_MULTIPLY,
	LEVEL_UNARY,
	LEVEL_ATOM
} Level;

/* A finished part of the expression in the target's dialect. */
typedef struct Piece {
	char *text;
	Kind kind;
	Level level;
	char *literal;   /* value of a text literal, else NULL */
	bool is_number;  /* a numeric literal */
	bool is_narrow;  /* arithmetic must ferry_expr_widen it first: the source computes in 64 bits
			    (doubles), the target would not */
	bool is_wide;    /* an integer that the target computes as a numeric, without an end */
	bool is_folding; /* text that the source compares without regard to case */
	bool is_padded;  /* char(n): LIKE sees the blanks at its end in PostgreSQL only */
	bool is_date;    /* Oracle's DATE rather than a TIMESTAMP: - gives days */
	char *seconds;   /* a number of days from dates: its seconds, before they are divided; else NULL */
	bool is_result;  /* made to be of the result's type */
} Piece;

void ferry_expr_piece_free(Piece *piece);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Piece, ferry_expr_piece_free)

/* What has come together so far in one result: of CASE, COALESCE, … Begins as KIND_NULL. */
typedef struct Common {
	Kind kind;
	bool is_padded; /* one of them is */
	bool has_plain; /* one is a text that is neither padded nor a literal */
	bool is_date;   /* all are */
} Common;

typedef struct Parser {
	const FerryExpressionContext *context;
	bool from_mysql, from_postgres, from_sqlite, from_oracle, to_postgres, to_sqlite;
	GArray *tokens;
	guint at;
	unsigned depth;
	struct View *view; /* or NULL: within a query, view_internal.h */
	char *reason;      /* set once, by whoever fails first */
	char *remark;
} Parser;

/* Set the reason (the first one stays) and return NULL or false. */
Piece *ferry_expr_refuse(Parser *p, const char *format, ...) G_GNUC_PRINTF(2, 3);
void ferry_expr_add_remark(Parser *p, const char *text);

Piece *ferry_expr_piece_new(Kind kind, Level level, const char *format, ...) G_GNUC_PRINTF(3, 4);
Piece *ferry_expr_piece_literal(const char *value);
/* The piece's text, in brackets where it binds more loosely than level; borrowed from the piece. */
const char *ferry_expr_text_at(Piece *piece, Level level);
const char *ferry_expr_kind_name(Kind kind);
bool ferry_expr_is_kind_numeric(Kind kind);
Kind ferry_expr_kind_of_type(const Parser *p, const FerryType *type);

/* Makes the piece a condition; false with a reason. */
bool ferry_expr_make_condition(Parser *p, Piece *piece);
/* Makes both comparable (a literal takes the other's kind); is_order: < > rather than =. */
bool ferry_expr_make_comparable(Parser *p, Piece *left, Piece *right, bool is_order);
/* Makes the piece of one kind with the others of a result. */
bool ferry_expr_make_common(Parser *p, Piece *piece, Common *common);
/* The result itself; text is taken. */
Piece *ferry_expr_common_piece(const Parser *p, const Common *common, char *text);
/* Makes the piece one of the column's type. */
bool ferry_expr_make_result(Parser *p, Piece *piece, const FerryType *type);
/* Widens operands of + - *. */
void ferry_expr_widen(Parser *p, Piece *piece);

/* ---- tokens ---- */
const Token *ferry_expr_peek(const Parser *p);
const Token *ferry_expr_peek_next(const Parser *p);
bool ferry_expr_at_word(const Parser *p, const char *word);
bool ferry_expr_at_operator(const Parser *p, const char *operator);
bool ferry_expr_accept_word(Parser *p, const char *word);
bool ferry_expr_accept_operator(Parser *p, const char *operator);
bool ferry_expr_expect_operator(Parser *p, const char *operator);
bool ferry_expr_expect_word(Parser *p, const char *word);

/* ---- calls ---- */

#define FERRY_EXPR_MAX_ARGS 16

typedef struct Args {
	Piece *all[FERRY_EXPR_MAX_ARGS];
	guint n;
} Args;

typedef struct ExprFunction {
	const char *name; /* in lower case */
	guint min_args, max_args;
	Piece *(*call)(Parser *p, const char *name, Args *args);
} ExprFunction;

/* expression_oracle.c: what only Oracle has. */
const ExprFunction *ferry_expr_find_oracle_function(const char *name);
/* A text that is empty is NULL there: what a function gives is made so. */
Piece *ferry_expr_oracle_emptiness(Piece *piece, const char *function);
/* SYSDATE, USER, DATE '…' and the like; NULL without a reason: none of them. */
Piece *ferry_expr_parse_oracle_word(Parser *p);
/* a || b, where NULL is no more than an empty text. */
Piece *ferry_expr_oracle_concat(Parser *p, Piece *left, Piece *right);
/* A moment and a number of days; NULL without a reason: they are something else. */
Piece *ferry_expr_oracle_days(Parser *p, Piece *left, const char *operator, Piece * right);
/* Days between dates by a number; NULL without a reason: they are something else. */
Piece *ferry_expr_oracle_times(Piece *left, Piece *right);
/* The days that so many seconds are; seconds binds as a product. */
Piece *ferry_expr_oracle_days_of(Kind kind, char *seconds);
/* The first that is not NULL. */
Piece *ferry_expr_call_common(Parser *p, const char *name, Args *args);

#define FERRY_EXPR_MAX_DEPTH 100 /* brackets within brackets; beyond it no author is at work */

Piece *ferry_expr_parse_expression(Parser *p);
/* What AND joins. */
Piece *ferry_expr_parse_term(Parser *p);
/* view_atom.c: what only queries have, NULL without a reason: none of it; and behind IN and its bracket. */
Piece *ferry_view_parse_atom(Parser *p);
Piece *ferry_expr_parse_in_query(Parser *p, Piece *left, bool is_not);
/* An atom with what is written behind it: casts, COLLATE. */
Piece *ferry_expr_parse_postfix(Parser *p);
/* What stands on one side of a comparison. */
Piece *ferry_expr_parse_operand(Parser *p);
/* An operand with the comparisons that follow it. */
Piece *ferry_expr_parse_predicate(Parser *p);
/* After name and opening bracket. */
Piece *ferry_expr_parse_call(Parser *p, const char *name);
/* CURRENT_DATE and the like, without brackets; NULL without a reason: none of them. */
Piece *ferry_expr_parse_bare_function(Parser *p, const char *name);
/* value to a type that follows: CAST's AS …, or after ::. */
Piece *ferry_expr_parse_cast(Parser *p, Piece *value);
