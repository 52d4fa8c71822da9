/*
 * From "this table differs" to the rows and columns that do, in three more passes over both sides, with
 * bounded memory and no help from either database's idea of order or equality:
 *   1. rows are spread over buckets by the hash of their key; each bucket has a sum on each side
 *   2. of the rows in buckets whose sums differ, the hashes of key and row are kept; sorted and merged they
 * give the rows that are missing, extra or different
 *   3. the values of the first of those rows are fetched and compared column by column
 * A table without a key uses the hash of the whole row as key: its rows can be missing or extra, not
 * different.
 */
#include "transfer/verify.h"

#include "data/value_text.h"

#include <stdlib.h>
#include <string.h>

#define N_BUCKETS       4096
#define MAX_ENTRIES     2000000 /* a side: 32 MB */
#define MAX_TO_REPAIR   8000000 /* keys over all tables: 64 MB */
#define MAX_DIFFERENCES 100
#define MAX_VALUE_TEXT  200

typedef struct Entry {
	uint64_t key, row;
} Entry;

/* A row that differs, as far as one side has it. */
typedef struct Found {
	Entry entry;
	GPtrArray *values; /* char*, NULL = SQL NULL; by field */
	char *key_text;
} Found;

typedef struct Narrowing {
	FerryRun *run;
	guint table;
	const FerrySchema *schema;
	GArray *key_columns;      /* uint32_t; empty: no key */
	FerryAsLoaded *as_loaded; /* or NULL: no value of the table was bad */
	bool is_merged;           /* rows of the target without a counterpart are none of our business */
	guint part, n_parts;      /* is_merged: the share of keys that is being compared, of how many */
	int64_t n_source, n_matched;
	FerryRepairList repair; /* filled where the run repairs */
	FerryRowSum unmatched;  /* of the source's rows that are missing or different */
	FerryRowSum all;        /* is_merged: of all of the source's rows */
	FerryRowSum *buckets[FERRY_N_SIDES];
	GArray *entries[FERRY_N_SIDES];   /* Entry */
	GHashTable *found[FERRY_N_SIDES]; /* key hash -> Found; values in pass 3 */
	guint n_wanted;
} Narrowing;

typedef struct Pass {
	Narrowing *n;
	FerrySide side;
	FerryRowHasher *row_hasher, *key_hasher;
	void (*visit)(struct Pass *pass, const FerryBatch *batch, size_t row, Entry entry);
} Pass;

static void visit_batch(const FerryBatch *batch, gpointer data)
{
	Pass *pass = data;
	GArray *columns = pass->n->key_columns;
	const uint64_t *rows = ferry_row_hasher_rows(pass->row_hasher, batch, NULL, 0);
	const uint64_t *keys =
		columns->len ? ferry_row_hasher_rows(pass->key_hasher, batch,
						     (const uint32_t *)(void *)columns->data, columns->len)
			     : rows;

	for (size_t row = 0; row < batch->n_rows; row++)
		if (!ferry_batch_is_skipped(batch, row))
			pass->visit(pass, batch, row, (Entry){keys[row], rows[row]});
}

static bool run_pass(Narrowing *n, FerrySide side, void (*visit)(Pass *, const FerryBatch *, size_t, Entry),
		     GError **error)
{
	FerryRun *run = n->run;
	FerryConnection *c = side == FERRY_SIDE_SOURCE ? run->sources[0] : run->targets[0];
	GPtrArray *predicates = run->comparison->tables[n->table].predicates[side];
	g_autoptr(FerryRowHasher) row_hasher = ferry_row_hasher_new(n->schema);
	g_autoptr(FerryRowHasher) key_hasher = ferry_row_hasher_new(n->schema);
	Pass pass = {
		.n = n, .side = side, .row_hasher = row_hasher, .key_hasher = key_hasher, .visit = visit};

	run->comparison->side_at_work = side;
	for (guint i = 0; i < predicates->len; i++)
		if (!ferry_compare_scan(
			    &(FerryScan){.run = run,
					 .side = side,
					 .table = n->table,
					 .predicate = predicates->pdata[i],
					 .as_loaded = side == FERRY_SIDE_SOURCE ? n->as_loaded : NULL,
					 .func = visit_batch,
					 .data = &pass},
			    c, error))
			return false;
	run->comparison->side_at_work = FERRY_SIDE_TARGET;
	return true;
}

