/*
 * The nearest word, by counting edits; see nearest.h.
 */
#include "base/nearest.h"

#include <glib.h>
#include <string.h>

/* Edits (insert, delete, change, swap of neighbours) from a to b. */
static size_t distance(const char *a, const char *b)
{
	size_t n = strlen(a), m = strlen(b), w = m + 1;
	g_autofree size_t *d = g_new(size_t, (n + 1) * w);

	for (size_t i = 0; i <= n; i++)
		d[i * w] = i;
	for (size_t j = 0; j <= m; j++)
		d[j] = j;
	for (size_t i = 1; i <= n; i++)
		for (size_t j = 1; j <= m; j++) {
			size_t best = d[(i - 1) * w + j - 1] + (a[i - 1] != b[j - 1]);
			best = MIN(best, d[(i - 1) * w + j] + 1);
			best = MIN(best, d[i * w + j - 1] + 1);
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
				best = MIN(best, d[(i - 2) * w + j - 2] + 1);
			d[i * w + j] = best;
		}
	return d[n * w + m];
}

const char *ferry_nearest(const char *word, const char *const *candidates)
{
	const char *nearest = NULL;
	size_t least = strlen(word) / 3 + 1;

	if (strlen(word) > 60)
		return NULL;
	for (; *candidates; candidates++) {
		size_t edits = distance(word, *candidates);
		/* the beginning of a name is as good as one wrong letter */
		if (strlen(word) >= 3 && g_str_has_prefix(*candidates, word) && strcmp(word, "--") != 0)
			edits = MIN(edits, 1);
		if (edits <= least && (!nearest || edits < least)) {
			least = edits;
			nearest = *candidates;
		}
	}
	return nearest;
}
