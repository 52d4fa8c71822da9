#include "data/type.h"

#define T(id_) FERRY_TYPE(FERRY_TYPE_##id_)

static const struct {
	FerryType type;
	const char *text;
} texts[] = {
	{T(BOOL), "bool"},
	{T(INT8), "int8"},
	{T(FLOAT32), "float32"},
	{FERRY_TYPE_NUMERIC(12, 2), "decimal(12,2)"},
	{FERRY_TYPE_NUMERIC(0, 0), "decimal"},
	{T(DECIMAL), "decimal"},
	{FERRY_TYPE_NUMERIC(3, -2), "decimal(3,-2)"},
	{T(TEXT), "text"},
	{FERRY_TYPE_SIZED(FERRY_TYPE_TEXT, 40), "text(40)"},
	{{.id = FERRY_TYPE_TEXT, .length = 40, .is_fixed = true}, "text(40) fixed"},
	{FERRY_TYPE_SIZED(FERRY_TYPE_BYTES, 16), "bytes(16)"},
	{FERRY_TYPE_SIZED(FERRY_TYPE_BITS, 3), "bits(3)"},
	{T(DATE), "date"},
	{T(TIMESTAMP), "timestamp"},
	{FERRY_TYPE_FRACTION(FERRY_TYPE_TIMESTAMP, 3), "timestamp(3)"},
	{FERRY_TYPE_FRACTION(FERRY_TYPE_TIME, 0), "time(0)"},
	{T(JSON), "json"},
	{{.id = FERRY_TYPE_JSON, .is_binary_json = true}, "json binary"},
	{T(UUID), "uuid"},
};

static void test_texts(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
		g_autofree char *text = ferry_type_to_string(&texts[i].type);
		g_assert_cmpstr(text, ==, texts[i].text);
	}
}

/* Two types are equal exactly if they read the same. */
static void test_equal(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
		for (size_t k = 0; k < G_N_ELEMENTS(texts); k++) {
			bool expected = g_strcmp0(texts[i].text, texts[k].text) == 0;
			g_assert_true(ferry_type_equal(&texts[i].type, &texts[k].type) == expected);
		}
	}
	FerryType a = T(INT32), b = T(INT32);
	b.length = 7; /* means nothing for an integer */
	g_assert_true(ferry_type_equal(&a, &b));
}

static void test_widths(void)
{
	for (int id = 0; id < FERRY_N_TYPES; id++) {
		size_t width = ferry_type_width((FerryTypeId)id);
		g_assert_true(width == 0 || width == 1 || width == 2 || width == 4 || width == 8 ||
			      width == 16);
		g_assert_cmpstr(ferry_type_id_name((FerryTypeId)id), !=, "unknown");
	}
	g_assert_cmpuint(ferry_type_width(FERRY_TYPE_INTERVAL), ==, sizeof(FerryInterval));
	g_assert_cmpuint(ferry_type_width(FERRY_TYPE_DECIMAL), ==, 0);
	g_assert_cmpuint(ferry_type_width(FERRY_TYPE_DATE), ==, 4);
	g_assert_cmpstr(ferry_type_id_name(FERRY_N_TYPES), ==, "unknown");
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/type/texts", test_texts);
	g_test_add_func("/type/equal", test_equal);
	g_test_add_func("/type/widths", test_widths);
	return g_test_run();
}
