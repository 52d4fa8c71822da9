/* Views of Oracle's for PostgreSQL: what is translated, and what is refused with its reason. */
#include "mapping/view_internal.h"

#include <string.h>

typedef struct Fixture {
	FerryViewRelation emp, dept;
} Fixture;

static void add(FerryViewRelation *relation, const char *name, const char *target, Kind kind)
{
	g_ptr_array_add(relation->columns, ferry_view_column_new(name, target, (int)kind));
}

static void fill(Fixture *f)
{
	FerryViewRelation *both[] = {&f->emp, &f->dept};

	for (size_t i = 0; i < G_N_ELEMENTS(both); i++)
		both[i]->columns = g_ptr_array_new_with_free_func((GDestroyNotify)ferry_view_column_free);
	f->emp.sql = g_strdup("emp");
	f->dept.sql = g_strdup("dept");
	add(&f->emp, "ID", "id", KIND_INT);
	add(&f->emp, "NAME", "name", KIND_TEXT);
	add(&f->emp, "HIRED", "hired", KIND_TIMESTAMP);
	add(&f->emp, "PAY", "pay", KIND_DECIMAL);
	add(&f->emp, "DEPT_ID", "dept_id", KIND_INT);
	add(&f->emp, "CODE", "code", KIND_TEXT);
	((FerryViewColumn *)f->emp.columns->pdata[5])->is_padded = true;
	((FerryViewColumn *)f->emp.columns->pdata[2])->is_date = true;
	add(&f->emp, "SECRET", NULL, KIND_TEXT);
	add(&f->dept, "DEPT_ID", "dept_id", KIND_INT);
	add(&f->dept, "TITLE", "title", KIND_TEXT);
	add(&f->dept, "MADE", "made", KIND_TIMESTAMP);
}

static void clear(Fixture *f)
{
	g_ptr_array_unref(f->emp.columns);
	g_ptr_array_unref(f->dept.columns);
	g_free(f->emp.sql);
	g_free(f->dept.sql);
}

static const FerryViewRelation *relation(const char *schema, const char *name, gpointer data)
{
	const Fixture *f = data;

	return strcmp(name, "EMP") == 0 ? &f->emp : strcmp(name, "DEPT") == 0 ? &f->dept : NULL;
}

static char *spell(const char *name, gpointer data)
{
	return g_ascii_strdown(name, -1);
}

