/*
 * Healing: see heal.h. Full jitter (anything between nothing and the bound) keeps lanes that failed together
 * from coming back together. A full disk needs a person or a purge: few tries, far apart.
 */
#include "transfer/heal.h"

#include "transfer/snapshot.h"

#define FIRST_WAIT_MS   250
#define LONGEST_WAIT_MS 30000

static const guint disk_full_waits_ms[] = {5000, 10000, 20000};

static bool is_disk_full(const GError *error)
{
	return g_strcmp0(ferry_error_get_sqlstate(error), "53100") == 0;
}

bool ferry_heal_may(FerryRun *run, const GError *error)
{
	if (!error || ferry_run_is_stopped(run) || error->domain != FERRY_ERROR)
		return false;
	/* Not by us: a time limit of the server, or somebody who stopped the statement. */
	return ferry_error_can_heal(error) || ferry_error_is(error, FERRY_ERROR_CANCELLED) ||
	       is_disk_full(error);
}

guint ferry_heal_backoff_ms(guint n_failures)
{
	guint wait = FIRST_WAIT_MS;

	for (guint i = 1; i < n_failures && wait < LONGEST_WAIT_MS; i++)
		wait *= 2;
	return MIN(wait, LONGEST_WAIT_MS);
}

/* Anything up to the bound. */
static guint jitter_ms(guint n_failures)
{
	return (guint)g_random_int_range(0, (gint32)ferry_heal_backoff_ms(n_failures) + 1);
}

bool ferry_heal_planning(FerryPlanHealing *healing, guint retries, const GError *failure, guint *ret_ms)
{
	healing->is_lost |= ferry_error_is(failure, FERRY_ERROR_LOST);
	if (!healing->is_lost || !ferry_error_can_heal(failure) || healing->n_failures >= retries)
		return false;
	*ret_ms = jitter_ms(++healing->n_failures);
	return true;
}

/* False: there were enough. */
static bool choose_wait(FerryRun *run, FerryHealing *healing, const GError *failure, guint *ret_ms)
{
	healing->n_failures++;
	if (is_disk_full(failure)) {
		if (healing->n_disk_full == MIN(run->project->retries, G_N_ELEMENTS(disk_full_waits_ms)))
			return false;
		*ret_ms = disk_full_waits_ms[healing->n_disk_full++];
		return true;
	}
	if (healing->n_failures > run->project->retries)
		return false;
	*ret_ms = jitter_ms(healing->n_failures);
	return true;
}

static bool sleep_unless_stopped(FerryRun *run, guint ms)
{
	gint64 until = g_get_monotonic_time() + (gint64)ms * 1000;

	g_mutex_lock(&run->mutex);
	while (!ferry_run_is_stopped(run) && g_get_monotonic_time() < until)
		g_cond_wait_until(&run->chunks_changed, &run->mutex, until);
	g_mutex_unlock(&run->mutex);
	return !ferry_run_is_stopped(run);
}

bool ferry_heal_wait(FerryRun *run, FerryHealing *healing, const char *doing, GError *failure, GError **error)
{
	guint wait_ms = 0;
	bool may = ferry_heal_may(run, failure);

	if (!may || !choose_wait(run, healing, failure, &wait_ms)) {
		if (may && healing->n_failures > 1)
			g_prefix_error(&failure, "after %u tries: ", healing->n_failures);
		g_prefix_error(&failure, "%s: ", doing);
		g_propagate_error(error, failure);
		return false;
	}
	g_mutex_lock(&run->mutex);
	run->result.n_retries++;
	g_mutex_unlock(&run->mutex);
	ferry_run_log(run, FERRY_SEVERITY_WARNING, "%s: %s; trying again in %.1f s (%u of %u)", doing,
		      failure->message, wait_ms / 1e3, healing->n_failures, run->project->retries);
	g_error_free(failure);
	return sleep_unless_stopped(run, wait_ms) || ferry_fail(error, FERRY_ERROR_CANCELLED, "stopped");
}

/* Puts the new connection (or NULL) where cancel finds it; closes the one before. */
static void exchange(FerryRun *run, FerryConnection **place, FerryConnection *fresh)
{
	g_mutex_lock(&run->connections_mutex);
	FerryConnection *old = *place;
	*place = fresh;
	g_mutex_unlock(&run->connections_mutex);
	ferry_connection_close(old);
}

static bool reopen(FerryRun *run, FerryHealSide side, guint lane, GError **error)
{
	bool is_source = side == FERRY_HEAL_SOURCE;
	FerryConnection *c =
		is_source ? ferry_connection_open(run->source_connector, run->source_url, false, error)
			  : ferry_connection_open(run->target_connector, run->target_url, lane == 0, error);

	if (!c)
		return false;
	exchange(run, is_source ? &run->sources[lane] : &run->targets[lane], c);
	if (ferry_run_is_stopped(run))
		return ferry_fail(error, FERRY_ERROR_CANCELLED, "stopped");
	/* What was sent last may have been committed before the connection went. */
	return is_source ? ferry_snapshot_renew(run, lane, error)
			 : !run->ledger || ferry_ledger_refresh(run->ledger, c, error);
}

static bool is_of_connection(const GError *error)
{
	return ferry_error_is(error, FERRY_ERROR_LOST) || ferry_error_is(error, FERRY_ERROR_CONNECT);
}

bool ferry_heal(FerryRun *run, FerryHealing *healing, FerryHealSide side, guint lane, const char *doing,
		GError *failure, GError **error)
{
	g_autofree char *where = g_strdup_printf("lane %u, %s", lane + 1, doing);
	bool is_lost = false;

	for (;;) {
		is_lost |= is_of_connection(failure);
		if (!ferry_heal_wait(run, healing, where, failure, error))
			return false;
		failure = NULL;
		if (!is_lost) {
			if (side == FERRY_HEAL_TARGET)
				ferry_target(run->targets[lane])->rollback(run->targets[lane]);
			return true;
		}
		if (reopen(run, side, lane, &failure))
			return true;
	}
}

/* ---- whole stages ---- */

/* The lanes' first error stands in the run; it is looked at here, and forgotten if the stage begins again. */
static GError *steal_error(FerryRun *run, GError *own)
{
	g_mutex_lock(&run->mutex);
	GError *error = g_steal_pointer(&run->error);
	g_mutex_unlock(&run->mutex);
	if (!error)
		return own;
	g_clear_error(&own);
	if (!g_atomic_int_get(&run->is_cancelled))
		g_atomic_int_set(&run->is_stopped, 0);
	return error;
}

bool ferry_heal_stage(FerryRun *run, const char *doing, bool (*func)(FerryRun *, GError **), GError **error)
{
	FerryHealing healing = {0};

	for (;;) {
		GError *failure = NULL;
		if (func(run, &failure) && !ferry_run_is_stopped(run))
			return true;
		failure = steal_error(run, failure);
		if (!failure || !ferry_heal_may(run, failure)) {
			if (failure)
				g_propagate_error(error, failure);
			return false;
		}
		if (!ferry_heal_wait(run, &healing, doing, failure, error))
			return false;
		ferry_run_forget(run);
	}
}
