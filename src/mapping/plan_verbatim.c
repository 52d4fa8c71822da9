/*
 * Expressions between two databases of one system: they go over as they are, but for the name of the source's
 * schema, where that lands in another one. 'sad'::sales.mood then is 'sad'::public.mood. Text literals stay
 * untouched.
 */
#include "mapping/planner.h"

#include <string.h>

static bool is_name_char(char c)
{
	return g_ascii_isalnum(c) || c == '_' || c == '$' || c == '.' || (unsigned char)c >= 0x80;
}

/* Length of "schema." or "\"schema\"." at text, 0 where it is not there. */
static size_t qualifier_len(const char *text, const char *schema)
{
	size_t len = strlen(schema);

	if (strncmp(text, schema, len) == 0 && text[len] == '.')
		return len + 1;
	if (text[0] == '"' && strncmp(text + 1, schema, len) == 0 && strncmp(text + 1 + len, "\".", 2) == 0)
		return len + 3;
	return 0;
}

static char *replace_schema(const char *text, const char *from, const char *to_quoted)
{
	GString *out = g_string_new(NULL);
	char quote = '\0';

	for (const char *p = text; *p;) {
		size_t len = quote || (p > text && is_name_char(p[-1])) ? 0 : qualifier_len(p, from);

		if (len) {
			g_string_append_printf(out, "%s.", to_quoted);
			p += len;
			continue;
		}
		if (quote == *p)
			quote = '\0';
		else if (!quote && (*p == '\'' || *p == '"'))
			quote = *p;
		g_string_append_c(out, *p++);
	}
	return g_string_free(out, FALSE);
}

void ferry_planner_respell(const FerryPlanner *p, const FerryTable *source, char **text)
{
	const char *to = ferry_planner_map_schema(p, source->schema);
	g_autofree char *quoted = NULL, *old = NULL;

	if (!*text || !source->schema || !to || strcmp(source->schema, to) == 0)
		return;
	quoted = p->target_ops->quote_identifier(to);
	old = g_steal_pointer(text);
	*text = replace_schema(old, source->schema, quoted);
}
