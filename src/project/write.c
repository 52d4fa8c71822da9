/*
 * Projects to documents. By the tables of members (document.c) the project becomes a tree of JSON values,
 * which holds only what differs from an object at its defaults; jansson writes it as JSON, write_yaml.c as
 * YAML.
 */
#include "project/document.h"
#include "project/text.h"
#include "project/write_internal.h"

#include "base/url.h"

#include <string.h>

static json_t *build_object(const FerryShape *shape, gconstpointer object, gconstpointer defaults);
static json_t *build_steps(const GPtrArray *steps);

/* jansson refuses what is not UTF-8 (a flag may have brought it). */
static json_t *build_text(const char *text)
{
	g_autofree char *valid = g_utf8_make_valid(text ? text : "", -1);

	return json_string(valid);
}

/* A password never leaves; text that is no URL might hold one. */
static json_t *build_url(const char *text)
{
	g_autoptr(FerryUrl) url = ferry_url_parse(text, NULL);
	g_autofree char *shown = url ? ferry_url_to_document(url) : NULL;

	return shown ? build_text(shown) : NULL;
}

/* ---- lists ---- */

typedef json_t *(*BuildFunc)(gconstpointer item);

static json_t *build_list(const GPtrArray *items, BuildFunc build)
{
	json_t *list = json_array();

	for (guint i = 0; i < items->len; i++)
		json_array_append_new(list, build(items->pdata[i]));
	return list;
}

static json_t *build_text_item(gconstpointer text)
{
	return build_text(text);
}

static json_t *build_cast(gconstpointer rule)
{
	return build_text(((const FerryCastRule *)rule)->text);
}

static json_t *build_part(gconstpointer data)
{
	const FerryConcatPart *part = data;
	json_t *object;

	if (!part->column)
		return build_text(part->literal);
	object = json_object();
	json_object_set_new(object, "column", build_text(part->column));
	return object;
}

static json_t *build_strv(char **texts)
{
	json_t *list = json_array();

	for (; texts && *texts; texts++)
		json_array_append_new(list, build_text(*texts));
	return list;
}

static json_t *build_objects(const GPtrArray *objects, const FerryShape *shape)
{
	json_t *list = json_array();
	gpointer defaults = shape->make();

	for (guint i = 0; i < objects->len; i++)
		json_array_append_new(list, build_object(shape, objects->pdata[i], defaults));
	shape->free(defaults);
	return list;
}

/* ---- mappings ---- */

static json_t *build_renames(const GPtrArray *renames)
{
	json_t *object = json_object();

	for (guint i = 0; i < renames->len; i++) {
		const FerryRename *rename = renames->pdata[i];
		g_autofree char *from = g_utf8_make_valid(rename->from, -1);
		json_object_set_new(object, from, build_text(rename->to));
	}
	return object;
}

static json_t *build_bad_values(const FerryBadValueRule *rules)
{
	json_t *object = json_object();

	for (int kind = 0; kind < FERRY_N_BAD_KINDS; kind++)
		if (rules[kind] != ferry_bad_value_default((FerryBadKind)kind))
			json_object_set_new(object, ferry_bad_kind_name((FerryBadKind)kind),
					    json_string(ferry_bad_value_words[rules[kind]]));
	return object;
}

/* ---- scalars ---- */

static json_t *build_limit(const FerryRejectLimit *limit, const FerryRejectLimit *by_default)
{
	if (limit->rows == by_default->rows && limit->percent == by_default->percent)
		return NULL;
	if (limit->percent < 0 && limit->rows >= 0)
		return json_integer(limit->rows);
	g_autofree char *text = ferry_reject_limit_to_text(*limit);
	return build_text(text);
}

static json_t *build_rate(const int64_t *rate)
{
	if (rate[0] == 0 && rate[1] == 0)
		return NULL;
	g_autofree char *text = ferry_read_limit_to_text(rate[0], rate[1]);
	return build_text(text);
}

static json_t *build_int(const FerryMember *m, gconstpointer at, gconstpointer by_default)
{
	int64_t value = m->size == sizeof(guint) ? *(const guint *)at : *(const int64_t *)at;

	return memcmp(at, by_default, m->size) == 0 && !m->is_required ? NULL : json_integer(value);
}

static json_t *build_word(const FerryMember *m, const guint *at, const guint *by_default)
{
	return *at == *by_default ? NULL : json_string(m->words[*at]);
}

/* ---- members ---- */

