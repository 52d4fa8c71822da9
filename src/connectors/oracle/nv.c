/* See nv.h. */
#include "connectors/oracle/nv.h"

#include <string.h>

#define MAX_DEPTH 16

static const char *skip_blanks(const char *p)
{
	for (;;) {
		while (g_ascii_isspace(*p))
			p++;
		if (*p != '#')
			return p;
		while (*p && *p != '\n')
			p++;
	}
}

static FerryOracleNv *parse(const char **text, unsigned depth);

/* What stands behind the equals sign, up to the closing bracket. */
static bool parse_content(const char **text, FerryOracleNv *nv, unsigned depth)
{
	const char *p = skip_blanks(*text);

	if (*p == '(') {
		nv->children = g_ptr_array_new_with_free_func((GDestroyNotify)ferry_oracle_nv_free);
		while (*p == '(') {
			FerryOracleNv *child = parse(&p, depth + 1);
			if (!child)
				return false;
			g_ptr_array_add(nv->children, child);
			p = skip_blanks(p);
		}
	} else {
		bool is_quoted = *p == '"';
		const char *begin = p += is_quoted;
		while (*p && (is_quoted ? *p != '"' : *p != ')' && *p != '('))
			p++;
		nv->value = g_strchomp(g_strndup(begin, (gsize)(p - begin)));
		if (is_quoted && *p == '"')
			p = skip_blanks(p + 1);
	}
	*text = p;
	return *p == ')';
}

static FerryOracleNv *parse(const char **text, unsigned depth)
{
	const char *p = skip_blanks(*text);

	if (*p != '(' || depth > MAX_DEPTH)
		return NULL;
	p = skip_blanks(p + 1);
	size_t len = strcspn(p, "=()\n \t\r");
	g_autoptr(FerryOracleNv) nv = g_new0(FerryOracleNv, 1);
	nv->key = g_strndup(p, len);
	p = skip_blanks(p + len);
	if (len == 0 || *p != '=')
		return NULL;
	p++;
	if (!parse_content(&p, nv, depth))
		return NULL;
	*text = p + 1;
	return g_steal_pointer(&nv);
}

FerryOracleNv *ferry_oracle_nv_parse(const char **text)
{
	return parse(text, 0);
}

void ferry_oracle_nv_free(FerryOracleNv *nv)
{
	if (!nv)
		return;
	g_free(nv->key);
	g_free(nv->value);
	if (nv->children)
		g_ptr_array_unref(nv->children);
	g_free(nv);
}

bool ferry_oracle_nv_is(const FerryOracleNv *nv, const char *key)
{
	return g_ascii_strcasecmp(nv->key, key) == 0;
}

const FerryOracleNv *ferry_oracle_nv_find(const FerryOracleNv *nv, const char *key)
{
	const FerryOracleNv *found = ferry_oracle_nv_is(nv, key) ? nv : NULL;

	for (guint i = 0; !found && nv->children && i < nv->children->len; i++)
		found = ferry_oracle_nv_find(nv->children->pdata[i], key);
	return found;
}

const char *ferry_oracle_nv_value(const FerryOracleNv *nv, const char *key)
{
	const FerryOracleNv *found = ferry_oracle_nv_find(nv, key);
	return found ? found->value : NULL;
}

void ferry_oracle_nv_append(const FerryOracleNv *nv, GString *out)
{
	g_string_append_printf(out, "(%s=%s", nv->key, nv->value ? nv->value : "");
	for (guint i = 0; nv->children && i < nv->children->len; i++)
		ferry_oracle_nv_append(nv->children->pdata[i], out);
	g_string_append_c(out, ')');
}

typedef enum { NAMED_OTHERWISE, NAMED_WITH_DOMAIN, NAMED_SO } Named;

/* One of "sales, sales.example.com", before an equals sign. */
static Named compare_names(const char *names, gsize len, const char *name)
{
	g_autofree char *copy = g_strndup(names, len);
	g_auto(GStrv) all = g_strsplit(copy, ",", -1);
	size_t n = strlen(name);
	Named best = NAMED_OTHERWISE;

	for (size_t i = 0; all[i]; i++) {
		const char *one = g_strstrip(all[i]);
		if (g_ascii_strncasecmp(one, name, n) != 0)
			continue;
		if (one[n] == '\0')
			return NAMED_SO;
		if (one[n] == '.' && !strchr(name, '.'))
			best = NAMED_WITH_DOMAIN;
	}
	return best;
}

/* A name without a domain is found with one, too, where nothing is called just so, and one only. */
FerryOracleNv *ferry_oracle_nv_in_tnsnames(const char *text, const char *name)
{
	const char *p = skip_blanks(text);
	g_autoptr(FerryOracleNv) with_domain = NULL;
	unsigned n_with_domain = 0;

	while (*p) {
		size_t len = strcspn(p, "=#");
		if (p[len] != '=')
			break;
		const char *content = skip_blanks(p + len + 1);
		Named named = compare_names(p, len, name);
		g_autoptr(FerryOracleNv) nv = *content == '(' ? ferry_oracle_nv_parse(&content) : NULL;
		if (!nv)
			content += strcspn(content, "\n");
		if (named == NAMED_SO)
			return g_steal_pointer(&nv);
		if (named == NAMED_WITH_DOMAIN && ++n_with_domain == 1)
			with_domain = g_steal_pointer(&nv);
		p = skip_blanks(content);
	}
	return n_with_domain == 1 ? g_steal_pointer(&with_domain) : NULL;
}
