/*
 * Suggestions: which tables and columns of source and target go together, by their names; see design.h.
 *
 * A score is 1 for equal names, less for names that differ in case, word breaks, plural or a prefix, and else
 * the share of letter pairs that both have (Dice's coefficient), which is robust against swapped words. Each
 * target is suggested for any number of sources, and a source for one: the best.
 */
#include "service/design.h"

#include "service/browse.h"
#include "service/projects.h"
#include "service/service_internal.h"

#include <string.h>

#define MIN_TABLE_SCORE  0.55
#define MIN_COLUMN_SCORE 0.6

/* Letters and digits in lower case, without a plural's s. */
static char *simplify(const char *name)
{
	g_autofree char *folded = g_utf8_casefold(name, -1);
	GString *out = g_string_new(NULL);

	for (const char *at = folded; *at; at = g_utf8_next_char(at)) {
		gunichar c = g_utf8_get_char(at);
		if (g_unichar_isalnum(c))
			g_string_append_unichar(out, c);
	}
	if (out->len > 3 && out->str[out->len - 1] == 's')
		g_string_truncate(out, out->len - 1);
	return g_string_free(out, FALSE);
}

static double dice(const char *a, const char *b)
{
	size_t n_a = strlen(a), n_b = strlen(b), common = 0;

	if (n_a < 2 || n_b < 2)
		return 0;
	g_autofree bool *used = g_new0(bool, n_b);
	for (size_t i = 0; i + 1 < n_a; i++)
		for (size_t k = 0; k + 1 < n_b; k++)
			if (!used[k] && a[i] == b[k] && a[i + 1] == b[k + 1]) {
				used[k] = true;
				common++;
				break;
			}
	return 2.0 * (double)common / (double)(n_a + n_b - 2);
}

typedef struct Name {
	const char *name; /* borrowed */
	char *simple;
} Name;

static double score(const Name *a, const Name *b, const char **ret_reason)
{
	*ret_reason = "the same name";
	if (strcmp(a->name, b->name) == 0)
		return 1;
	*ret_reason = "the same name but for case, plural or word breaks";
	if (strcmp(a->simple, b->simple) == 0)
		return 0.95;
	/* "email" is rather the beginning of "email_address" than "address" its end. */
	*ret_reason = "one name begins or ends with the other";
	bool are_long = strlen(a->simple) > 2 && strlen(b->simple) > 2;
	if (are_long && (g_str_has_prefix(a->simple, b->simple) || g_str_has_prefix(b->simple, a->simple)))
		return 0.85;
	if (are_long && (g_str_has_suffix(a->simple, b->simple) || g_str_has_suffix(b->simple, a->simple)))
		return 0.8;
	*ret_reason = "similar names";
	return 0.9 * dice(a->simple, b->simple);
}

static GArray *make_names(const json_t *objects)
{
	GArray *names = g_array_new(FALSE, FALSE, sizeof(Name));
	const json_t *object;
	size_t i;

	json_array_foreach(objects, i, object)
	{
		const char *text = json_string_value(json_object_get(object, "name"));
		Name name = {.name = text ? text : "", .simple = simplify(text ? text : "")};
		g_array_append_val(names, name);
	}
	return names;
}

static void free_names(GArray *names)
{
	for (guint i = 0; i < names->len; i++)
		g_free(g_array_index(names, Name, i).simple);
	g_array_unref(names);
}

static int best(const Name *source, const GArray *targets, double min, double *ret_score,
		const char **ret_reason)
{
	int found = -1;

	*ret_score = min;
	for (guint i = 0; i < targets->len; i++) {
		const char *reason;
		double one = score(source, &g_array_index(targets, Name, i), &reason);
		if (one < *ret_score || (found >= 0 && one <= *ret_score))
			continue;
		*ret_score = one;
		*ret_reason = reason;
		found = (int)i;
		if (one >= 1)
			break;
	}
	return found;
}

static json_t *match_columns(const json_t *source, const json_t *target)
{
	GArray *from = make_names(json_object_get(source, "columns")),
	       *to = make_names(json_object_get(target, "columns"));
	json_t *list = json_array();

	for (guint i = 0; i < from->len; i++) {
		const char *reason;
		double points;
		int k = best(&g_array_index(from, Name, i), to, MIN_COLUMN_SCORE, &points, &reason);
		json_array_append_new(
			list,
			json_pack("{s:s, s:o, s:f}", "source", g_array_index(from, Name, i).name, "target",
				  k >= 0 ? json_string(g_array_index(to, Name, k).name) : json_null(),
				  "score", k >= 0 ? points : 0.0));
	}
	free_names(from);
	free_names(to);
	return list;
}

