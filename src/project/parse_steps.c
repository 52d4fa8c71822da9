/*
 * A column's transform: a list of steps, each a word or a word with its argument ("trim", {default: x},
 * {substring: {from: 1, length: 3}}).
 */
#include "project/parse_internal.h"

/* The argument of concat, read as if it were a member of an object. */
static const FerryMember parts_members[] = {
	{"concat", FERRY_MEMBER_PARTS, offsetof(FerryTransformStep, parts)},
	{NULL},
};

static bool parse_argument(FerryParser *p, const FerryNode *node, const FerryNode *mapping,
			   const FerryPath *path, FerryTransformStep *step)
{
	static const FerryShape parts_shape = {"a concatenation", parts_members, .place = -1};
	const FerryStepShape *shape = &ferry_step_shapes[step->kind];
	const char *word = ferry_transform_words[step->kind];
	const FerryPath at = {.up = path, .member = word};

	switch (shape->kind) {
	case FERRY_ARGUMENT_NONE:
		return ferry_parse_fail(p, node, &at, "%s takes nothing; write it without braces", word);
	case FERRY_ARGUMENT_TEXT: return ferry_parse_text(p, node, &at, &step->text);
	case FERRY_ARGUMENT_PARTS:
		if (!ferry_parse_object(p, mapping, path, &parts_shape, step))
			return false;
		return step->parts->len > 0 ||
		       ferry_parse_expected(p, node, &at, "what to put together: texts and {column: name}");
	case FERRY_ARGUMENT_SHAPE: return ferry_parse_object(p, node, &at, shape->shape, step);
	}
	return true;
}

static bool parse_step(FerryParser *p, const FerryNode *node, const FerryPath *path, GPtrArray *steps)
{
	bool has_argument = node->kind == FERRY_NODE_MAPPING && node->children->len == 2;
	const FerryNode *word = has_argument ? ferry_node_child(node, 0) : node;
	FerryTransformStep *step;
	int kind;

	if (word->kind != FERRY_NODE_SCALAR || ferry_node_is_null(word))
		return ferry_parse_expected(p, node, path,
					    "a step: a word (trim) or one with its argument ({default: x})");
	kind = ferry_word_find(ferry_transform_words, word->text);
	if (kind < 0)
		return ferry_parse_unknown(p, word, path, "step", ferry_transform_words);
	step = ferry_step_new_default((FerryTransformKind)kind);
	step->place = (FerryProjectPlace){node->line, node->column};
	g_ptr_array_add(steps, step);
	if (has_argument)
		return parse_argument(p, ferry_node_child(node, 1), node, path, step);
	return ferry_step_shapes[kind].is_optional ||
	       ferry_parse_fail(p, node, path, "%s needs an argument: {%s: …}", word->text, word->text);
}

bool ferry_parse_steps(FerryParser *p, const FerryNode *node, const FerryPath *path, GPtrArray *steps)
{
	g_ptr_array_set_size(steps, 0);
	if (node->kind != FERRY_NODE_LIST)
		return parse_step(p, node, path, steps);
	for (guint i = 0; i < node->children->len; i++) {
		const FerryPath at = {.up = path, .index = i};
		if (!parse_step(p, ferry_node_child(node, i), &at, steps))
			return false;
	}
	return true;
}
