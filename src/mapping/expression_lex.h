/*
 * Tokens of SQL expressions (private to mapping/): names unquoted, literals decoded, so that the parser sees
 * no dialect's quoting. Comments, hexadecimal and bit literals are refused.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>

typedef enum {
	TOKEN_END,
	TOKEN_WORD,    /* keyword, function or unquoted name, as written */
	TOKEN_QUOTED,  /* a quoted name, without its quotes */
	TOKEN_STRING,  /* a literal's value */
	TOKEN_NUMBER,  /* as written */
	TOKEN_OPERATOR /* also brackets, comma and dot */
} TokenKind;

typedef struct Token {
	TokenKind kind;
	bool is_double_quoted; /* SQLite reads "x" as a literal where there is no such column */
	char *text;
} Token;

/* Token array that ends with TOKEN_END; NULL with *ret_reason. */
GArray *ferry_expression_lex(const char *expression, const char *dialect, char **ret_reason);
