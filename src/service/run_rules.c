/* See run_rules.h. */
#include "service/run_rules.h"

#include "service/connections.h"
#include "service/documents.h"
#include "service/settings.h"

#include <string.h>

/* A connection that is gone is found out when it is needed. */
static bool check_end(FerryService *service, FerryStoreTx *tx, const FerryActor *actor,
		      const json_t *settings, const char *field, const char *id, const char *known_id,
		      GError **error)
{
	if (!id || g_strcmp0(id, known_id) == 0)
		return true;
	g_autoptr(FerryRows) rows =
		ferry_store_query(tx, error, "SELECT 1 FROM connections WHERE id = ?", "s", id);
	if (!rows || rows->rows->len == 0)
		return rows != NULL;
	g_autoptr(FerryUrl) url = ferry_connections_find_url(service, tx, id, error);
	return url && ferry_settings_allow_url(service, actor, settings, url, field, error);
}

static bool check_sql(const FerryActor *actor, const json_t *settings, const char *document,
		      const char *known_document, GError **error)
{
	if (!document)
		return true;
	g_autoptr(FerryProject) project = ferry_project_parse(document, strlen(document), "document", error);
	g_autoptr(FerryProject) known =
		known_document ? ferry_project_parse(known_document, strlen(known_document), "document", NULL)
			       : NULL;
	g_autofree char *path = project ? ferry_documents_find_sql(project, known) : NULL;

	return project && ferry_settings_allow_sql(actor, settings, path, error);
}

bool ferry_run_rules_check(FerryService *service, FerryStoreTx *tx, const FerryActor *actor,
			   const FerryRunParts *parts, const FerryRunParts *known, GError **error)
{
	static const FerryRunParts nothing;

	if (actor->role >= FERRY_ROLE_ADMIN)
		return true;
	if (!known)
		known = &nothing;
	json_t *settings = ferry_settings_read(tx, error);
	bool is_ok = settings && check_sql(actor, settings, parts->document, known->document, error) &&
		     check_end(service, tx, actor, settings, "source_connection_id", parts->source_id,
			       known->source_id, error) &&
		     check_end(service, tx, actor, settings, "target_connection_id", parts->target_id,
			       known->target_id, error);

	json_decref(settings);
	return is_ok;
}
