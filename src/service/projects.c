/*
 * Projects in the store; see projects.h.
 */
#include "service/project_internal.h"

#include "service/access.h"
#include "service/audit.h"
#include "service/documents.h"
#include "service/execution_internal.h"
#include "service/hash_keys.h"
#include "service/run_rules.h"
#include "service/templates.h"

#include <string.h>

#define MAX_NAME 200
/* A page saves twice a second while somebody types. What it saves by itself is one version for so long. */
#define AUTOSAVE_US (5 * G_TIME_SPAN_MINUTE)

/* ---- reading ---- */

json_t *ferry_project_json(const FerryRows *rows, guint i)
{
	return json_pack("{s:s, s:s, s:o, s:o, s:o, s:I, s:s, s:s}", "id",
			 ferry_row_text(rows, i, FERRY_PROJECT_AT_ID), "name",
			 ferry_row_text(rows, i, FERRY_PROJECT_AT_NAME), "source_connection_id",
			 ferry_json_text(ferry_row_text(rows, i, FERRY_PROJECT_AT_SOURCE)),
			 "target_connection_id",
			 ferry_json_text(ferry_row_text(rows, i, FERRY_PROJECT_AT_TARGET)), "document",
			 ferry_json_parse(ferry_row_text(rows, i, FERRY_PROJECT_AT_DOCUMENT)), "version",
			 (json_int_t)ferry_row_int(rows, i, FERRY_PROJECT_AT_VERSION), "created_at",
			 ferry_row_text(rows, i, FERRY_PROJECT_AT_CREATED_AT), "updated_at",
			 ferry_row_text(rows, i, FERRY_PROJECT_AT_UPDATED_AT));
}

/* What lists and single projects tell besides. Takes the project; NULL and *error when the store fails. */
static json_t *add_more(FerryStoreTx *tx, const FerryActor *actor, json_t *project, GError **error)
{
	g_autoptr(FerryRows) rows =
		ferry_store_query(tx, error,
				  "SELECT " FERRY_EXECUTION_COLUMNS
				  " FROM executions WHERE project_id = ? ORDER BY id DESC LIMIT 1",
				  "s", json_string_value(json_object_get(project, "id")));

	if (!rows || !ferry_access_describe(tx, actor, project, error)) {
		json_decref(project);
		return NULL;
	}
	json_object_set_new(project, "last_execution",
			    rows->rows->len ? ferry_execution_json(rows, 0) : json_null());
	return project;
}

FerryRows *ferry_project_find(FerryStoreTx *tx, const char *id, GError **error)
{
	g_autofree char *sql = g_strconcat("SELECT " FERRY_PROJECT_COLUMNS " FROM projects WHERE id = ?",
					   ferry_store_lock_suffix(tx), NULL);
	FerryRows *rows = ferry_store_query(tx, error, sql, "s", id);

	if (rows && rows->rows->len == 0) {
		ferry_problem(error, FERRY_PROBLEM_NOT_FOUND, "id", NULL, "there is no project %s", id);
		g_clear_pointer(&rows, ferry_rows_free);
	}
	return rows;
}

json_t *ferry_projects_list(FerryService *service, const FerryActor *actor, const FerryPage *page,
			    GError **error)
{
	g_autoptr(FerryStoreTx) tx = ferry_store_begin(service->store, FERRY_STORE_READ, error);
	g_autoptr(FerryRows) rows = NULL;

	if (tx)
		rows = ferry_store_query(
			tx, error,
			"SELECT " FERRY_PROJECT_COLUMNS
			" FROM projects WHERE name > ? AND " FERRY_ACCESS_SQL("id") " ORDER BY name LIMIT ?",
			"s" FERRY_ACCESS_TYPES "i", page->cursor ? page->cursor : "", FERRY_ACCESS_OF(actor),
			(int64_t)page->limit + 1);
	if (!rows)
		return NULL;
	json_t *items = json_array();
	guint n = MIN(rows->rows->len, page->limit);
	for (guint i = 0; i < n; i++) {
		json_t *project = add_more(tx, actor, ferry_project_json(rows, i), error);
		if (!project) {
			json_decref(items);
			return NULL;
		}
		json_array_append_new(items, project);
	}
	return ferry_page_result(
		items, rows->rows->len > n ? ferry_row_text(rows, n - 1, FERRY_PROJECT_AT_NAME) : NULL);
}

