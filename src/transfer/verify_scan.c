/*
 * Reads one chunk of one side for verification: rows are handed on as they are written, without those that
 * the reject file names.
 */
#include "transfer/known_rejects.h"
#include "transfer/verify.h"

#define BATCH_ROWS  2048
#define BATCH_BYTES (256 * 1024)

/* Between a reader and who wants its rows. */
typedef struct Scanner {
	const FerryScan *scan;
	FerryTransformer *transformer; /* or NULL */
	FerryBatch *written;
	int64_t *failed;
	FerryRowHasher *known_hasher; /* or NULL: no rows of the table are known to be rejected */
} Scanner;

static void scanner_init(Scanner *s, const FerryScan *scan, const FerryTablePlan *plan)
{
	s->scan = scan;
	if (scan->side == FERRY_SIDE_SOURCE && plan->transform) {
		s->transformer = ferry_transformer_new(plan->transform);
		s->written = ferry_batch_new(plan->write_schema, BATCH_ROWS);
		s->failed = g_new0(int64_t, ferry_transform_n_checks(plan->transform) + 1);
	}
	if (ferry_known_rejects_count(scan->run->known, scan->table))
		s->known_hasher = ferry_row_hasher_new(ferry_scan_schema(plan, scan->side));
}

static void scanner_clear(Scanner *s)
{
	g_clear_pointer(&s->transformer, ferry_transformer_free);
	g_clear_pointer(&s->written, ferry_batch_free);
	g_clear_pointer(&s->known_hasher, ferry_row_hasher_free);
	g_free(s->failed);
}

static bool visit(Scanner *s, FerryBatch *batch, GError **error)
{
	const FerryScan *scan = s->scan;

	if (s->transformer) {
		if (!ferry_transformer_apply(s->transformer, batch, s->written, s->failed, error))
			return false;
		batch = s->written;
	}
	if (s->known_hasher)
		ferry_known_rejects_skip(scan->run->known, scan->table, s->known_hasher, batch);
	if (scan->as_loaded && !ferry_as_loaded_apply(scan->as_loaded, batch, error))
		return false;
	scan->func(batch, scan->data);
	if (s->transformer) /* now, for it may hold what the permit of the other was for */
		ferry_batch_clear(s->written);
	return true;
}

static void after_batch(const FerryScan *scan, const FerryBatch *batch)
{
	int64_t rows = (int64_t)batch->n_rows, bytes = (int64_t)batch->source_bytes;

	if (scan->side == FERRY_SIDE_SOURCE)
		ferry_run_wait_for_limit(scan->run, rows, bytes);
	if (!scan->is_quiet)
		ferry_run_emit(scan->run, (FerryEvent){.type = FERRY_EVENT_VERIFY_PROGRESS,
						       .table = (int)scan->table,
						       .rows = rows,
						       .bytes = bytes});
}

static bool read_all(Scanner *s, FerryReader *reader, FerryBatch *batch, GError **error)
{
	FerryStep step;

	while ((step = ferry_reader_next(reader, batch, error)) == FERRY_STEP_MORE) {
		if (ferry_run_is_stopped(s->scan->run))
			return ferry_fail(error, FERRY_ERROR_CANCELLED, "stopped");
		if (!visit(s, batch, error))
			return false;
		after_batch(s->scan, batch);
		ferry_batch_clear(batch);
	}
	return step == FERRY_STEP_END;
}

bool ferry_compare_scan(const FerryScan *scan, FerryConnection *c, GError **error)
{
	const FerryTablePlan *plan = scan->run->tables[scan->table].plan;
	FerryReadSpec spec = {.table = scan->run->comparison->tables[scan->table].tables[scan->side],
			      .schema = scan->side == FERRY_SIDE_SOURCE ? plan->read_schema
									: plan->write_schema,
			      .predicate = scan->predicate,
			      .batch_bytes = BATCH_BYTES,
			      .giants = scan->run->giants};
	g_autoptr(FerryReader) reader = ferry_reader_open(c, &spec, error);
	if (!reader)
		return false;
	g_autoptr(FerryBatch) batch = ferry_batch_new(spec.schema, BATCH_ROWS);
	Scanner scanner = {0};

	scanner_init(&scanner, scan, plan);
	bool is_ok = read_all(&scanner, reader, batch, error);
	scanner_clear(&scanner);
	return is_ok;
}
