/*
 * Expressions into Oracle's dialect (private to mapping/): see expression_to_oracle.c for what is taken.
 */
#pragma once

#include "mapping/expression.h"

/* As ferry_expression_translate(), for context->to "oracle". */
char *ferry_expression_to_oracle(const char *expression, const FerryExpressionContext *context,
				 char **ret_remark, char **ret_reason);
