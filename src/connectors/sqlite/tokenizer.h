/*
 * SQLite's tokens, over a text that is borrowed. Comments and blanks are between tokens. Text that ends
 * inside a quote ends the token there.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>

typedef enum {
	SQLITE_TOKEN_END,
	SQLITE_TOKEN_WORD,   /* a bare name or keyword */
	SQLITE_TOKEN_NAME,   /* "…", `…` or […] */
	SQLITE_TOKEN_STRING, /* '…' */
	SQLITE_TOKEN_BLOB,   /* x'…' */
	SQLITE_TOKEN_NUMBER,
	SQLITE_TOKEN_OTHER /* one character of punctuation */
} SqliteTokenKind;

typedef struct SqliteToken {
	SqliteTokenKind kind;
	const char *text;
	size_t len;
} SqliteToken;

/* The token at or after *at, which moves behind it. */
SqliteToken ferry_sqlite_next_token(const char **at);
bool ferry_sqlite_token_is(const SqliteToken *token,
			   const char *word); /* a keyword in any case, or punctuation */
/* A name or a string without its quotes; anything else as it is. Newly allocated. */
char *ferry_sqlite_token_unquote(const SqliteToken *token);