/* expected beginning with '!': refused, and the reason holds what follows. */
static const struct {
	const char *query, *expected;
} cases[] = {
	{"SELECT id FROM emp", "SELECT \"emp\".\"id\" AS \"id\" FROM emp AS \"emp\""},
	{"select e.id n, 'x' || e.name from emp e -- all\n where e.pay > 10",
	 "SELECT \"e\".\"id\" AS \"n\", ('x' || coalesce(\"e\".\"name\", '')) FROM emp AS \"e\" WHERE "
	 "\"e\".\"pay\" > 10"},
	{"SELECT e.id, d.title FROM emp e, dept d WHERE e.dept_id = d.dept_id(+) AND e.id > 3",
	 "SELECT \"e\".\"id\" AS \"id\", \"d\".\"title\" AS \"title\" FROM emp AS \"e\" LEFT JOIN dept AS "
	 "\"d\" ON "
	 "\"e\".\"dept_id\" = \"d\".\"dept_id\" WHERE \"e\".\"id\" > 3"},
	{"SELECT e.id FROM dept d, emp e WHERE d.dept_id(+) = e.dept_id AND d.title(+) = 'x'",
	 "SELECT \"e\".\"id\" AS \"id\" FROM emp AS \"e\" LEFT JOIN dept AS \"d\" ON \"d\".\"dept_id\" = "
	 "\"e\".\"dept_id\" AND \"d\".\"title\" = 'x'"},
	{"SELECT * FROM dept",
	 "SELECT \"dept\".\"dept_id\", \"dept\".\"title\", \"dept\".\"made\" FROM dept AS \"dept\""},
	{"SELECT name FROM (SELECT name FROM emp ORDER BY pay DESC) WHERE ROWNUM <= 5",
	 "SELECT \"ferry_1\".\"name\" AS \"name\" FROM (SELECT \"emp\".\"name\" AS \"name\" FROM emp AS "
	 "\"emp\" ORDER "
	 "BY \"emp\".\"pay\" DESC) AS \"ferry_1\" LIMIT 5"},
	{"SELECT id FROM emp MINUS SELECT dept_id FROM dept",
	 "SELECT \"emp\".\"id\" AS \"id\" FROM emp AS \"emp\" EXCEPT SELECT \"dept\".\"dept_id\" AS "
	 "\"dept_id\" FROM dept "
	 "AS \"dept\""},
	{"SELECT dept_id, COUNT(*) n, AVG(pay) FROM emp GROUP BY dept_id HAVING COUNT(*) > 1 ORDER BY n",
	 "SELECT \"emp\".\"dept_id\" AS \"dept_id\", count(*) AS \"n\", avg(\"emp\".\"pay\") FROM emp AS "
	 "\"emp\" GROUP BY "
	 "\"emp\".\"dept_id\" HAVING count(*) > 1 ORDER BY \"n\""},
	{"SELECT DECODE(dept_id, 1, 'a', 'b') FROM emp",
	 "SELECT CASE WHEN \"emp\".\"dept_id\" = 1 THEN 'a' ELSE 'b' END FROM emp AS \"emp\""},
	{"SELECT id FROM emp WHERE hired < DATE '2020-01-31' AND EXISTS (SELECT 1 FROM dept WHERE "
	 "dept.dept_id = emp.dept_id)",
	 "SELECT \"emp\".\"id\" AS \"id\" FROM emp AS \"emp\" WHERE \"emp\".\"hired\" < TIMESTAMP "
	 "'2020-01-31' AND EXISTS "
	 "(SELECT 1 FROM dept AS \"dept\" WHERE \"dept\".\"dept_id\" = \"emp\".\"dept_id\")"},
	{"SELECT id, LEVEL FROM emp CONNECT BY PRIOR id = dept_id",
	 "SELECT \"emp\".\"id\" AS \"id\", \"emp\".ferry_level AS \"level\" FROM (WITH RECURSIVE "
	 "ferry_tree AS (SELECT \"emp\".\"id\", \"emp\".\"name\", \"emp\".\"hired\", \"emp\".\"pay\", "
	 "\"emp\".\"dept_id\", \"emp\".\"code\", 1 AS ferry_level, ARRAY[row_number() OVER ()] AS "
	 "ferry_order FROM emp AS \"emp\" UNION ALL SELECT \"emp\".\"id\", \"emp\".\"name\", "
	 "\"emp\".\"hired\", \"emp\".\"pay\", \"emp\".\"dept_id\", \"emp\".\"code\", "
	 "ferry_prior.ferry_level + 1, ferry_prior.ferry_order || row_number() OVER () FROM "
	 "ferry_tree AS ferry_prior JOIN emp AS \"emp\" ON ferry_prior.\"id\" = \"emp\".\"dept_id\") "
	 "SELECT * FROM ferry_tree ORDER BY ferry_order) AS \"emp\""},
	{"SELECT LEVEL n FROM dual CONNECT BY LEVEL <= 3",
	 "SELECT \"dual\".ferry_level AS \"n\" FROM (WITH RECURSIVE ferry_tree AS (SELECT "
	 "\"dual\".\"dummy\", 1 AS ferry_level, ARRAY[row_number() OVER ()] AS ferry_order FROM "
	 "(SELECT CAST('X' AS text) AS dummy) AS \"dual\" UNION ALL SELECT \"dual\".\"dummy\", "
	 "ferry_prior.ferry_level + 1, ferry_prior.ferry_order || row_number() OVER () FROM "
	 "ferry_tree AS ferry_prior JOIN (SELECT CAST('X' AS text) AS dummy) AS \"dual\" ON "
	 "ferry_prior.ferry_level + 1 <= 3) SELECT * FROM ferry_tree ORDER BY ferry_order) AS \"dual\""},
	{"SELECT LPAD(' ', 4) || name, SYS_CONNECT_BY_PATH(name, '/') p, CONNECT_BY_ROOT id r, PRIOR name "
	 "boss, CONNECT_BY_ISLEAF FROM emp e "
	 "WHERE LEVEL < 4 START WITH e.dept_id IS NULL CONNECT BY PRIOR e.id = e.dept_id ORDER SIBLINGS BY "
	 "e.name",
	 "SELECT nullif(coalesce(lpad(' ', 4, ' '), '') || coalesce(\"e\".\"name\", ''), ''), "
	 "\"e\".ferry_1 AS \"p\", \"e\".ferry_2 AS \"r\", \"e\".ferry_3 AS \"boss\", CASE WHEN EXISTS "
	 "(SELECT 1 FROM emp AS ferry_child WHERE \"e\".\"id\" = ferry_child.\"dept_id\") THEN 0 ELSE "
	 "1 END AS \"connect_by_isleaf\" FROM (WITH RECURSIVE ferry_tree AS (SELECT \"e\".\"id\", "
	 "\"e\".\"name\", \"e\".\"hired\", \"e\".\"pay\", \"e\".\"dept_id\", \"e\".\"code\", 1 AS "
	 "ferry_level, ARRAY[row_number() OVER ( ORDER BY (\"e\".\"name\") COLLATE \"C\")] AS "
	 "ferry_order, CAST('/' || coalesce(CAST(\"e\".\"name\" AS text), '') AS text) AS ferry_1, "
	 "\"e\".\"id\" AS ferry_2, CASE WHEN FALSE THEN \"e\".\"name\" END AS ferry_3 FROM emp AS "
	 "\"e\" WHERE \"e\".\"dept_id\" IS NULL UNION ALL SELECT \"e\".\"id\", \"e\".\"name\", "
	 "\"e\".\"hired\", \"e\".\"pay\", \"e\".\"dept_id\", \"e\".\"code\", ferry_prior.ferry_level "
	 "+ 1, ferry_prior.ferry_order || row_number() OVER ( ORDER BY (\"e\".\"name\") COLLATE "
	 "\"C\"), ferry_prior.ferry_1 || '/' || coalesce(CAST(\"e\".\"name\" AS text), '') AS "
	 "ferry_1, ferry_prior.ferry_2 AS ferry_2, CASE WHEN TRUE THEN ferry_prior.\"name\" END AS "
	 "ferry_3 FROM ferry_tree AS ferry_prior JOIN emp AS \"e\" ON ferry_prior.\"id\" = "
	 "\"e\".\"dept_id\") SELECT * FROM ferry_tree ORDER BY ferry_order) AS \"e\" WHERE "
	 "\"e\".ferry_level < 4"},
	{"SELECT id FROM emp CONNECT BY NOCYCLE PRIOR id = dept_id", "!NOCYCLE"},
	{"SELECT e.id FROM emp e, dept d WHERE e.id = 1 CONNECT BY PRIOR e.id = e.dept_id",
	 "!over several tables"},
	{"SELECT name n FROM emp ORDER BY n, 1 DESC, hired",
	 "SELECT \"emp\".\"name\" AS \"n\" FROM emp AS \"emp\" ORDER BY (\"emp\".\"name\") COLLATE "
	 "\"C\", (\"emp\".\"name\") COLLATE \"C\" DESC, \"emp\".\"hired\""},
	{"SELECT DISTINCT name n FROM emp ORDER BY n",
	 "SELECT DISTINCT \"emp\".\"name\" AS \"n\" FROM emp AS \"emp\" ORDER BY \"n\""},
	{"SELECT MAX(name), MIN(hired), RANK() OVER (PARTITION BY dept_id ORDER BY name DESC NULLS LAST) "
	 "FROM emp",
	 "SELECT max(\"emp\".\"name\" COLLATE \"C\") COLLATE \"default\", min(\"emp\".\"hired\"), rank() "
	 "OVER (PARTITION "
	 "BY \"emp\".\"dept_id\" ORDER BY (\"emp\".\"name\") COLLATE \"C\" DESC NULLS LAST) FROM emp "
	 "AS \"emp\""},
	{"SELECT name FROM emp WHERE name LIKE '%' || title ESCAPE '!'", "!title is not a column"},
	{"SELECT name FROM emp WHERE name LIKE '%!_' || name || '%' ESCAPE '!' AND name >= 'B'",
	 "SELECT \"emp\".\"name\" AS \"name\" FROM emp AS \"emp\" WHERE \"emp\".\"name\" LIKE "
	 "(coalesce(('%!_' || coalesce(\"emp\".\"name\", '')), '') || '%') ESCAPE '!' AND "
	 "\"emp\".\"name\" COLLATE \"C\" >= 'B'"},
	{"SELECT GREATEST(id, pay), LAST_DAY(hired), ADD_MONTHS(hired, 1) FROM emp",
	 "SELECT CASE WHEN \"emp\".\"id\" IS NULL OR \"emp\".\"pay\" IS NULL THEN NULL ELSE "
	 "greatest(\"emp\".\"id\", \"emp\".\"pay\") END, date_trunc('month', \"emp\".\"hired\") + "
	 "INTERVAL '1 month' - INTERVAL '1 day' + (\"emp\".\"hired\" - date_trunc('day', "
	 "\"emp\".\"hired\")), CASE WHEN date_trunc('month', \"emp\".\"hired\") <> "
	 "date_trunc('month', \"emp\".\"hired\" + INTERVAL '1 day') THEN \"emp\".\"hired\" + INTERVAL "
	 "'1 day' + 1 * INTERVAL '1 month' - INTERVAL '1 day' ELSE \"emp\".\"hired\" + 1 * INTERVAL "
	 "'1 month' END FROM emp AS \"emp\""},
	{"WITH w (a, b) AS (SELECT id, name FROM emp), x AS (SELECT b FROM w) SELECT w.a FROM w JOIN x USING "
	 "(b)",
	 "WITH \"w\" (\"a\", \"b\") AS (SELECT \"emp\".\"id\" AS \"id\", \"emp\".\"name\" AS \"name\" "
	 "FROM emp AS \"emp\"), \"x\" (\"b\") AS (SELECT \"w\".\"b\" AS \"b\" FROM \"w\" AS \"w\") "
	 "SELECT \"w\".\"a\" AS \"a\" FROM \"w\" AS \"w\" JOIN \"x\" AS \"x\" USING (\"b\")"},
	{"WITH w AS (SELECT id FROM emp UNION ALL SELECT id FROM w) SELECT id FROM w", "!speaks of itself"},
	{"SELECT e.id FROM emp e, emp \"e\"", "!called"},
	{"SELECT STDDEV(pay) FROM emp", "!stddev"},
	{"SELECT code || 'x' FROM emp", "!CHAR"},
	{"SELECT UPPER(code) FROM emp", "!CHAR"},
	{"SELECT id FROM emp WHERE code = name", "!CHAR"},
	{"SELECT id FROM emp WHERE code = 'x' AND NVL(code, 'y') = 'y'",
	 "SELECT \"emp\".\"id\" AS \"id\" FROM emp AS \"emp\" WHERE \"emp\".\"code\" = 'x' AND "
	 "coalesce(\"emp\".\"code\", 'y') = 'y'"},
	{"SELECT NVL(code, 'y') || 'a' FROM emp", "!CHAR"},
	{"SELECT id FROM emp UNION SELECT 1 FROM dual INTERSECT SELECT dept_id FROM dept ORDER BY 1",
	 "(SELECT \"emp\".\"id\" AS \"id\" FROM emp AS \"emp\" UNION SELECT 1 FROM (SELECT CAST('X' "
	 "AS text) AS dummy) AS \"dual\") INTERSECT SELECT \"dept\".\"dept_id\" AS \"dept_id\" FROM "
	 "dept AS \"dept\" ORDER BY \"id\""},
	{"SELECT id FROM emp WHERE id IN (1, 2) AND dept_id NOT IN (SELECT dept_id FROM dept) AND (SELECT "
	 "COUNT(*) FROM dept) > 1",
	 "SELECT \"emp\".\"id\" AS \"id\" FROM emp AS \"emp\" WHERE \"emp\".\"id\" IN (1, 2) AND "
	 "\"emp\".\"dept_id\" NOT IN (SELECT \"dept\".\"dept_id\" AS \"dept_id\" FROM dept AS "
	 "\"dept\") AND (SELECT count(*) FROM dept AS \"dept\") > 1"},
	{"SELECT LISTAGG(name, ', ') WITHIN GROUP (ORDER BY name) FROM emp GROUP BY dept_id",
	 "SELECT string_agg(CAST(\"emp\".\"name\" AS text), ', ' ORDER BY (\"emp\".\"name\") COLLATE "
	 "\"C\") FROM emp AS \"emp\" GROUP BY \"emp\".\"dept_id\""},
	{"SELECT id FROM emp ORDER BY pay DESC FETCH FIRST 3 ROWS ONLY",
	 "SELECT \"emp\".\"id\" AS \"id\" FROM emp AS \"emp\" ORDER BY \"emp\".\"pay\" DESC FETCH "
	 "FIRST 3 ROWS ONLY"},
	{"SELECT secret FROM emp", "!SECRET is left out"},
	{"SELECT x FROM elsewhere", "!ELSEWHERE, which is not in the copy"},
	{"SELECT id FROM emp WHERE ROWNUM <= 5 ORDER BY id", "!ROWNUM beside ORDER BY"},
	{"SELECT COUNT(*) FROM emp WHERE ROWNUM <= 5", "!ROWNUM beside DISTINCT"},
	{"SELECT e.id FROM emp e, dept d WHERE e.dept_id = d.dept_id(+) OR e.id = 1", "!beneath an OR"},
	{"SELECT dept_id FROM emp, dept", "!column of several tables"},
	{"SELECT pkg.f(id) FROM emp", "!"},
	{"SELECT NVL(id, 0) * DECODE(dept_id, 1, id, 2) FROM emp",
	 "SELECT CAST(coalesce(\"emp\".\"id\", 0) AS numeric) * CASE WHEN \"emp\".\"dept_id\" = 1 THEN "
	 "\"emp\".\"id\" ELSE 2 END FROM emp AS \"emp\""},
	{"SELECT hired - DATE '2020-01-31' FROM emp",
	 "SELECT CAST(EXTRACT(EPOCH FROM \"emp\".\"hired\" - TIMESTAMP '2020-01-31') AS numeric) / 86400 "
	 "FROM emp AS \"emp\""},
	{"SELECT FLOOR((hired - DATE '2020-01-31') * 24), TRUNC(24 * 60 * (TRUNC(SYSDATE) - hired)) FROM emp",
	 "SELECT floor(CAST(EXTRACT(EPOCH FROM \"emp\".\"hired\" - TIMESTAMP '2020-01-31') AS numeric) * 24 "
	 "/ 86400), trunc(CAST(EXTRACT(EPOCH FROM date_trunc('day', date_trunc('second', LOCALTIMESTAMP)) - "
	 "\"emp\".\"hired\") AS numeric) * (CAST(24 AS numeric) * 60) / 86400) FROM emp AS \"emp\""},
	{"SELECT ((hired - TO_DATE('2020-01-31', 'YYYY-MM-DD')) + (hired - ADD_MONTHS(hired, 1))) * 24 FROM "
	 "emp",
	 "SELECT (CAST(EXTRACT(EPOCH FROM \"emp\".\"hired\" - TIMESTAMP '2020-01-31 00:00:00') AS numeric) + "
	 "CAST(EXTRACT(EPOCH FROM \"emp\".\"hired\" - CASE WHEN date_trunc('month', \"emp\".\"hired\") <> "
	 "date_trunc('month', \"emp\".\"hired\" + INTERVAL '1 day') THEN \"emp\".\"hired\" + INTERVAL '1 "
	 "day' + 1 * INTERVAL '1 month' - INTERVAL '1 day' ELSE \"emp\".\"hired\" + 1 * INTERVAL '1 month' "
	 "END) AS numeric)) * 24 / 86400 FROM emp AS \"emp\""},
	{"SELECT MAX(hired) - NVL(MIN(hired), SYSDATE), id FROM emp WHERE (SELECT MAX(hired) FROM emp) - "
	 "hired > 1 GROUP BY id",
	 "SELECT CAST(EXTRACT(EPOCH FROM max(\"emp\".\"hired\") - coalesce(min(\"emp\".\"hired\"), "
	 "date_trunc('second', LOCALTIMESTAMP))) AS numeric) / 86400, \"emp\".\"id\" AS \"id\" FROM emp AS "
	 "\"emp\" WHERE CAST(EXTRACT(EPOCH FROM (SELECT max(\"emp\".\"hired\") FROM emp AS \"emp\") - "
	 "\"emp\".\"hired\") AS numeric) / 86400 > 1 GROUP BY \"emp\".\"id\""},
	{"SELECT made - made FROM dept", "!interval"},
	{"SELECT CASE WHEN id = 1 THEN hired ELSE made END - hired FROM emp, dept", "!interval"},
	{"SELECT hired - LOCALTIMESTAMP FROM emp", "!interval"},
	{"SELECT hired - TO_TIMESTAMP('2020-01-31', 'YYYY-MM-DD') FROM emp", "!interval"},
	{"SELECT d - hired FROM (SELECT hired d FROM emp UNION SELECT made FROM dept), emp", "!interval"},
	{"SELECT x.d - hired FROM (SELECT hired d FROM emp UNION SELECT NULL FROM dept) x, emp",
	 "SELECT CAST(EXTRACT(EPOCH FROM \"x\".\"d\" - \"emp\".\"hired\") AS numeric) / 86400 FROM (SELECT "
	 "\"emp\".\"hired\" AS \"d\" FROM emp AS \"emp\" UNION SELECT NULL AS \"null\" FROM dept AS "
	 "\"dept\") AS \"x\", emp AS \"emp\""},
	{"SELECT NVL(code, name) FROM emp", "!CHAR"},
	{"SELECT NVL(name, code) FROM emp", "!CHAR"},
	{"SELECT CASE id WHEN 1 THEN code WHEN 2 THEN 'x' ELSE name END FROM emp", "!CHAR"},
	{"SELECT DECODE(id, 1, code, 'x') c FROM emp",
	 "SELECT CASE WHEN \"emp\".\"id\" = 1 THEN \"emp\".\"code\" ELSE 'x' END AS \"c\" FROM emp AS "
	 "\"emp\""},
	{"SELECT DECODE(code, 'a', name, 'x') || 'y' c FROM emp",
	 "SELECT (coalesce(CASE WHEN \"emp\".\"code\" = 'a' THEN \"emp\".\"name\" ELSE 'x' END, '') || 'y') "
	 "AS \"c\" FROM emp AS \"emp\""},
	{"SELECT code FROM emp UNION ALL SELECT name FROM emp", "!CHAR"},
	{"SELECT name FROM emp UNION ALL SELECT code FROM emp", "!CHAR"},
	{"SELECT code FROM emp UNION ALL SELECT 'x' FROM dual UNION ALL SELECT title FROM dept", "!CHAR"},
	{"SELECT 'x' c FROM dual UNION ALL SELECT code FROM emp",
	 "SELECT 'x' AS \"c\" FROM (SELECT CAST('X' AS text) AS dummy) AS \"dual\" UNION ALL SELECT "
	 "\"emp\".\"code\" AS \"code\" FROM emp AS \"emp\""},
	{"SELECT (SELECT code FROM emp) || 'x' FROM dual", "!CHAR"},
	{"SELECT id FROM emp WHERE name IN (SELECT code FROM emp)", "!CHAR"},
	{"SELECT id FROM emp WHERE code IN (SELECT name FROM emp)", "!CHAR"},
	{"SELECT id FROM emp WHERE code IN (SELECT code FROM emp)",
	 "SELECT \"emp\".\"id\" AS \"id\" FROM emp AS \"emp\" WHERE \"emp\".\"code\" IN (SELECT "
	 "\"emp\".\"code\" AS \"code\" FROM emp AS \"emp\")"},
	{"SELECT id FROM emp JOIN (SELECT name code FROM emp) x USING (code)", "!CHAR"},
	{"SELECT GROUPING_ID(dept_id, id) g, SUM(pay) FROM emp GROUP BY GROUPING SETS ((dept_id, id), "
	 "(dept_id + 1) * 2, id, ())",
	 "SELECT grouping(\"emp\".\"dept_id\", \"emp\".\"id\") AS \"g\", sum(\"emp\".\"pay\") FROM emp AS "
	 "\"emp\" GROUP BY "
	 "GROUPING SETS ((\"emp\".\"dept_id\", \"emp\".\"id\"), (CAST(\"emp\".\"dept_id\" AS numeric) + 1) * "
	 "2, "
	 "\"emp\".\"id\", ())"},
	{"SELECT COUNT(*) FROM emp GROUP BY ROLLUP (dept_id, id), name",
	 "SELECT count(*) FROM emp AS \"emp\" GROUP BY ROLLUP (\"emp\".\"dept_id\", \"emp\".\"id\"), "
	 "\"emp\".\"name\""},
	{"SELECT LISTAGG(name, ';' ON OVERFLOW TRUNCATE '...' WITH COUNT) WITHIN GROUP (ORDER BY id) FROM "
	 "emp",
	 "SELECT string_agg(CAST(\"emp\".\"name\" AS text), ';' ORDER BY \"emp\".\"id\") FROM emp AS "
	 "\"emp\""},
	{"SELECT x FROM sh.sales", "!SH.SALES, which is not in the copy"},
	{"SELECT id FROM emp GROUP BY 1", "!GROUP BY 1"},
	{"SELECT id FROM emp e PIVOT (x)", "!PIVOT"},
};