/* NULL: the member is as it is by default. */
static json_t *build_member(const FerryMember *m, gconstpointer object, gconstpointer defaults)
{
	gconstpointer at = (const char *)object + m->offset, by_default = (const char *)defaults + m->offset;
	const char *text = m->size == sizeof(char *) ? *(char *const *)at : NULL;

	switch (m->kind) {
	case FERRY_MEMBER_VERSION: return json_integer(FERRY_PROJECT_VERSION);
	case FERRY_MEMBER_BOOL: return *(const bool *)at ? json_true() : NULL;
	case FERRY_MEMBER_TEXT:
		return g_strcmp0(text, *(char *const *)by_default) == 0 && !m->is_required ? NULL
											   : build_text(text);
	case FERRY_MEMBER_URL: return text ? build_url(text) : NULL;
	case FERRY_MEMBER_WORD: return build_word(m, at, by_default);
	case FERRY_MEMBER_INT: return build_int(m, at, by_default);
	case FERRY_MEMBER_TEXTS: return build_list(*(GPtrArray *const *)at, build_text_item);
	case FERRY_MEMBER_STRV: return build_strv(*(char **const *)at);
	case FERRY_MEMBER_LIMIT: return build_limit(at, by_default);
	case FERRY_MEMBER_RATE: return build_rate(at);
	case FERRY_MEMBER_BAD_VALUES: return build_bad_values(at);
	case FERRY_MEMBER_RENAMES: return build_renames(*(GPtrArray *const *)at);
	case FERRY_MEMBER_CASTS: return build_list(*(GPtrArray *const *)at, build_cast);
	case FERRY_MEMBER_STEPS: return build_steps(*(GPtrArray *const *)at);
	case FERRY_MEMBER_PARTS: return build_list(*(GPtrArray *const *)at, build_part);
	case FERRY_MEMBER_OBJECT: return build_object(m->shape, at, by_default);
	case FERRY_MEMBER_OBJECTS: return build_objects(*(GPtrArray *const *)at, m->shape);
	}
	return NULL;
}

static bool is_empty(const json_t *value)
{
	return (json_is_object(value) && json_object_size(value) == 0) ||
	       (json_is_array(value) && json_array_size(value) == 0);
}

static json_t *build_object(const FerryShape *shape, gconstpointer object, gconstpointer defaults)
{
	json_t *built = json_object();

	for (const FerryMember *m = shape->members; m->name; m++) {
		json_t *value = build_member(m, object, defaults);
		if (value && !is_empty(value))
			json_object_set(built, m->name, value);
		json_decref(value);
	}
	return built;
}

/* ---- transforms ---- */

static json_t *build_argument(const FerryTransformStep *step)
{
	const FerryStepShape *shape = &ferry_step_shapes[step->kind];
	FerryTransformStep *defaults;
	json_t *built;

	switch (shape->kind) {
	case FERRY_ARGUMENT_NONE: return NULL;
	case FERRY_ARGUMENT_TEXT: return step->text || !shape->is_optional ? build_text(step->text) : NULL;
	case FERRY_ARGUMENT_PARTS: return build_list(step->parts, build_part);
	case FERRY_ARGUMENT_SHAPE: break;
	}
	defaults = ferry_step_new_default(step->kind);
	built = build_object(shape->shape, step, defaults);
	ferry_transform_step_free(defaults);
	if (shape->is_optional && is_empty(built))
		g_clear_pointer(&built, json_decref);
	return built;
}

static json_t *build_step(gconstpointer data)
{
	const FerryTransformStep *step = data;
	const char *word = ferry_transform_words[step->kind];
	json_t *argument = build_argument(step), *object;

	if (!argument)
		return json_string(word);
	object = json_object();
	json_object_set_new(object, word, argument);
	return object;
}

static json_t *build_steps(const GPtrArray *steps)
{
	return build_list(steps, build_step);
}

/* ---- documents ---- */

char *ferry_project_to_text(const FerryProject *project, FerryProjectFormat format)
{
	g_autoptr(FerryProject) defaults = ferry_project_new();
	json_t *document = build_object(&ferry_project_shape, project, defaults);
	char *text = NULL, *copy;

	if (format == FERRY_PROJECT_JSON)
		text = json_dumps(document, JSON_INDENT(2));
	else
		text = ferry_yaml_from_json(document);
	json_decref(document);
	if (format != FERRY_PROJECT_JSON)
		return text;
	copy = g_strconcat(text, "\n", NULL);
	free(text);
	return copy;
}
