/*
 * Compiling a table's transforms and applying them to batches; see transform.h.
 */
#include "transform/transform.h"

struct FerryTransform {
	const FerrySchema *in, *out;
};

void ferry_transform_free(FerryTransform *transform)
{
	g_free(transform);
}