static bool run_both(Narrowing *n, void (*visit)(Pass *, const FerryBatch *, size_t, Entry), GError **error)
{
	return run_pass(n, FERRY_SIDE_SOURCE, visit, error) && run_pass(n, FERRY_SIDE_TARGET, visit, error);
}

/* ---- pass 1 and 2 ---- */

static void add_to_bucket(Pass *pass, const FerryBatch *batch, size_t row, Entry entry)
{
	ferry_row_sum_add_hash(&pass->n->buckets[pass->side][entry.key % N_BUCKETS], entry.row);
}

static void keep_entry(Pass *pass, const FerryBatch *batch, size_t row, Entry entry)
{
	Narrowing *n = pass->n;
	guint bucket = entry.key % N_BUCKETS;

	if (ferry_row_sum_equal(&n->buckets[FERRY_SIDE_SOURCE][bucket],
				&n->buckets[FERRY_SIDE_TARGET][bucket]))
		return;
	if (n->entries[pass->side]->len < MAX_ENTRIES)
		g_array_append_val(n->entries[pass->side], entry);
	else
		n->repair.is_cut = true;
}

static int compare_entries(const void *a, const void *b)
{
	const Entry *x = a, *y = b;

	if (x->key != y->key)
		return x->key < y->key ? -1 : 1;
	return x->row < y->row ? -1 : x->row > y->row;
}

static void want_one(Narrowing *n, FerrySide side, const Entry *entry)
{
	if (!entry || g_hash_table_contains(n->found[side], &entry->key))
		return;
	Found *found = g_new0(Found, 1);
	found->entry = *entry;
	g_hash_table_insert(n->found[side], &found->entry.key, found);
}

/* Both sides of a key together, or neither: a side that is left out would look like a missing row. */
static void want(Narrowing *n, const Entry *source, const Entry *target)
{
	if (n->n_wanted == MAX_DIFFERENCES)
		return;
	n->n_wanted++;
	want_one(n, FERRY_SIDE_SOURCE, source);
	want_one(n, FERRY_SIDE_TARGET, target);
}

/* Merges the sorted entries; equal ones cancel each other. Returns the number of keys that differ. */
static int64_t merge_entries(Narrowing *n)
{
	GArray *a = n->entries[FERRY_SIDE_SOURCE], *b = n->entries[FERRY_SIDE_TARGET];
	int64_t differences = 0;
	guint i = 0, j = 0;

	while (i < a->len || j < b->len) {
		Entry *x = i < a->len ? &g_array_index(a, Entry, i) : NULL;
		Entry *y = j < b->len ? &g_array_index(b, Entry, j) : NULL;
		if (x && y && x->key != y->key)
			*(x->key < y->key ? &y : &x) = NULL; /* the smaller one stands alone */
		i += x != NULL;
		j += y != NULL;
		if (x && y && x->row == y->row)
			continue;
		if (x)
			ferry_row_sum_add_hash(&n->unmatched, x->row);
		if (n->run->repairs)
			g_array_append_val(x ? n->repair.restore : n->repair.remove, (x ? x : y)->key);
		want(n, x, y);
		differences++;
	}
	return differences;
}

/* ---- a table that rows were merged into ---- */

/* Every row of the source must be in the target, which may hold others. So the source's entries of a share of
 * the keys are kept and sorted, and of the target's only those with such a key: memory depends on neither
 * side's size. */

static bool is_in_part(const Narrowing *n, Entry entry)
{
	return (entry.key >> 32) % n->n_parts == n->part;
}

