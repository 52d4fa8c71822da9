/*
 * A catalog as text for people: what `ferry inspect` prints.
 */
#pragma once

#include "data/catalog.h"

char *ferry_catalog_to_text(const FerryCatalog *catalog); /* newly allocated */
