/* Rules of types: any text is a rule or an error with a message. */
#include "project/cast.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autofree char *text = g_strndup((const char *)data, size);
	g_autoptr(GError) error = NULL;
	FerryCast *cast = ferry_cast_parse(text, &error);

	g_assert_true((cast == NULL) == (error != NULL));
	ferry_cast_free(cast);
	return 0;
}
