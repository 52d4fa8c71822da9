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
	add(&f->emp, "SECRET", NULL, KIND_TEXT);
	add(&f->dept, "DEPT_ID", "dept_id", KIND_INT);
	add(&f->dept, "TITLE", "title", KIND_TEXT);
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
	 "SELECT \"e\".\"id\" AS \"n\", ('x' || coalesce(\"e\".\"name\", '')) FROM emp AS \"e\" WHERE \"e\".\"pay\" > 10"},
	{"SELECT e.id, d.title FROM emp e, dept d WHERE e.dept_id = d.dept_id(+) AND e.id > 3",
	 "SELECT \"e\".\"id\" AS \"id\", \"d\".\"title\" AS \"title\" FROM emp AS \"e\" LEFT JOIN dept AS \"d\" ON "
	 "\"e\".\"dept_id\" = \"d\".\"dept_id\" WHERE \"e\".\"id\" > 3"},
	{"SELECT e.id FROM dept d, emp e WHERE d.dept_id(+) = e.dept_id AND d.title(+) = 'x'",
	 "SELECT \"e\".\"id\" AS \"id\" FROM emp AS \"e\" LEFT JOIN dept AS \"d\" ON \"d\".\"dept_id\" = "
	 "\"e\".\"dept_id\" AND \"d\".\"title\" = 'x'"},
	{"SELECT * FROM dept", "SELECT \"dept\".\"dept_id\", \"dept\".\"title\" FROM dept AS \"dept\""},
	{"SELECT name FROM (SELECT name FROM emp ORDER BY pay DESC) WHERE ROWNUM <= 5",
	 "SELECT \"ferry_1\".\"name\" AS \"name\" FROM (SELECT \"emp\".\"name\" AS \"name\" FROM emp AS \"emp\" ORDER "
	 "BY \"emp\".\"pay\" DESC) AS \"ferry_1\" LIMIT 5"},
	{"SELECT id FROM emp MINUS SELECT dept_id FROM dept",
	 "SELECT \"emp\".\"id\" AS \"id\" FROM emp AS \"emp\" EXCEPT SELECT \"dept\".\"dept_id\" AS \"dept_id\" FROM dept "
	 "AS \"dept\""},
	{"SELECT dept_id, COUNT(*) n, AVG(pay) FROM emp GROUP BY dept_id HAVING COUNT(*) > 1 ORDER BY n",
	 "SELECT \"emp\".\"dept_id\" AS \"dept_id\", count(*) AS \"n\", avg(\"emp\".\"pay\") FROM emp AS \"emp\" GROUP BY "
	 "\"emp\".\"dept_id\" HAVING count(*) > 1 ORDER BY \"n\""},
	{"SELECT DECODE(dept_id, 1, 'a', 'b') FROM emp",
	 "SELECT CASE WHEN \"emp\".\"dept_id\" = 1 THEN 'a' ELSE 'b' END FROM emp AS \"emp\""},
	{"SELECT id FROM emp WHERE hired < DATE '2020-01-31' AND EXISTS (SELECT 1 FROM dept WHERE dept.dept_id = emp.dept_id)",
	 "SELECT \"emp\".\"id\" AS \"id\" FROM emp AS \"emp\" WHERE \"emp\".\"hired\" < TIMESTAMP '2020-01-31' AND EXISTS "
	 "(SELECT 1 FROM dept AS \"dept\" WHERE \"dept\".\"dept_id\" = \"emp\".\"dept_id\")"},
	{"SELECT id FROM emp CONNECT BY PRIOR id = dept_id", "!CONNECT BY"},
	{"SELECT secret FROM emp", "!SECRET is left out"},
	{"SELECT x FROM elsewhere", "!ELSEWHERE, which is not in the copy"},
	{"SELECT id FROM emp WHERE ROWNUM <= 5 ORDER BY id", "!ROWNUM beside ORDER BY"},
	{"SELECT COUNT(*) FROM emp WHERE ROWNUM <= 5", "!ROWNUM beside DISTINCT"},
	{"SELECT e.id FROM emp e, dept d WHERE e.dept_id = d.dept_id(+) OR e.id = 1", "!beneath an OR"},
	{"SELECT dept_id FROM emp, dept", "!column of several tables"},
	{"SELECT pkg.f(id) FROM emp", "!"},
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
		g_autofree char *text = ferry_view_translate(cases[i].query, &context, &columns, &remark, &reason);

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

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/view/cases", test_cases);
	return g_test_run();
}
