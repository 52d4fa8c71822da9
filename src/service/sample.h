/*
 * The built-in sample: a database, a file to copy it into, and a project between the two, so that the first migration needs
 * nothing else.
 */
#pragma once

#include "service/service.h"

/* Makes it where the store is new: a file beside it, without connections, that never had a sample. Whoever deletes the sample does
 * not get it again. No error where there is nothing to do. */
bool ferry_sample_make(FerryService *service, GError **error);
