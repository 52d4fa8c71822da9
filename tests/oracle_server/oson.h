/* JSON text as the binary image that clients get for JSON columns. */
#pragma once
#include "bytes.h"

/* Appends the image; false: this is no JSON text. */
gboolean oson_encode(Bytes *out, const char *text, gsize len);
