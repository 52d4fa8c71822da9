/*
 * The audit log; see audit.h.
 */
#include "service/audit.h"

#include "service/service_internal.h"
#include "service/settings.h"

#include <string.h>

bool ferry_audit_add(FerryStoreTx *tx, const FerryActor *actor, const char *action, const char *object,
		     const char *detail, GError **error)
{
	g_autofree char *now = ferry_store_now();

	return ferry_store_exec(tx, NULL, error,
				"INSERT INTO audit (at, user_name, address, action, object, detail) "
				"VALUES (?, ?, ?, ?, ?, ?)",
				"ssssss", now, actor->user_name, actor->address, action, object, detail);
}

bool ferry_audit_add_now(FerryService *service, const FerryActor *actor, const char *action,
			 const char *object, const char *detail, GError **error)
{
	g_autoptr(FerryStoreTx) tx = ferry_store_begin(service->store, FERRY_STORE_WRITE, error);

	return tx && ferry_audit_add(tx, actor, action, object, detail, error) &&
	       ferry_store_commit(g_steal_pointer(&tx), error);
}

/* ---- forgetting ---- */

static bool forget(FerryStoreTx *tx, const char *before, int64_t *ret_n, GError **error)
{
	return ferry_store_exec(tx, NULL, error, "INSERT INTO audit_expiry (until_at) VALUES (?)", "s",
				before) &&
	       ferry_store_exec(tx, ret_n, error, "DELETE FROM audit WHERE at < ?", "s", before) &&
	       ferry_store_exec(tx, NULL, error, "DELETE FROM audit_expiry", "");
}

bool ferry_audit_expire(FerryService *service, const FerryActor *actor, gint64 before_us, int64_t *ret_n,
			GError **error)
{
	g_autoptr(FerryStoreTx) tx = ferry_store_begin(service->store, FERRY_STORE_WRITE, error);
	g_autofree char *before = ferry_store_time(before_us);
	int64_t n = 0;

	if (!tx || !forget(tx, before, &n, error))
		return false;
	*ret_n = n;
	if (n == 0)
		return true;
	g_autofree char *detail = g_strdup_printf("%" G_GINT64_FORMAT " entries from before %s", n, before);
	return ferry_audit_add(tx, actor, "audit.expire", NULL, detail, error) &&
	       ferry_store_commit(g_steal_pointer(&tx), error);
}

bool ferry_audit_expire_old(FerryService *service, gint64 now_us, GError **error)
{
	const FerryActor itself = {.role = FERRY_ROLE_ADMIN};
	json_t *settings = ferry_settings_get(service, error);
	gint64 days = json_integer_value(json_object_get(settings, "audit_days"));
	bool is_read = settings != NULL;
	int64_t n;

	json_decref(settings);
	if (!is_read || days <= 0)
		return is_read;
	return ferry_audit_expire(service, &itself, now_us - days * G_TIME_SPAN_DAY, &n, error);
}

/* ---- reading ---- */

/* Any ISO 8601 time, or a day alone, as the store writes it, so that texts compare as times do. */
static bool normalise_time(const char *field, const char *text, char **ret_time, GError **error)
{
	g_autoptr(GTimeZone) utc = g_time_zone_new_utc();
	g_autofree char *midnight = NULL;

	*ret_time = NULL;
	if (!text || !*text)
		return true;
	if (!strchr(text, 'T') && !strchr(text, ' '))
		midnight = g_strconcat(text, "T00:00:00", NULL);
	g_autoptr(GDateTime) time = g_date_time_new_from_iso8601(midnight ? midnight : text, utc);
	if (!time)
		return ferry_problem(error, FERRY_PROBLEM_INVALID, field,
				     "write it as 2026-02-28T12:00:00Z or 2026-02-28",
				     "%s is no time: \"%s\"", field, text);
	*ret_time = ferry_store_time(g_date_time_to_unix(time) * G_USEC_PER_SEC +
				     g_date_time_get_microsecond(time));
	return true;
}

static json_t *to_json(const FerryRows *rows, guint i)
{
	json_t *json = json_object();

	json_object_set_new(json, "id", ferry_json_text(ferry_row_text(rows, i, 0)));
	json_object_set_new(json, "at", ferry_json_text(ferry_row_text(rows, i, 1)));
	json_object_set_new(json, "user", ferry_json_text(ferry_row_text(rows, i, 2)));
	json_object_set_new(json, "address", ferry_json_text(ferry_row_text(rows, i, 3)));
	json_object_set_new(json, "action", ferry_json_text(ferry_row_text(rows, i, 4)));
	json_object_set_new(json, "object", ferry_json_text(ferry_row_text(rows, i, 5)));
	json_object_set_new(json, "detail", ferry_json_text(ferry_row_text(rows, i, 6)));
	return json;
}

/* Newest first. A filter that is not given is NULL, and then true. */
static FerryRows *query(FerryStoreTx *tx, const FerryAuditFilter *filter, const char *from, const char *to,
			int64_t before, int64_t limit, GError **error)
{
	const char *user = filter->user && *filter->user ? filter->user : NULL;
	const char *action = filter->action && *filter->action ? filter->action : NULL;
	bool is_prefix = action && g_str_has_suffix(action, ".");

	return ferry_store_query(
		tx, error,
		"SELECT id, at, user_name, address, action, object, detail FROM audit WHERE id < ? "
		"AND (CAST(? AS TEXT) IS NULL OR user_name = ?) "
		"AND (CAST(? AS TEXT) IS NULL OR action = ?) "
		"AND (CAST(? AS TEXT) IS NULL OR substr(action, 1, length(?)) = ?) "
		"AND (CAST(? AS TEXT) IS NULL OR at >= ?) AND (CAST(? AS TEXT) IS NULL OR at < ?) "
		"ORDER BY id DESC LIMIT ?",
		"isssssssssssi", before, user, user, is_prefix ? NULL : action, is_prefix ? NULL : action,
		is_prefix ? action : NULL, is_prefix ? action : NULL, is_prefix ? action : NULL, from, from,
		to, to, limit);
}

json_t *ferry_audit_list(FerryService *service, const FerryAuditFilter *filter, const FerryPage *page,
			 GError **error)
{
	g_autofree char *from = NULL, *to = NULL;
	g_autoptr(FerryRows) rows = NULL;
	gint64 before = G_MAXINT64;

	if (!normalise_time("from", filter->from, &from, error) ||
	    !normalise_time("to", filter->to, &to, error))
		return NULL;
	if (page->cursor && !g_ascii_string_to_signed(page->cursor, 10, 1, G_MAXINT64, &before, NULL)) {
		ferry_problem(error, FERRY_PROBLEM_INVALID, "cursor", NULL, "cursor is none of this list");
		return NULL;
	}
	g_autoptr(FerryStoreTx) tx = ferry_store_begin(service->store, FERRY_STORE_READ, error);
	if (tx)
		rows = query(tx, filter, from, to, before, (int64_t)page->limit + 1, error);
	if (!rows)
		return NULL;
	json_t *items = json_array();
	guint n = MIN(rows->rows->len, page->limit);
	for (guint i = 0; i < n; i++)
		json_array_append_new(items, to_json(rows, i));
	return ferry_page_result(items, rows->rows->len > n ? ferry_row_text(rows, n - 1, 0) : NULL);
}
