/* MERGE, of the form that a bulk load has. */
#pragma once
#include "token.h"

char *merge_translate(const Tokens *t);
