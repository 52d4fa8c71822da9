/* See divide.h. */
#include "connectors/divide.h"

static void append_wide(GString *out, FerryWide value)
{
	char digits[48], *p = digits + sizeof digits;
	bool is_negative = value < 0;

	*--p = '\0';
	do {
		int digit = (int)(value % 10);
		*--p = (char)('0' + (digit < 0 ? -digit : digit));
		value /= 10;
	} while (value);
	if (is_negative)
		*--p = '-';
	g_string_append(out, p);
}

/* span * i / n, without its overflow. */
static FerryWide share(FerryWide span, FerryWide i, FerryWide n)
{
	return span / n * i + span % n * i / n;
}

void ferry_divide_range(const char *name, FerryWide min, FerryWide max, FerryWide n, GPtrArray *predicates)
{
	FerryWide span = max - min + 1;

	for (FerryWide i = 0; i < n; i++) {
		GString *predicate = g_string_new(NULL);
		if (i > 0) {
			g_string_append_printf(predicate, "%s >= ", name);
			append_wide(predicate, min + share(span, i, n));
		}
		if (i + 1 < n) {
			g_string_append_printf(predicate, "%s%s < ", i > 0 ? " AND " : "", name);
			append_wide(predicate, min + share(span, i + 1, n));
		}
		g_ptr_array_add(predicates, g_string_free(predicate, FALSE));
	}
}