static void keep_source_entry(Pass *pass, const FerryBatch *batch, size_t row, Entry entry)
{
	if (!is_in_part(pass->n, entry))
		return;
	g_array_append_val(pass->n->entries[FERRY_SIDE_SOURCE], entry);
	pass->n->n_source++;
	ferry_row_sum_add_hash(&pass->n->all, entry.row);
}

static int compare_keys(const void *a, const void *b)
{
	const Entry *x = a, *y = b;

	return x->key < y->key ? -1 : x->key > y->key;
}

static void keep_known_entry(Pass *pass, const FerryBatch *batch, size_t row, Entry entry)
{
	GArray *known = pass->n->entries[FERRY_SIDE_SOURCE];

	if (!is_in_part(pass->n, entry) || !known->len ||
	    !bsearch(&entry, known->data, known->len, sizeof(Entry), compare_keys))
		return;
	g_array_append_val(pass->n->entries[FERRY_SIDE_TARGET], entry);
	pass->n->n_matched++;
}

static void sort_entries(Narrowing *n, FerrySide side)
{
	if (n->entries[side]->len)
		qsort(n->entries[side]->data, n->entries[side]->len, sizeof(Entry), compare_entries);
}

static bool compare_part(Narrowing *n, int64_t *differences, GError **error)
{
	for (int side = 0; side < FERRY_N_SIDES; side++)
		g_array_set_size(n->entries[side], 0);
	if (!run_pass(n, FERRY_SIDE_SOURCE, keep_source_entry, error))
		return false;
	sort_entries(n, FERRY_SIDE_SOURCE);
	if (!run_pass(n, FERRY_SIDE_TARGET, keep_known_entry, error))
		return false;
	sort_entries(n, FERRY_SIDE_TARGET);
	*differences += merge_entries(n);
	return true;
}

static bool compare_merged(Narrowing *n, int64_t *ret_differences, GError **error)
{
	int64_t differences = 0;

	n->n_parts = (guint)(n->run->tables[n->table].result->rows_read / (MAX_ENTRIES / 2)) + 1;
	for (n->part = 0; n->part < n->n_parts; n->part++)
		if (!compare_part(n, &differences, error))
			return false;
	*ret_differences = differences;
	return true;
}

/* ---- pass 3 ---- */

static char *value_text(const FerryBatch *batch, size_t column, size_t row)
{
	g_autoptr(GString) text = g_string_new(NULL);

	if (!ferry_value_to_text(&batch->columns[column], row, text))
		return NULL;
	g_autofree char *valid = g_utf8_make_valid(text->str, (gssize)text->len);
	if (g_utf8_strlen(valid, -1) <= MAX_VALUE_TEXT)
		return g_steal_pointer(&valid);
	g_autofree char *cut = g_utf8_substring(valid, 0, MAX_VALUE_TEXT);
	return g_strdup_printf("%s… (%zu bytes)", cut, text->len);
}

static char *key_text(Narrowing *n, const GPtrArray *values)
{
	GString *text = g_string_new(NULL);

	for (size_t i = 0; i < n->schema->n_fields; i++) {
		if (n->key_columns->len && !n->schema->fields[i].is_key)
			continue;
		const char *value = values->pdata[i];
		g_string_append_printf(text, "%s%s=%s", text->len ? ", " : "", n->schema->fields[i].name,
				       value ? value : "NULL");
	}
	return g_string_free(text, FALSE);
}

static void fetch_row(Pass *pass, const FerryBatch *batch, size_t row, Entry entry)
{
	Found *found = g_hash_table_lookup(pass->n->found[pass->side], &entry.key);

	if (!found || found->values || found->entry.row != entry.row)
		return;
	found->values = g_ptr_array_new_with_free_func(g_free);
	for (size_t column = 0; column < batch->n_columns; column++)
		g_ptr_array_add(found->values, value_text(batch, column, row));
	found->key_text = key_text(pass->n, found->values);
}

