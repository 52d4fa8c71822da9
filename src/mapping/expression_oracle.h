/* Between expression_oracle.c and expression_oracle_time.c only. */
#pragma once

#include "mapping/expression_internal.h"

/* DATE '2020-01-31', TIMESTAMP '…': word and literal stand there. */
Piece *ferry_expr_oracle_typed_literal(Parser *p, const char *word);
/* The clock, with the brackets of a precision that may follow. */
Piece *ferry_expr_oracle_clock(Parser *p);
/* In a view: SYSDATE, CURRENT_DATE, LOCALTIMESTAMP, which have no zone. */
Piece *ferry_expr_oracle_local_clock(Parser *p, const char *word);

Piece *ferry_expr_oracle_to_char(Parser *p, const char *name, Args *a);
Piece *ferry_expr_oracle_to_date(Parser *p, const char *name, Args *a);
Piece *ferry_expr_oracle_last_day(Parser *p, const char *name, Args *a);
Piece *ferry_expr_oracle_add_months(Parser *p, const char *name, Args *a);
Piece *ferry_expr_oracle_trunc(Parser *p, const char *name, Args *a);
