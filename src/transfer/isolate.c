/* See isolate.h. */
#include "transfer/isolate.h"

#define SAVEPOINT "ferry_rows"
#define MIN_PIECE 16
#define MAX_PIECE 2048
#define PIECE_STEP                                                                                           \
	512 /* against an eighth less for each refusal: 830 rows where one in a thousand is refused */

typedef enum { PIECE_FAILED, PIECE_LOADED, PIECE_REFUSED } Piece;

bool ferry_isolate_is_about_rows(const GError *error)
{
	return ferry_error_is(error, FERRY_ERROR_DATA) || ferry_error_is(error, FERRY_ERROR_INTEGRITY);
}

bool ferry_isolate_flush(FerryWriter *writer, int64_t expected, GError **error)
{
	int64_t taken = 0;

	if (!ferry_writer_flush(writer, &taken, error))
		return false;
	if (taken == expected)
		return true;
	ferry_fail(error, FERRY_ERROR_FAILED,
		   "the target took %" G_GINT64_FORMAT " rows of the %" G_GINT64_FORMAT " that were sent",
		   taken, expected);
	ferry_error_hint(error, "a trigger or rule on the table may drop rows; disable it while copying");
	return false;
}

/* The row that the writer counts as number refused; first + n: none. */
static size_t find_refused(const FerryBatch *batch, size_t first, size_t n, int64_t refused)
{
	size_t row = first;

	for (; row < first + n; row++)
		if (!ferry_batch_is_skipped(batch, row) && refused-- == 0)
			break;
	return row;
}

static bool release(FerryConnection *c, GError **error)
{
	return !ferry_target_words(c->connector)->has_release ||
	       ferry_target(c)->execute(c, "RELEASE SAVEPOINT " SAVEPOINT, NULL, error);
}

/* Behind the savepoint, which is there afterwards only where the piece was refused. */
static Piece load_piece(FerryIsolation *it, const FerryBatch *batch, size_t first, size_t n, GError **reason,
			GError **error)
{
	const FerryTargetOps *ops = ferry_target(it->target);

	if (ferry_writer_append(*it->writer, batch, first, n, reason) &&
	    ferry_isolate_flush(*it->writer, ferry_batch_count_kept(batch, first, n), reason))
		return release(it->target, error) ? PIECE_LOADED : PIECE_FAILED;
	if (!ferry_isolate_is_about_rows(*reason)) {
		g_propagate_error(error, g_steal_pointer(reason));
		return PIECE_FAILED;
	}
	if (!ops->refused_row) /* it may be in any state */
		ferry_writer_close(g_steal_pointer(it->writer));
	if (!ops->execute(it->target, "ROLLBACK TO SAVEPOINT " SAVEPOINT, NULL, error))
		return PIECE_FAILED;
	if (!*it->writer)
		*it->writer = it->reopen(it->data, error);
	return *it->writer ? PIECE_REFUSED : PIECE_FAILED;
}

/* A piece was refused: leaves a row out, or makes the next piece much smaller. */
static bool narrow(FerryIsolation *it, FerryBatch *batch, size_t first, size_t n, const GError *reason,
		   GError **error)
{
	const FerryTargetOps *ops = ferry_target(it->target);
	int64_t refused = ops->refused_row ? ops->refused_row(*it->writer) : -1;
	size_t row = refused < 0 ? first + n : find_refused(batch, first, n, refused);

	if (n == 1)
		row = first;
	if (row == first + n) {
		it->piece_rows = n / 2;
		return true;
	}
	it->piece_rows = MAX(n - n / 8, MIN_PIECE);
	if (!it->refuse(batch, row, reason, it->data, error))
		return false;
	ferry_batch_skip_row(batch, row);
	return true;
}

bool ferry_isolate_load(FerryIsolation *it, FerryBatch *batch, int64_t *ret_loaded, GError **error)
{
	size_t first = 0;
	bool has_savepoint = false;

	if (it->piece_rows == 0)
		it->piece_rows = MAX_PIECE;
	for (;;) {
		while (first < batch->n_rows && ferry_batch_is_skipped(batch, first))
			first++;
		size_t n = MIN(it->piece_rows, batch->n_rows - first);
		if (n == 0)
			break;
		if (!has_savepoint &&
		    !ferry_target(it->target)->execute(it->target, "SAVEPOINT " SAVEPOINT, NULL, error))
			return false;
		g_autoptr(GError) reason = NULL;
		Piece piece = load_piece(it, batch, first, n, &reason, error);
		has_savepoint = piece == PIECE_REFUSED;
		if (piece == PIECE_FAILED ||
		    (piece == PIECE_REFUSED && !narrow(it, batch, first, n, reason, error)))
			return false;
		if (piece == PIECE_REFUSED)
			continue;
		*ret_loaded += ferry_batch_count_kept(batch, first, n);
		first += n;
		it->piece_rows = MIN(it->piece_rows + MIN(it->piece_rows, PIECE_STEP), MAX_PIECE);
	}
	return !has_savepoint || release(it->target, error);
}