static void add_difference(Narrowing *n, const char *kind, const char *key, const char *column,
			   const char *source, const char *target)
{
	GPtrArray *differences = n->run->result.differences;

	if (differences->len >= MAX_DIFFERENCES)
		return;
	FerryDifference *d = g_new0(FerryDifference, 1);
	d->table = n->table;
	d->kind = g_strdup(kind);
	d->key = g_strdup(key);
	d->column = g_strdup(column);
	d->source_value = g_strdup(source);
	d->target_value = g_strdup(target);
	g_ptr_array_add(differences, d);
}

static void report_row(Narrowing *n, const Found *source, const Found *target)
{
	const Found *one = source ? source : target;

	if (!one->values)
		return; /* it changed under our hands: the next verification will tell */
	if (!source || !target || !source->values || !target->values) {
		add_difference(n, source ? "missing" : "extra", one->key_text, NULL, NULL, NULL);
		return;
	}
	for (size_t i = 0; i < n->schema->n_fields; i++) {
		const char *a = source->values->pdata[i], *b = target->values->pdata[i];
		if (g_strcmp0(a, b))
			add_difference(n, "different", source->key_text, n->schema->fields[i].name, a, b);
	}
}

static void report_all(Narrowing *n)
{
	GHashTableIter iter;
	gpointer key, value;

	g_hash_table_iter_init(&iter, n->found[FERRY_SIDE_SOURCE]);
	while (g_hash_table_iter_next(&iter, &key, &value))
		report_row(n, value, g_hash_table_lookup(n->found[FERRY_SIDE_TARGET], key));
	g_hash_table_iter_init(&iter, n->found[FERRY_SIDE_TARGET]);
	while (g_hash_table_iter_next(&iter, &key, &value))
		if (!g_hash_table_contains(n->found[FERRY_SIDE_SOURCE], key))
			report_row(n, NULL, value);
}

static void found_free(gpointer data)
{
	Found *found = data;

	g_clear_pointer(&found->values, g_ptr_array_unref);
	g_free(found->key_text);
	g_free(found);
}

static void narrowing_init(Narrowing *n, FerryRun *run, guint table)
{
	*n = (Narrowing){.run = run,
			 .table = table,
			 .schema = ferry_run_row_schema(run->tables[table].plan),
			 .is_merged = run->tables[table].is_merged};
	n->key_columns = g_array_new(FALSE, FALSE, sizeof(uint32_t));
	for (uint32_t i = 0; i < n->schema->n_fields; i++)
		if (n->schema->fields[i].is_key)
			g_array_append_val(n->key_columns, i);
	n->repair.restore = g_array_new(FALSE, FALSE, sizeof(uint64_t));
	n->repair.remove = g_array_new(FALSE, FALSE, sizeof(uint64_t));
	for (int side = 0; side < FERRY_N_SIDES; side++) {
		n->buckets[side] = g_new0(FerryRowSum, N_BUCKETS);
		n->entries[side] = g_array_new(FALSE, FALSE, sizeof(Entry));
		n->found[side] = g_hash_table_new_full(g_int64_hash, g_int64_equal, NULL, found_free);
	}
}

static void narrowing_clear(Narrowing *n)
{
	ferry_as_loaded_free(n->as_loaded);
	g_array_unref(n->key_columns);
	g_clear_pointer(&n->repair.restore, g_array_unref);
	g_clear_pointer(&n->repair.remove, g_array_unref);
	for (int side = 0; side < FERRY_N_SIDES; side++) {
		g_free(n->buckets[side]);
		g_array_unref(n->entries[side]);
		g_hash_table_destroy(n->found[side]);
	}
}

static bool find_differing(Narrowing *n, FerryTableResult *result, GError **error)
{
	if (!run_both(n, add_to_bucket, error) || !run_both(n, keep_entry, error))
		return false;
	sort_entries(n, FERRY_SIDE_SOURCE);
	sort_entries(n, FERRY_SIDE_TARGET);
	result->differences = MAX(merge_entries(n), 1);
	return true;
}