json_t *ferry_projects_get(FerryService *service, const FerryActor *actor, const char *id, GError **error)
{
	g_autoptr(FerryStoreTx) tx = ferry_store_begin(service->store, FERRY_STORE_READ, error);
	g_autoptr(FerryRows) rows = tx ? ferry_project_find(tx, id, error) : NULL;

	return rows ? add_more(tx, actor, ferry_project_json(rows, 0), error) : NULL;
}

/* ---- writing ---- */

typedef struct Draft {
	const char *name, *source, *target; /* borrowed */
	char *document;
	bool is_autosave;
} Draft;

/* A member that is missing keeps what is there; null clears it. */
static const char *merged(const json_t *request, const char *name, const char *old)
{
	const json_t *value = json_object_get(request, name);

	return value ? json_string_value(value) : old;
}

static bool make_draft(FerryService *service, const json_t *request, const FerryRows *old, Draft *draft,
		       GError **error)
{
	const json_t *document = json_object_get(request, "document");

	draft->name = merged(request, "name", old ? ferry_row_text(old, 0, FERRY_PROJECT_AT_NAME) : NULL);
	draft->source = merged(request, "source_connection_id",
			       old ? ferry_row_text(old, 0, FERRY_PROJECT_AT_SOURCE) : NULL);
	draft->target = merged(request, "target_connection_id",
			       old ? ferry_row_text(old, 0, FERRY_PROJECT_AT_TARGET) : NULL);
	draft->is_autosave = json_is_true(json_object_get(request, "is_autosave"));
	if (!draft->name || !*draft->name || g_utf8_strlen(draft->name, -1) > MAX_NAME)
		return ferry_problem(error, FERRY_PROBLEM_INVALID, "name", NULL,
				     "a project needs a name of 1 to %d characters", MAX_NAME);
	if (document)
		draft->document = ferry_documents_check(service, document, error);
	else
		draft->document = g_strdup(old ? ferry_row_text(old, 0, FERRY_PROJECT_AT_DOCUMENT)
					       : "{\"version\": 1}");
	return draft->document != NULL;
}

static bool check_connection(FerryStoreTx *tx, const char *field, const char *id, GError **error)
{
	if (!id)
		return true;
	g_autoptr(FerryRows) rows =
		ferry_store_query(tx, error, "SELECT 1 FROM connections WHERE id = ?", "s", id);
	if (!rows || rows->rows->len > 0)
		return rows != NULL;
	return ferry_problem(error, FERRY_PROBLEM_INVALID, field, NULL, "there is no connection %s", id);
}

/* old: the version that it goes on from, or NULL. */
static bool check_draft(FerryService *service, FerryStoreTx *tx, const FerryActor *actor, const Draft *draft,
			const FerryRows *old, GError **error)
{
	const FerryRunParts parts = {draft->document, draft->source, draft->target};
	FerryRunParts known = {NULL};

	if (old)
		known = (FerryRunParts){ferry_row_text(old, 0, FERRY_PROJECT_AT_DOCUMENT),
					ferry_row_text(old, 0, FERRY_PROJECT_AT_SOURCE),
					ferry_row_text(old, 0, FERRY_PROJECT_AT_TARGET)};
	return check_connection(tx, "source_connection_id", draft->source, error) &&
	       check_connection(tx, "target_connection_id", draft->target, error) &&
	       ferry_run_rules_check(service, tx, actor, &parts, &known, error);
}

static bool name_taken(GError **error, const char *name)
{
	if (error && ferry_error_is(*error, FERRY_ERROR_EXISTS)) {
		g_clear_error(error);
		ferry_problem(error, FERRY_PROBLEM_CONFLICT, "name", "choose another name",
			      "there is a project \"%s\" already", name);
	}
	return false;
}

/* autosave_since: NULL for a save of its own. */
static bool keep_version(FerryStoreTx *tx, const FerryActor *actor, const char *id,
			 const char *autosave_since, GError **error)
{
	g_autofree char *now = ferry_store_now();

	return ferry_store_exec(
		tx, NULL, error,
		"INSERT INTO project_versions (project_id, version, name, source_connection_id, "
		"target_connection_id, document, user_name, created_at, autosave_since) SELECT id, version, "
		"name, source_connection_id, target_connection_id, document, ?, ?, ? FROM projects WHERE id "
		"= ?",
		"ssss", actor->user_name, now, autosave_since, id);
}

/* Makes room for an autosave: the version that it goes on from, where that is one of a few minutes ago by the
 * same person which nothing has been run from, gives way to it. *since: when these saves have begun. */