static char *full_name(const json_t *table)
{
	const char *schema = json_string_value(json_object_get(table, "schema"));
	const char *name = json_string_value(json_object_get(table, "name"));

	return schema ? g_strconcat(schema, ".", name, NULL) : g_strdup(name);
}

/* Views are neither copied as tables nor loaded. */
static json_t *without_views(json_t *take_tables)
{
	json_t *list = json_array(), *table;
	size_t i;

	json_array_foreach(take_tables, i, table)
	{
		const char *kind = json_string_value(json_object_get(table, "kind"));
		if (!kind || !g_str_has_suffix(kind, "view"))
			json_array_append(list, table);
	}
	json_decref(take_tables);
	return list;
}

static json_t *match_tables(json_t *sources, json_t *targets)
{
	GArray *from = make_names(sources), *to = make_names(targets);
	json_t *list = json_array();

	for (guint i = 0; i < from->len; i++) {
		json_t *source = json_array_get(sources, i);
		const char *reason = "no table of the target has a similar name: a new one will be made";
		double points;
		int k = best(&g_array_index(from, Name, i), to, MIN_TABLE_SCORE, &points, &reason);
		json_t *target = k >= 0 ? json_array_get(targets, (size_t)k) : NULL;
		json_array_append_new(
			list, json_pack("{s:o, s:o, s:f, s:s, s:o}", "source",
					ferry_json_take_text(full_name(source)), "target",
					target ? ferry_json_take_text(full_name(target)) : json_null(),
					"score", target ? points : 0.0, "reason", reason, "columns",
					target ? match_columns(source, target) : json_array()));
	}
	free_names(from);
	free_names(to);
	return list;
}

/* The table of that name, with its schema or without; a new reference. */
static json_t *find_table(const json_t *tables, const char *name)
{
	json_t *table;
	size_t i;

	json_array_foreach(tables, i, table)
	{
		g_autofree char *full = full_name(table);
		if (strcmp(full, name) == 0 ||
		    g_strcmp0(json_string_value(json_object_get(table, "name")), name) == 0)
			return json_incref(table);
	}
	return NULL;
}

/* The one table that is asked for, or all of them. */
static json_t *narrow(json_t *take_tables, const char *name)
{
	if (!take_tables || !name)
		return take_tables;
	json_t *one = find_table(take_tables, name), *list = json_array();

	if (one)
		json_array_append_new(list, one);
	json_decref(take_tables);
	return list;
}

/* Two tables that somebody has paired go together, whatever they are called. */
static json_t *match_pair(const json_t *sources, const json_t *targets)
{
	json_t *source = json_array_get(sources, 0), *target = json_array_get(targets, 0);

	if (!source || !target)
		return json_array();
	return json_pack("[{s:o, s:o, s:f, s:s, s:o}]", "source", ferry_json_take_text(full_name(source)),
			 "target", ferry_json_take_text(full_name(target)), "score", 1.0, "reason",
			 "as asked for", "columns", match_columns(source, target));
}

/* A target that cannot be opened (a file that is not there yet) holds no tables. */
json_t *ferry_design_suggest(FerryService *service, const FerryActor *actor, const char *id,
			     const json_t *request, GError **error)
{
	const char *source_table = json_string_value(json_object_get(request, "source"));
	const char *target_table = json_string_value(json_object_get(request, "target"));

	json_t *project = ferry_projects_get(service, actor, id, error);
	json_t *sources = NULL, *targets = NULL, *result = NULL;

	if (!project)
		return NULL;
	const char *source = json_string_value(json_object_get(project, "source_connection_id"));
	const char *target = json_string_value(json_object_get(project, "target_connection_id"));
	if (!source)
		ferry_problem(error, FERRY_PROBLEM_INVALID, "source_connection_id", NULL,
			      "the project has no source yet");
	else
		sources = narrow(ferry_browse_catalog(service, actor, source, error), source_table);
	if (sources && target)
		targets = narrow(ferry_browse_catalog(service, actor, target, NULL), target_table);
	sources = sources ? without_views(sources) : NULL;
	targets = targets ? without_views(targets) : NULL;
	if (sources)
		result = json_pack("{s:o}", "tables",
				   source_table && target_table ? match_pair(sources, targets)
								: match_tables(sources, targets));
	json_decref(targets);
	json_decref(sources);
	json_decref(project);
	return result;
}
