/* One line of a reject file as JSON. Numbers of its row are strings of their own digits, for none may pass through a double. */
#pragma once

#include <jansson.h>

/* NULL: *ret_why says where and why. */
json_t *ferry_reject_line_parse(const char *text, size_t len, json_error_t *ret_why);
