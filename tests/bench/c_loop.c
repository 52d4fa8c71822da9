/*
 * The featureless loop that ferry is measured against: reads one table with mysql_use_result and writes it as
 * COPY text on one stream. No types, no checks, no restart, no progress; only what must be done to move the
 * bytes. Binary columns become \x…, everything else is escaped and passed on.
 *
 * usage: c_loop SOCKET-OR-PORT USER DATABASE QUERY  PG-CONNINFO COPY-STATEMENT
 */
#include <libpq-fe.h>
#include <mysql.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char *out;
static size_t out_len, out_cap;

static void reserve(size_t n)
{
	if (out_len + n <= out_cap)
		return;
	out_cap = (out_len + n) * 2;
	out = realloc(out, out_cap);
	if (!out)
		exit(3);
}

static void put_escaped(const char *s, unsigned long n)
{
	reserve(2 * n + 1);
	char *o = out + out_len;
	for (unsigned long i = 0; i < n; i++) {
		char c = s[i];
		switch (c) {
		case '\\':
			*o++ = '\\';
			*o++ = '\\';
			break;
		case '\t':
			*o++ = '\\';
			*o++ = 't';
			break;
		case '\n':
			*o++ = '\\';
			*o++ = 'n';
			break;
		case '\r':
			*o++ = '\\';
			*o++ = 'r';
			break;
		default: *o++ = c;
		}
	}
	out_len = (size_t)(o - out);
}

static void put_hex(const char *s, unsigned long n)
{
	static const char digits[] = "0123456789abcdef";
	reserve(2 * n + 4);
	memcpy(out + out_len, "\\\\x", 3);
	out_len += 3;
	for (unsigned long i = 0; i < n; i++) {
		out[out_len++] = digits[(unsigned char)s[i] >> 4];
		out[out_len++] = digits[s[i] & 15];
	}
}

static int is_binary(const MYSQL_FIELD *f)
{
	return f->charsetnr == 63 && (f->type == MYSQL_TYPE_BLOB || f->type == MYSQL_TYPE_STRING ||
				      f->type == MYSQL_TYPE_VAR_STRING);
}

static int fail(const char *what, const char *why)
{
	fprintf(stderr, "c_loop: %s: %s\n", what, why);
	return 2;
}

int main(int argc, char **argv)
{
	if (argc != 7)
		return fail("usage", "SOCKET-OR-PORT USER DATABASE QUERY CONNINFO COPY");
	MYSQL *my = mysql_init(NULL);
	int port = atoi(argv[1]);
	if (!mysql_real_connect(my, port ? "127.0.0.1" : NULL, argv[2], NULL, argv[3], (unsigned)port,
				port ? NULL : argv[1], 0))
		return fail("source", mysql_error(my));
	PGconn *pg = PQconnectdb(argv[5]);
	if (PQstatus(pg) != CONNECTION_OK)
		return fail("target", PQerrorMessage(pg));
	if (mysql_query(my, "SET NAMES utf8mb4") || mysql_query(my, argv[4]))
		return fail("query", mysql_error(my));
	MYSQL_RES *rows = mysql_use_result(my);
	unsigned n = mysql_num_fields(rows);
	int *binary = calloc(n, sizeof(int));
	for (unsigned i = 0; i < n; i++)
		binary[i] = is_binary(mysql_fetch_field_direct(rows, i));
	PGresult *r = PQexec(pg, argv[6]);
	if (PQresultStatus(r) != PGRES_COPY_IN)
		return fail("COPY", PQerrorMessage(pg));

	MYSQL_ROW row;
	while ((row = mysql_fetch_row(rows))) {
		unsigned long *len = mysql_fetch_lengths(rows);
		for (unsigned i = 0; i < n; i++) {
			reserve(3);
			if (i)
				out[out_len++] = '\t';
			if (!row[i]) {
				out[out_len++] = '\\';
				out[out_len++] = 'N';
			} else if (binary[i]) {
				put_hex(row[i], len[i]);
			} else {
				put_escaped(row[i], len[i]);
			}
		}
		reserve(1);
		out[out_len++] = '\n';
		if (out_len > 256 * 1024) {
			if (PQputCopyData(pg, out, (int)out_len) != 1)
				return fail("COPY", PQerrorMessage(pg));
			out_len = 0;
		}
	}
	if (mysql_errno(my))
		return fail("read", mysql_error(my));
	if ((out_len && PQputCopyData(pg, out, (int)out_len) != 1) || PQputCopyEnd(pg, NULL) != 1)
		return fail("COPY", PQerrorMessage(pg));
	while ((r = PQgetResult(pg))) {
		if (PQresultStatus(r) != PGRES_COMMAND_OK)
			return fail("COPY", PQerrorMessage(pg));
		PQclear(r);
	}
	PQfinish(pg);
	mysql_close(my);
	return 0;
}