/* Rows with a value that a rule has changed are in the target as they were written. So is the source read
 * now, and what is left must be the rows that were rejected: the load's sum without what it took off for the
 * values that were changed, which is what both readings of the source differ by. */
static bool compare_as_written(Narrowing *n, int64_t *ret_differences, GError **error)
{
	FerryRowSum rejected = n->run->tables[n->table].rejected_sum, all_read = n->all;

	n->as_loaded = ferry_as_loaded_new(n->run, n->run->targets[0], n->table, false, error);
	if (!n->as_loaded)
		return false;
	n->all = n->unmatched = (FerryRowSum){0};
	n->n_source = n->n_matched = n->n_wanted = 0;
	for (int side = 0; side < FERRY_N_SIDES; side++)
		g_hash_table_remove_all(n->found[side]);
	if (!compare_merged(n, ret_differences, error))
		return false;
	ferry_row_sum_merge(&rejected, &n->all);
	ferry_row_sum_merge(&all_read, &n->unmatched);
	if (ferry_row_sum_equal(&rejected, &all_read))
		*ret_differences = 0;
	return true;
}

static bool find_unmerged(Narrowing *n, FerryTableResult *result, GError **error)
{
	if (!compare_merged(n, &result->differences, error))
		return false;
	/* What was rejected is in the target as it was before, or not at all. */
	if (ferry_row_sum_equal(&n->unmatched, &n->run->tables[n->table].rejected_sum))
		result->differences = 0;
	else if (ferry_as_loaded_has_rules(n->run) && !compare_as_written(n, &result->differences, error))
		return false;
	result->source_rows = n->n_source;
	result->target_rows = n->n_matched;
	result->is_verified = result->differences == 0;
	return true;
}

/* For after all tables have been looked at, so of many tables only so much. */
static void keep_repair(Narrowing *n)
{
	FerryComparison *cmp = n->run->comparison;
	FerryRepairList *kept = &cmp->tables[n->table].repair;

	*kept = n->repair;
	n->repair = (FerryRepairList){0};
	cmp->n_to_repair += kept->restore->len + kept->remove->len;
	if (cmp->n_to_repair <= MAX_TO_REPAIR)
		return;
	cmp->n_to_repair -= kept->restore->len + kept->remove->len;
	kept->is_cut = true;
	g_array_set_size(kept->restore, 0);
	g_array_set_size(kept->remove, 0);
}

static bool narrow(Narrowing *n, GError **error)
{
	FerryTableState *table = &n->run->tables[n->table];
	bool is_changed = table->result->rows_rejected || ferry_as_loaded_has_rules(n->run);

	if (is_changed && !n->is_merged &&
	    !(n->as_loaded = ferry_as_loaded_new(n->run, n->run->targets[0], n->table,
						 table->result->rows_rejected > 0, error)))
		return false;
	if (!(n->is_merged ? find_unmerged(n, table->result, error)
			   : find_differing(n, table->result, error)))
		return false;
	if (!table->result->differences)
		return true;
	if (!run_both(n, fetch_row, error))
		return false;
	report_all(n);
	if (n->run->repairs)
		keep_repair(n);
	return true;
}

static bool narrow_table(FerryRun *run, guint table, GError **error)
{
	guint n_told = run->result.differences->len;
	Narrowing n;

	run->comparison->side_at_work = FERRY_SIDE_TARGET;
	narrowing_init(&n, run, table);
	bool is_ok = narrow(&n, error);
	narrowing_clear(&n);
	if (!is_ok)
		g_ptr_array_set_size(run->result.differences, (gint)n_told);
	return is_ok;
}

bool ferry_compare_narrow(FerryRun *run, guint table, GError **error)
{
	bool is_ok = ferry_compare_patiently(run, table, "looking for what differs in", narrow_table, error);

	if (is_ok)
		ferry_run_emit(run, (FerryEvent){.type = FERRY_EVENT_TABLE_VERIFIED,
						 .table = (int)table,
						 .rows = run->tables[table].result->target_rows,
						 .differences = run->tables[table].result->differences});
	return is_ok;
}
