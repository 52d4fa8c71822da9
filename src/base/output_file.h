/*
 * Files that a user names for what the program has to tell at its end. A regular file is replaced as a whole, so that a
 * reader never sees half of it; what is none (a device, a pipe) is written to, and stays what it is. Symbolic links are
 * followed.
 */
#pragma once

#include "base/error.h"

/* Whether it can be written, as far as that can be told before; a clause otherwise. */
bool ferry_output_file_check(const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;
bool ferry_output_file_write(const char *path, const char *text, GError **error) G_GNUC_WARN_UNUSED_RESULT;
