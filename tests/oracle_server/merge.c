/* MERGE INTO t t USING (SELECT …) s ON (t.k = s.k …) WHEN … as an INSERT that updates what is there. */
#include "merge.h"

/* Names behind "t." between two tokens: "a", "b"; set: "a" = excluded."a", … */
static char *names_of_target(const Tokens *t, guint from, guint to, gboolean is_set)
{
	GString *list = g_string_new(NULL);

	for (guint i = from; i + 2 < to; i++)
		if (tokens_is(t, i, "T") && tokens_is(t, i + 1, ".")) {
			const char *name = tokens_at(t, i + 2)->text;

			g_string_append_printf(list, "%s%s", list->len ? ", " : "", name);
			if (is_set)
				g_string_append_printf(list, " = excluded.%s", name);
		}
	return g_string_free(list, FALSE);
}

static guint find(const Tokens *t, guint from, const char *word)
{
	while (tokens_at(t, from)->kind != TOKEN_END && !tokens_is(t, from, word))
		from++;
	return from;
}

char *merge_translate(const Tokens *t)
{
	guint using = find(t, 0, "USING"), query_end = tokens_close(t, using + 1),
	      on = find(t, query_end, "ON");
	guint on_end = tokens_close(t, on + 1), insert = find(t, on_end, "INSERT"),
	      values = find(t, insert, "VALUES");
	guint set = find(t, on_end, "SET");
	g_autofree char *table = tokens_join(t, 2, using - 1),
			*query = tokens_join(t, using + 2, query_end - 1);
	g_autofree char *columns = tokens_join(t, insert + 2, values - 1);
	g_autofree char *keys = names_of_target(t, on, on_end, FALSE);
	g_autofree char *sets = names_of_target(t, set, insert, TRUE);

	return g_strdup_printf("INSERT INTO %s (%s) SELECT %s FROM (%s) WHERE true ON CONFLICT (%s) DO %s%s",
			       table, columns, columns, query, keys, *sets ? "UPDATE SET " : "NOTHING", sets);
}
