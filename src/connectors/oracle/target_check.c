/*
 * What a column cannot hold is marked before it is sent: texts that are too long or no UTF-8, empty ones
 * (which are NULL to Oracle), numbers of more digits than their NUMBER keeps, moments outside of -4712 … 9999
 * or in the ten days of 1582 that the server's calendar leaves out.
 */
#include "connectors/oracle/number.h"
#include "connectors/oracle/target.h"
#include "data/value_text.h"

#define US_PER_DAY (G_GINT64_CONSTANT(86400) * 1000000)

static void mark(FerryBatch *batch, size_t row, size_t column, FerryBadKind kind, bool is_binary)
{
	g_autoptr(GString) text = g_string_new(NULL);
	size_t len;

	if (ferry_type_width(batch->schema->fields[column].type.id) == 0) {
		const uint8_t *bytes = ferry_column_get_bytes(&batch->columns[column], row, &len);
		ferry_batch_mark_bad(batch, row, column, kind, bytes, len, is_binary);
		return;
	}
	ferry_value_to_text(&batch->columns[column], row, text);
	ferry_batch_mark_bad(batch, row, column, kind, text->str, text->len, is_binary);
}

static bool is_looked_at(const FerryBatch *batch, size_t row, size_t column)
{
	return !ferry_column_is_null(&batch->columns[column], row) && !ferry_batch_is_skipped(batch, row);
}

static void check_text(const FerryOracleTargetColumn *t, FerryBatch *batch, size_t column)
{
	for (size_t row = 0; row < batch->n_rows; row++) {
		size_t len;
		if (!is_looked_at(batch, row, column))
			continue;
		const uint8_t *text = ferry_column_get_bytes(&batch->columns[column], row, &len);
		if (len == 0)
			mark(batch, row, column, FERRY_BAD_EMPTY_TEXT, false);
		else if (ferry_utf8_valid_len(text, len) != len)
			mark(batch, row, column, FERRY_BAD_INVALID_ENCODING, true);
		else if (t->length > 0 && len > (size_t)t->length &&
			 (t->is_in_bytes || ferry_utf8_count(text, len) > (size_t)t->length))
			mark(batch, row, column, FERRY_BAD_TOO_LONG, false);
	}
}

static void check_bytes(const FerryOracleTargetColumn *t, FerryBatch *batch, size_t column)
{
	for (size_t row = 0; row < batch->n_rows; row++) {
		size_t len;
		if (!is_looked_at(batch, row, column))
			continue;
		ferry_column_get_bytes(&batch->columns[column], row, &len);
		if (len == 0)
			mark(batch, row, column, FERRY_BAD_EMPTY_TEXT, true);
		else if (t->length > 0 && len > (size_t)t->length)
			mark(batch, row, column, FERRY_BAD_TOO_LONG, true);
	}
}

/* Digits that the column does not keep would be rounded away. */
static void check_number(const FerryOracleTargetColumn *t, FerryBatch *batch, size_t column)
{
	uint8_t bytes[FERRY_ORACLE_MAX_NUMBER];

	for (size_t row = 0; row < batch->n_rows; row++) {
		int first, last;
		if (!is_looked_at(batch, row, column))
			continue;
		size_t len = ferry_oracle_target_number(t, &batch->columns[column], row, bytes);
		if (len == 0 || (ferry_oracle_number_places(bytes, len, &first, &last) &&
				 (-last > t->scale || first - last >= t->digits)))
			mark(batch, row, column, FERRY_BAD_OUT_OF_RANGE, false);
	}
}

/* Whole numbers of 64 bits fit but where the last digits are not kept. */
static bool may_lose_digits(const FerryOracleTargetColumn *t)
{
	bool is_whole = t->id == FERRY_TYPE_BOOL || (t->id >= FERRY_TYPE_INT8 && t->id <= FERRY_TYPE_INT64);

	return !is_whole || t->scale < 0;
}

static bool is_day(int64_t days)
{
	static const int64_t first = -2440185, last = 2932896;    /* 4712-01-01 BC, 9999-12-31 */
	static const int64_t left_out = -141437, go_on = -141427; /* 1582-10-05, 1582-10-15 */

	return days >= first && days <= last && !(days >= left_out && days < go_on);
}

static void check_date(const FerryOracleTargetColumn *t, FerryBatch *batch, size_t column)
{
	const int32_t *days = batch->columns[column].fixed;

	for (size_t row = 0; row < batch->n_rows; row++)
		if (is_looked_at(batch, row, column) && !is_day(days[row]))
			mark(batch, row, column, FERRY_BAD_OUT_OF_RANGE, false);
}

static void check_moment(const FerryOracleTargetColumn *t, FerryBatch *batch, size_t column)
{
	const int64_t *us = batch->columns[column].fixed;

	for (size_t row = 0; row < batch->n_rows; row++) {
		int64_t days = us[row] / US_PER_DAY - (us[row] % US_PER_DAY < 0);
		if (is_looked_at(batch, row, column) && (!is_day(days) || us[row] % t->unit != 0))
			mark(batch, row, column, FERRY_BAD_OUT_OF_RANGE, false);
	}
}

/* Months and days are two types. */
static void check_interval(const FerryOracleTargetColumn *t, FerryBatch *batch, size_t column)
{
	const FerryInterval *values = batch->columns[column].fixed;
	bool has_months = t->type == FERRY_ORACLE_TYPE_INTERVAL_YM;

	for (size_t row = 0; row < batch->n_rows; row++) {
		const FerryInterval *v = &values[row];
		if (is_looked_at(batch, row, column) && (has_months ? v->days || v->us : v->months != 0))
			mark(batch, row, column, FERRY_BAD_OUT_OF_RANGE, false);
	}
}

FerryOracleCheckFunc ferry_oracle_check_for(const FerryOracleTargetColumn *t)
{
	switch (t->type) {
	case FERRY_ORACLE_TYPE_VARCHAR: return t->width == 0 ? check_text : NULL;
	case FERRY_ORACLE_TYPE_RAW: return t->width == 0 ? check_bytes : NULL;
	case FERRY_ORACLE_TYPE_NUMBER: return may_lose_digits(t) ? check_number : NULL;
	case FERRY_ORACLE_TYPE_DATE: return check_date;
	case FERRY_ORACLE_TYPE_TIMESTAMP:
	case FERRY_ORACLE_TYPE_TIMESTAMP_TZ: return check_moment;
	case FERRY_ORACLE_TYPE_INTERVAL_DS:
	case FERRY_ORACLE_TYPE_INTERVAL_YM: return check_interval;
	default: return NULL;
	}
}
