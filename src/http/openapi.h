/*
 * The OpenAPI 3.1 document, made from the same table that routes (route.h) and from the schemas of schemas.json.
 */
#pragma once

#include <jansson.h>

/* A new reference. */
json_t *ferry_openapi_document(void);
