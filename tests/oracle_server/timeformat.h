/* Oracle's date format models: the elements in use, to read and to write. */
#pragma once
#include "datetime.h"

char *timeformat_write(const DateTime *t, const char *format);
gboolean timeformat_read(const char *text, const char *format, DateTime *ret);
