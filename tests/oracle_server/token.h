/* Oracle SQL cut into tokens. Comments and hints are dropped. */
#pragma once
#include <glib.h>

typedef enum {
	TOKEN_END,
	TOKEN_WORD,
	TOKEN_QUOTED,
	TOKEN_STRING,
	TOKEN_NUMBER,
	TOKEN_BIND,
	TOKEN_SYMBOL
} TokenKind;

typedef struct Token {
	TokenKind kind;
	guint position; /* in characters of the statement */
	const char *at; /* what the statement says */
	gsize len;
	char *text; /* what SQLite gets: words in upper case; NULL: nothing */
} Token;

typedef struct Tokens {
	GArray *list; /* of Token; a TOKEN_END closes it */
} Tokens;

void tokens_read(Tokens *t, const char *sql);
void tokens_clear(Tokens *t);
Token *tokens_at(const Tokens *t, guint i);                     /* the closing TOKEN_END behind the end */
gboolean tokens_is(const Tokens *t, guint i, const char *text); /* a word or symbol, in upper case */
void tokens_set(Tokens *t, guint i, const char *text);          /* NULL: leave it out */
void tokens_drop(Tokens *t, guint from, guint to);              /* to: behind the last */
/* Behind the parenthesis that closes the one at i. */
guint tokens_close(const Tokens *t, guint i);
char *tokens_join(const Tokens *t, guint from, guint to);
