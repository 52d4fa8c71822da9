/* See run_rules.h. */
#include "service/run_rules.h"

#include "service/connections.h"
#include "service/documents.h"
#include "service/settings.h"

#include <string.h>

/* A connection that is gone is found out when it is needed. */
static bool check_end(FerryService *service, FerryStoreTx *tx, const FerryActor *actor,
		      const json_t *settings, const char *id, GError **error)
{
	g_autoptr(FerryRows) known =
		id ? ferry_store_query(tx, error, "SELECT 1 FROM connections WHERE id = ?", "s", id) : NULL;

	if (!known || known->rows->len == 0)
		return !id || known;
	g_autoptr(FerryUrl) url = ferry_connections_find_url(service, tx, id, error);
	return url && ferry_settings_allow_url(service, actor, settings, url, error);
}

static bool check_sql(const FerryActor *actor, const json_t *settings, const char *document, GError **error)
{
	if (!document)
		return true;
	g_autoptr(FerryProject) project = ferry_project_parse(document, strlen(document), "document", error);

	return project &&
	       ferry_settings_allow_sql(actor, settings, ferry_documents_has_hooks(project), error);
}

bool ferry_run_rules_check(FerryService *service, FerryStoreTx *tx, const FerryActor *actor,
			   const char *document, const char *source_id, const char *target_id, GError **error)
{
	if (actor->role >= FERRY_ROLE_ADMIN)
		return true;
	json_t *settings = ferry_settings_read(tx, error);
	bool is_ok = settings && check_sql(actor, settings, document, error) &&
		     check_end(service, tx, actor, settings, source_id, error) &&
		     check_end(service, tx, actor, settings, target_id, error);

	json_decref(settings);
	return is_ok;
}
