/* Even parts of a range: they meet, the ends are open, and neither wide keys nor many parts overflow. */
#include "connectors/divide.h"

static char *parts(FerryWide min, FerryWide max, FerryWide n)
{
	g_autoptr(GPtrArray) predicates = g_ptr_array_new_with_free_func(g_free);

	ferry_divide_range("k", min, max, n, predicates);
	g_ptr_array_add(predicates, NULL);
	return g_strjoinv("; ", (char **)predicates->pdata);
}

static void check(FerryWide min, FerryWide max, FerryWide n, const char *expected)
{
	g_autofree char *text = parts(min, max, n);

	g_assert_cmpstr(text, ==, expected);
}

static void test_parts(void)
{
	FerryWide digits = 1;

	check(1, 10, 1, "");
	check(1, 10, 3, "k < 4; k >= 4 AND k < 7; k >= 7");
	check(-5, 4, 2, "k < 0; k >= 0");
	check(G_MININT64, G_MAXINT64, 2, "k < 0; k >= 0");
	check(0, (FerryWide)G_MAXUINT64, 2, "k < 9223372036854775808; k >= 9223372036854775808");
	for (int i = 0; i < 37; i++)
		digits *= 10;
	check(-digits, digits - 1, 4,
	      "k < -5000000000000000000000000000000000000; "
	      "k >= -5000000000000000000000000000000000000 AND k < 0; "
	      "k >= 0 AND k < 5000000000000000000000000000000000000; "
	      "k >= 5000000000000000000000000000000000000");
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/divide/parts", test_parts);
	return g_test_run();
}
