/*
 * What write.c hands to write_yaml.c.
 */
#pragma once

#include <jansson.h>

/* A document's tree as YAML: block style, short lists in one line. Newly allocated; NULL when memory is out. */
char *ferry_yaml_from_json(const json_t *document);