static void test_cases(void)
{
	Fixture f = {0};
	const FerryViewContext context = {.relation = relation, .spell = spell, .data = &f};

	fill(&f);
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GPtrArray) columns = NULL;
		g_autofree char *remark = NULL, *reason = NULL;
		g_autofree char *text =
			ferry_view_translate(cases[i].query, &context, &columns, &remark, &reason);

		if (cases[i].expected[0] != '!') {
			g_test_message("%s: %s", cases[i].query, reason ? reason : "");
			g_assert_cmpstr(text, ==, cases[i].expected);
		} else {
			g_assert_null(text);
			if (!strstr(reason, cases[i].expected + 1))
				g_assert_cmpstr(reason, ==, cases[i].expected);
		}
	}
	clear(&f);
}

/* Each is told, and once. */
static void test_remarks(void)
{
	Fixture f = {0};
	const FerryViewContext context = {.relation = relation, .spell = spell, .data = &f};
	g_autoptr(GPtrArray) columns = NULL;
	g_autofree char *remark = NULL, *reason = NULL, *text = NULL;

	fill(&f);
	text = ferry_view_translate(
		"SELECT AVG(pay), AVG(id), UPPER(MAX(name)), MAX(pay) / 3, AVG(pay) FROM emp "
		"WITH READ ONLY",
		&context, &columns, &remark, &reason);
	g_assert_nonnull(text);
	g_assert_cmpstr(remark, ==,
			"a mean may have another number of digits; letters beyond ASCII may be changed in "
			"another way by the target's upper() and lower(); a quotient may have another number "
			"of digits; WITH READ ONLY is left out: grant no more than SELECT on it");
	clear(&f);
}

/* A text that ends anywhere, or lacks a word, is read or refused, and nothing else. */
static void test_cut(void)
{
	Fixture f = {0};
	const FerryViewContext context = {.relation = relation, .spell = spell, .data = &f};

	fill(&f);
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++)
		for (size_t len = 0; len < 2 * strlen(cases[i].query); len++) {
			g_autoptr(GPtrArray) columns = NULL;
			g_autofree char *query = g_strdup(cases[i].query), *remark = NULL, *reason = NULL;
			size_t whole = strlen(query);

			if (len < whole)
				query[len] = '\0';
			else
				query[len - whole] = ' ';
			g_autofree char *text =
				ferry_view_translate(query, &context, &columns, &remark, &reason);
			g_assert_true((text != NULL) == (reason == NULL));
		}
	clear(&f);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/view/cases", test_cases);
	g_test_add_func("/view/remarks", test_remarks);
	g_test_add_func("/view/cut", test_cut);
	return g_test_run();
}