static bool replace_autosave(FerryStoreTx *tx, const FerryActor *actor, const char *id, int64_t version,
			     char **since, GError **error)
{
	g_autofree char *oldest = ferry_store_time(g_get_real_time() - AUTOSAVE_US);
	g_autoptr(FerryRows) rows = ferry_store_query(
		tx, error,
		"SELECT autosave_since FROM project_versions WHERE project_id = ? AND version = ? AND "
		"user_name = ? AND autosave_since > ? AND NOT EXISTS (SELECT 1 FROM executions WHERE "
		"project_id = ? AND project_version = ?)",
		"sisssi", id, version, actor->user_name, oldest, id, version);

	if (!rows)
		return false;
	if (rows->rows->len == 0) {
		*since = ferry_store_now();
		return true;
	}
	*since = g_strdup(ferry_row_text(rows, 0, 0));
	return ferry_store_exec(tx, NULL, error,
				"DELETE FROM project_versions WHERE project_id = ? AND version = ?", "si", id,
				version);
}

/* from: the project that it is a copy of, whose members it shares; or NULL. */
static bool insert(FerryService *service, const FerryActor *actor, const char *id, const Draft *draft,
		   const char *from, GError **error)
{
	g_autoptr(FerryStoreTx) tx = ferry_store_begin(service->store, FERRY_STORE_WRITE, error);
	g_autofree char *now = ferry_store_now();
	g_autoptr(FerryRows) original = tx && from ? ferry_project_find(tx, from, error) : NULL;

	return tx && (original || !from) && check_draft(service, tx, actor, draft, NULL, error) &&
	       (ferry_store_exec(tx, NULL, error,
				 "INSERT INTO projects (id, name, source_connection_id, "
				 "target_connection_id, document, version, "
				 "created_at, updated_at) VALUES (?, ?, ?, ?, ?, 1, ?, ?)",
				 "sssssss", id, draft->name, draft->source, draft->target, draft->document,
				 now, now) ||
		name_taken(error, draft->name)) &&
	       keep_version(tx, actor, id, NULL, error) &&
	       (!from || ferry_members_copy(tx, from, id, error)) &&
	       ferry_audit_add(tx, actor, "project.create", id, draft->name, error) &&
	       ferry_store_commit(g_steal_pointer(&tx), error);
}

static json_t *create(FerryService *service, const FerryActor *actor, const Draft *draft, const char *from,
		      GError **error)
{
	g_autofree char *id = ferry_store_new_id("prj_");

	return insert(service, actor, id, draft, from, error) ? ferry_projects_get(service, actor, id, error)
							      : NULL;
}

/* The request with the template's document in it; a new reference. NULL and *error on failure. */
static json_t *fill_in(FerryService *service, const json_t *request, GError **error)
{
	const char *template_id = json_string_value(json_object_get(request, "template_id"));
	json_t *document = NULL;

	if (template_id && json_object_get(request, "document"))
		ferry_problem(error, FERRY_PROBLEM_INVALID, "template_id", NULL,
			      "a project begins with a document or with a template, not with both");
	else if (template_id)
		document = ferry_templates_get_document(service, template_id, error);
	if (template_id && !document)
		return NULL;
	json_t *whole = json_copy((json_t *)request);
	if (document)
		json_object_set_new(whole, "document", document);
	return whole;
}

json_t *ferry_projects_create(FerryService *service, const FerryActor *actor, const json_t *request,
			      GError **error)
{
	Draft draft = {0};
	json_t *whole = fill_in(service, request, error), *project = NULL;

	if (whole && make_draft(service, whole, NULL, &draft, error))
		project = create(service, actor, &draft, NULL, error);
	g_free(draft.document);
	json_decref(whole);
	return project;
}

static bool update(FerryStoreTx *tx, const FerryActor *actor, const char *id, int64_t version,
		   const Draft *draft, GError **error)
{
	g_autofree char *now = ferry_store_now(), *since = NULL;

	return (ferry_store_exec(tx, NULL, error,
				 "UPDATE projects SET name = ?, source_connection_id = ?, "
				 "target_connection_id = ?, document = ?, "
				 "version = version + 1, updated_at = ? WHERE id = ?",
				 "ssssss", draft->name, draft->source, draft->target, draft->document, now,
				 id) ||
		name_taken(error, draft->name)) &&
	       (!draft->is_autosave || replace_autosave(tx, actor, id, version, &since, error)) &&
	       keep_version(tx, actor, id, since, error) &&
	       ferry_audit_add(tx, actor, "project.update", id, draft->name, error);
}

