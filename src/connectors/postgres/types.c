/*
 * From PostgreSQL's types to the logical ones they travel as. What has no exact counterpart travels as text,
 * in the form of the type's own output function, which every server of this kind reads back.
 */
#include "connectors/postgres/private.h"

/* A typmod counts its own four header bytes where a length is meant. */
static FerryType sized(FerryTypeId id, int64_t length, bool is_fixed)
{
	FerryType type = FERRY_TYPE_SIZED(id, length);
	type.is_fixed = is_fixed;
	return type;
}

/* Scale has eleven bits with a sign; a negative one has no place in a logical type. */
static FerryType numeric(int typmod)
{
	if (typmod < 4)
		return FERRY_TYPE_NUMERIC(0, 0);
	int precision = ((typmod - 4) >> 16) & 0xffff;
	int scale = (((typmod - 4) & 0x7ff) ^ 1024) - 1024;
	if (scale < 0)
		return FERRY_TYPE_NUMERIC(precision - scale, 0);
	return FERRY_TYPE_NUMERIC(MAX(precision, scale), scale);
}

FerryType ferry_pg_natural_type(unsigned oid, int typmod)
{
	FerryType type;
	switch (oid) {
	case PG_BOOL: return FERRY_TYPE(FERRY_TYPE_BOOL);
	case PG_INT2: return FERRY_TYPE(FERRY_TYPE_INT16);
	case PG_INT4: return FERRY_TYPE(FERRY_TYPE_INT32);
	case PG_INT8: return FERRY_TYPE(FERRY_TYPE_INT64);
	case PG_FLOAT4: return FERRY_TYPE(FERRY_TYPE_FLOAT32);
	case PG_FLOAT8: return FERRY_TYPE(FERRY_TYPE_FLOAT64);
	case PG_NUMERIC: return numeric(typmod);
	case PG_VARCHAR: return sized(FERRY_TYPE_TEXT, typmod >= 4 ? typmod - 4 : 0, false);
	case PG_BPCHAR: return sized(FERRY_TYPE_TEXT, typmod >= 4 ? typmod - 4 : 0, typmod >= 4);
	case PG_BYTEA: return FERRY_TYPE(FERRY_TYPE_BYTES);
	case PG_DATE: return FERRY_TYPE(FERRY_TYPE_DATE);
	case PG_TIME: return FERRY_TYPE_FRACTION(FERRY_TYPE_TIME, typmod >= 0 ? typmod : -1);
	case PG_TIMESTAMP: return FERRY_TYPE_FRACTION(FERRY_TYPE_TIMESTAMP, typmod >= 0 ? typmod : -1);
	case PG_TIMESTAMPTZ: return FERRY_TYPE_FRACTION(FERRY_TYPE_TIMESTAMPTZ, typmod >= 0 ? typmod : -1);
	case PG_INTERVAL:
		/* The lower half is the precision, all ones where not said. */
		return FERRY_TYPE_FRACTION(FERRY_TYPE_INTERVAL,
					   typmod >= 0 && (typmod & 0xffff) <= 6 ? typmod & 0xffff : -1);
	case PG_UUID: return FERRY_TYPE(FERRY_TYPE_UUID);
	case PG_JSON: return FERRY_TYPE(FERRY_TYPE_JSON);
	case PG_JSONB:
		type = FERRY_TYPE(FERRY_TYPE_JSON);
		type.is_binary_json = true;
		return type;
	case PG_BIT: return sized(FERRY_TYPE_BITS, typmod > 0 ? typmod : 1, true);
	case PG_VARBIT: return sized(FERRY_TYPE_BITS, typmod > 0 ? typmod : 0, false);
	default: return FERRY_TYPE(FERRY_TYPE_TEXT);
	}
}
