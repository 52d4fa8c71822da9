/*
 * Values that are written as a short text, alike in the document and in a flag. Parsers leave *ret_… untouched on failure;
 * their message says what was given and what is expected, and no more: the caller names the member or the flag.
 */
#pragma once

#include "project/project.h"

/* "100", "1%", "100, 0.5%", "none". */
bool ferry_reject_limit_parse(const char *text, FerryRejectLimit *ret_limit, GError **error) G_GNUC_WARN_UNUSED_RESULT;
char *ferry_reject_limit_to_text(FerryRejectLimit limit); /* "none" where there is none */

/* "10000rows/s" (or 10000), "5MB/s" (or 5MB), both with a comma between them, "none". B, kB, MB and GB count by 1,000, KiB, MiB and GiB by 1,024. */
bool ferry_read_limit_parse(const char *text, int64_t *ret_rows, int64_t *ret_bytes, GError **error)
	G_GNUC_WARN_UNUSED_RESULT;
char *ferry_read_limit_to_text(int64_t rows, int64_t bytes); /* "none" where both are 0 */
