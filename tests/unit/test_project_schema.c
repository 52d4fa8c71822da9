/* docs/project.schema.json against the tables that the parser reads by: the same members, the same words, in
 * every object. */
#include "project/document.h"

#include <jansson.h>
#include <string.h>

static json_t *schema;

/* What a "$ref" stands for. */
static json_t *resolve(json_t *node)
{
	const char *name = json_string_value(json_object_get(node, "$ref"));

	g_assert_nonnull(node);
	return name ? resolve(json_object_get(json_object_get(schema, "$defs"), name + strlen("#/$defs/")))
		    : node;
}

/* The same words, in any order; a null beside "null" is allowed, as YAML's plain null is the word. */
static void compare_words(json_t *list, const char *const *words)
{
	size_t n = 0;
	json_t *value;
	size_t i;

	json_array_foreach(list, i, value)
	{
		if (json_is_null(value))
			continue;
		g_assert_cmpint(ferry_word_find(words, json_string_value(value)), >=, 0);
		n++;
	}
	g_assert_cmpuint(n, ==, g_strv_length((char **)words));
}

static bool is_required(json_t *node, const char *name)
{
	size_t i;
	json_t *value;

	json_array_foreach(json_object_get(node, "required"), i,
			   value) if (strcmp(json_string_value(value), name) == 0) return true;
	return false;
}

static void compare_bad_values(json_t *node)
{
	json_t *properties = json_object_get(node, "properties");

	g_assert_cmpuint(json_object_size(properties), ==, FERRY_N_BAD_KINDS);
	for (int kind = 0; kind < FERRY_N_BAD_KINDS; kind++) {
		json_t *list = json_object_get(
			json_object_get(properties, ferry_bad_kind_name((FerryBadKind)kind)), "enum");
		guint n = 0;
		for (int rule = 0; rule < FERRY_N_BAD_VALUE; rule++)
			n += ferry_bad_value_rule_fits((FerryBadKind)kind, (FerryBadValueRule)rule);
		/* YAML reads a bare null as no value, which stands for the rule of that name */
		n += ferry_bad_value_rule_fits((FerryBadKind)kind, FERRY_BAD_VALUE_NULL);
		g_assert_cmpuint(json_array_size(list), ==, n);
	}
}

static void compare_shape(json_t *node, const FerryShape *shape);

static void compare_member(json_t *node, const FerryMember *m)
{
	switch (m->kind) {
	case FERRY_MEMBER_VERSION:
		g_assert_cmpint(json_integer_value(json_object_get(node, "const")), ==,
				FERRY_PROJECT_VERSION);
		break;
	case FERRY_MEMBER_WORD: compare_words(json_object_get(node, "enum"), m->words); break;
	case FERRY_MEMBER_INT:
		g_assert_cmpint(json_integer_value(json_object_get(node, "maximum")), ==, m->max);
		break;
	case FERRY_MEMBER_BAD_VALUES: compare_bad_values(node); break;
	case FERRY_MEMBER_OBJECT: compare_shape(node, m->shape); break;
	case FERRY_MEMBER_OBJECTS: compare_shape(resolve(json_object_get(node, "items")), m->shape); break;
	default: break;
	}
}

static void compare_shape(json_t *node, const FerryShape *shape)
{
	json_t *properties = json_object_get(node, "properties");
	size_t n = 0;

	g_assert_true(json_is_false(json_object_get(node, "additionalProperties")));
	for (const FerryMember *m = shape->members; m->name; m++, n++) {
		g_test_message("%s: %s", shape->what, m->name);
		json_t *property = resolve(json_object_get(properties, m->name));
		g_assert_nonnull(property);
		g_assert_cmpint(is_required(node, m->name), ==, m->is_required);
		compare_member(property, m);
	}
	g_assert_cmpuint(json_object_size(properties), ==, n);
}

static void test_members(void)
{
	compare_shape(schema, &ferry_project_shape);
}

/* The step's object with its argument, or NULL. */
static json_t *find_argument(json_t *steps, const char *word)
{
	size_t i;
	json_t *step;

	json_array_foreach(steps, i, step)
	{
		json_t *argument = json_object_get(json_object_get(step, "properties"), word);
		if (argument)
			return argument;
	}
	return NULL;
}

static void test_steps(void)
{
	json_t *steps = json_object_get(json_object_get(json_object_get(schema, "$defs"), "step"), "anyOf");
	json_t *plain = json_object_get(json_array_get(steps, 0), "enum");

	for (int kind = 0; kind < FERRY_N_TRANSFORMS; kind++) {
		const FerryStepShape *shape = &ferry_step_shapes[kind];
		json_t *argument = find_argument(steps, ferry_transform_words[kind]), *word;
		bool is_plain = false;
		size_t i;
		g_test_message("%s", ferry_transform_words[kind]);
		json_array_foreach(plain, i, word) is_plain =
			is_plain || strcmp(json_string_value(word), ferry_transform_words[kind]) == 0;
		g_assert_cmpint(is_plain, ==, shape->is_optional);
		g_assert_cmpint(argument != NULL, ==, shape->kind != FERRY_ARGUMENT_NONE);
		if (shape->kind == FERRY_ARGUMENT_SHAPE)
			compare_shape(argument, shape->shape);
	}
}

int main(int argc, char **argv)
{
	int result;

	g_test_init(&argc, &argv, NULL);
	schema = json_load_file(FERRY_SCHEMA, 0, NULL);
	g_assert_nonnull(schema);
	g_test_add_func("/project-schema/members", test_members);
	g_test_add_func("/project-schema/steps", test_steps);
	result = g_test_run();
	json_decref(schema);
	return result;
}