json_t *ferry_projects_update(FerryService *service, const FerryActor *actor, const char *id, int64_t version,
			      const json_t *request, GError **error)
{
	g_autoptr(FerryStoreTx) tx = ferry_store_begin(service->store, FERRY_STORE_WRITE, error);
	g_autoptr(FerryRows) old = tx ? ferry_project_find(tx, id, error) : NULL;
	Draft draft = {0};

	bool is_ok = old && ferry_check_version(old, FERRY_PROJECT_AT_VERSION, version, error) &&
		     make_draft(service, request, old, &draft, error) &&
		     check_draft(service, tx, actor, &draft, old, error) &&
		     update(tx, actor, id, ferry_row_int(old, 0, FERRY_PROJECT_AT_VERSION), &draft, error) &&
		     ferry_store_commit(g_steal_pointer(&tx), error);
	g_free(draft.document);
	return is_ok ? ferry_projects_get(service, actor, id, error) : NULL;
}

bool ferry_projects_delete(FerryService *service, const FerryActor *actor, const char *id, int64_t version,
			   GError **error)
{
	g_autoptr(FerryStoreTx) tx = ferry_store_begin(service->store, FERRY_STORE_WRITE, error);
	g_autoptr(FerryRows) old = tx ? ferry_project_find(tx, id, error) : NULL;
	g_autoptr(FerryRows) running = NULL;

	if (!old || !ferry_check_version(old, FERRY_PROJECT_AT_VERSION, version, error))
		return false;
	running = ferry_store_query(
		tx, error,
		"SELECT id FROM executions WHERE project_id = ? AND state IN ('QUEUED', 'RUNNING', 'PAUSED') "
		"LIMIT 1",
		"s", id);
	if (!running)
		return false;
	if (running->rows->len > 0)
		return ferry_problem(error, FERRY_PROBLEM_CONFLICT, "id", "cancel it first",
				     "the execution %s of this project has not ended",
				     ferry_row_text(running, 0, 0));
	return ferry_store_exec(tx, NULL, error, "DELETE FROM projects WHERE id = ?", "s", id) &&
	       ferry_members_forget(tx, id, error) &&
	       ferry_audit_add(tx, actor, "project.delete", id, ferry_row_text(old, 0, FERRY_PROJECT_AT_NAME),
			       error) &&
	       ferry_store_commit(g_steal_pointer(&tx), error);
}

/* "Shop (2)", the first that is free. */
static char *free_name(FerryStoreTx *tx, const char *name)
{
	for (guint i = 2;; i++) {
		char *candidate = g_strdup_printf("%s (%u)", name, i);
		g_autoptr(FerryRows) rows =
			ferry_store_query(tx, NULL, "SELECT 1 FROM projects WHERE name = ?", "s", candidate);
		if (!rows || rows->rows->len == 0)
			return candidate;
		g_free(candidate);
	}
}

json_t *ferry_projects_duplicate(FerryService *service, const FerryActor *actor, const char *id,
				 GError **error)
{
	g_autoptr(FerryStoreTx) tx = ferry_store_begin(service->store, FERRY_STORE_READ, error);
	g_autoptr(FerryRows) old = tx ? ferry_project_find(tx, id, error) : NULL;
	Draft draft = {0};

	if (!old)
		return NULL;
	g_autofree char *name = free_name(tx, ferry_row_text(old, 0, FERRY_PROJECT_AT_NAME));
	ferry_store_rollback(g_steal_pointer(&tx));
	draft = (Draft){.name = name,
			.source = ferry_row_text(old, 0, FERRY_PROJECT_AT_SOURCE),
			.target = ferry_row_text(old, 0, FERRY_PROJECT_AT_TARGET),
			.document = (char *)ferry_row_text(old, 0, FERRY_PROJECT_AT_DOCUMENT)};
	return create(service, actor, &draft, id, error);
}

/* ---- importing ---- */

json_t *ferry_projects_import(FerryService *service, const FerryActor *actor, const char *text,
			      const char *name, GError **error)
{
	g_autoptr(GError) local = NULL;
	g_autoptr(FerryProject) project = ferry_project_parse(text, strlen(text), "document", &local);
	json_t *result = NULL;

	if (!project) {
		ferry_problem(error, FERRY_PROBLEM_INVALID, "document",
			      "docs/project.md describes the document", "%s", local->message);
		return NULL;
	}
	if (!ferry_hash_keys_check(service, project, error))
		return NULL;
	g_autofree char *own_name = g_strdup(project->name ? project->name : "Imported project");
	g_autofree char *document = ferry_documents_canonical(project);
	Draft draft = {.name = name ? name : own_name, .document = document};
	result = create(service, actor, &draft, NULL, error);
	return result;
}
