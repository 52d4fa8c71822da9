/*
 * Templates in the store and in the program; see templates.h.
 */
#include "service/templates.h"

#include "service/access.h"
#include "service/audit.h"
#include "service/documents.h"
#include "service/service_internal.h"
#include "service/run_rules.h"
#include "template_resources.h"

#include <string.h>

#define MAX_NAME        200
#define MAX_DESCRIPTION 2000
#define MAX_TEMPLATES   1000

#define COLUMNS "id, name, description, document, user_name, version, created_at, updated_at"
enum { ID, NAME, DESCRIPTION, DOCUMENT, USER, VERSION, CREATED_AT, UPDATED_AT };

/* ---- built-in ones ---- */

static gpointer load_built_in(gpointer data)
{
	g_autoptr(GBytes) bytes =
		g_resource_lookup_data(ferry_template_get_resource(), "/ferry/templates/built_in.json",
				       G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);
	gsize size = 0;
	const char *text = bytes ? g_bytes_get_data(bytes, &size) : "[]";
	json_t *list = json_loadb(text, size, 0, NULL);

	return list ? list : json_array();
}

static const json_t *built_in(void)
{
	static GOnce once = G_ONCE_INIT;

	return g_once(&once, load_built_in, NULL);
}

/* By a member that no two share: its id, or its name. NULL: there is none. */
static const json_t *search_built_in(const char *member, const char *text)
{
	size_t n = json_array_size(built_in());

	for (size_t i = 0; i < n; i++) {
		const json_t *item = json_array_get(built_in(), i);
		if (g_strcmp0(json_string_value(json_object_get(item, member)), text) == 0)
			return item;
	}
	return NULL;
}

static const json_t *find_built_in(const char *id)
{
	return search_built_in("id", id);
}

static json_t *built_in_json(const json_t *item, bool is_whole)
{
	return json_pack("{s:O, s:O, s:O, s:O*, s:b, s:n, s:i, s:n, s:n}", "id", json_object_get(item, "id"),
			 "name", json_object_get(item, "name"), "description",
			 json_object_get(item, "description"), "document",
			 is_whole ? json_object_get(item, "document") : NULL, "is_built_in", 1, "user",
			 "version", 1, "created_at", "updated_at");
}

static bool refuse_built_in(const char *id, GError **error)
{
	return !find_built_in(id) ||
	       ferry_problem(error, FERRY_PROBLEM_FORBIDDEN, NULL,
			     "begin a project with it, and save that as a template of your own",
			     "the template \"%s\" comes with Ferry",
			     json_string_value(json_object_get(find_built_in(id), "name")));
}

/* ---- reading ---- */

static json_t *to_json(const FerryRows *rows, guint i, bool is_whole)
{
	return json_pack(
		"{s:s, s:s, s:s, s:o*, s:b, s:o, s:I, s:s, s:s}", "id", ferry_row_text(rows, i, ID), "name",
		ferry_row_text(rows, i, NAME), "description", ferry_row_text(rows, i, DESCRIPTION),
		"document", is_whole ? ferry_json_parse(ferry_row_text(rows, i, DOCUMENT)) : NULL,
		"is_built_in", 0, "user", ferry_json_text(ferry_row_text(rows, i, USER)), "version",
		(json_int_t)ferry_row_int(rows, i, VERSION), "created_at",
		ferry_row_text(rows, i, CREATED_AT), "updated_at", ferry_row_text(rows, i, UPDATED_AT));
}

static FerryRows *find(FerryStoreTx *tx, const char *id, const char *field, GError **error)
{
	g_autofree char *sql = g_strconcat("SELECT " COLUMNS " FROM templates WHERE id = ?",
					   ferry_store_lock_suffix(tx), NULL);
	FerryRows *rows = ferry_store_query(tx, error, sql, "s", id);

	if (rows && rows->rows->len == 0) {
		ferry_problem(error, FERRY_PROBLEM_NOT_FOUND, field, "GET /api/v1/templates lists them",
			      "there is no template %s", id);
		g_clear_pointer(&rows, ferry_rows_free);
	}
	return rows;
}

/* The cursor of a built-in one is its number, that of another "=" and its name. */
json_t *ferry_templates_list(FerryService *service, const FerryPage *page, GError **error)
{
	bool is_saved = page->cursor && page->cursor[0] == '=';
	size_t n_built_in = json_array_size(built_in());
	size_t next = is_saved ? n_built_in : page->cursor ? g_ascii_strtoull(page->cursor, NULL, 10) : 0;
	json_t *items = json_array();
	g_autofree char *cursor = NULL;

	for (; next < n_built_in && json_array_size(items) < page->limit; next++) {
		json_array_append_new(items, built_in_json(json_array_get(built_in(), next), false));
		g_free(cursor);
		cursor = g_strdup_printf("%zu", next + 1);
	}
	guint room = page->limit - (guint)json_array_size(items);
	g_autoptr(FerryStoreTx) tx = ferry_store_begin(service->store, FERRY_STORE_READ, error);
	g_autoptr(FerryRows) rows = NULL;
	if (tx)
		rows = ferry_store_query(
			tx, error,
			"SELECT id, name, description, '', user_name, version, created_at, updated_at "
			"FROM templates WHERE name > ? ORDER BY name LIMIT ?",
			"si", is_saved ? page->cursor + 1 : "", (int64_t)room + 1);
	if (!rows) {
		json_decref(items);
		return NULL;
	}
	for (guint i = 0; i < MIN(rows->rows->len, room); i++) {
		json_array_append_new(items, to_json(rows, i, false));
		g_free(cursor);
		cursor = g_strconcat("=", ferry_row_text(rows, i, NAME), NULL);
	}
	return ferry_page_result(items, next < n_built_in || rows->rows->len > room ? cursor : NULL);
}

json_t *ferry_templates_get(FerryService *service, const char *id, GError **error)
{
	if (find_built_in(id))
		return built_in_json(find_built_in(id), true);
	g_autoptr(FerryStoreTx) tx = ferry_store_begin(service->store, FERRY_STORE_READ, error);
	g_autoptr(FerryRows) rows = tx ? find(tx, id, "id", error) : NULL;
	return rows ? to_json(rows, 0, true) : NULL;
}

json_t *ferry_templates_get_document(FerryService *service, const char *id, GError **error)
{
	if (find_built_in(id))
		return json_deep_copy(json_object_get(find_built_in(id), "document"));
	g_autoptr(FerryStoreTx) tx = ferry_store_begin(service->store, FERRY_STORE_READ, error);
	g_autoptr(FerryRows) rows = tx ? find(tx, id, "template_id", error) : NULL;
	return rows ? ferry_json_parse(ferry_row_text(rows, 0, DOCUMENT)) : NULL;
}

/* ---- drafts ---- */

typedef struct Draft {
	const char *name, *description; /* borrowed */
	const char *project_id;         /* of which the document is, or NULL; the same */
	char *document;
} Draft;

static const char *merged(const json_t *request, const char *name, const char *old)
{
	const json_t *value = json_object_get(request, name);

	return value ? json_string_value(value) : old;
}

/* A project's document becomes everybody's: in a restricted one that is for its admins to say. */
static char *document_of_project(FerryStoreTx *tx, const FerryActor *actor, const char *id, GError **error)
{
	/* whose members do not change before the template is there */
	g_autofree char *sql =
		g_strconcat("SELECT document FROM projects WHERE id = ?", ferry_store_lock_suffix(tx), NULL);
	g_autoptr(FerryRows) rows = ferry_store_query(tx, error, sql, "s", id);
	bool is_restricted;

	if (!rows || !ferry_access_is_restricted(tx, id, &is_restricted, error) ||
	    !ferry_access_check(tx, actor, id, "project_id",
				is_restricted ? FERRY_ROLE_ADMIN : FERRY_ROLE_OPERATOR, error))
		return NULL;
	if (rows->rows->len > 0)
		return g_strdup(ferry_row_text(rows, 0, 0));
	ferry_problem(error, FERRY_PROBLEM_NOT_FOUND, "project_id", NULL, "there is no project %s", id);
	return NULL;
}

static char *choose_document(FerryService *service, FerryStoreTx *tx, const FerryActor *actor,
			     const json_t *request, const FerryRows *old, GError **error)
{
	const json_t *document = json_object_get(request, "document");
	const char *project_id = json_string_value(json_object_get(request, "project_id"));

	if (!document == !project_id && (document || !old)) {
		ferry_problem(error, FERRY_PROBLEM_INVALID, document ? "project_id" : "document", NULL,
			      "a template is made of a project or of a document: one of them");
		return NULL;
	}
	if (document)
		return ferry_documents_check(service, document, error);
	return project_id ? document_of_project(tx, actor, project_id, error)
			  : g_strdup(ferry_row_text(old, 0, DOCUMENT));
}

static bool make_draft(FerryService *service, FerryStoreTx *tx, const FerryActor *actor,
		       const json_t *request, const FerryRows *old, Draft *draft, GError **error)
{
	draft->name = merged(request, "name", old ? ferry_row_text(old, 0, NAME) : NULL);
	draft->description = merged(request, "description", old ? ferry_row_text(old, 0, DESCRIPTION) : "");
	if (!draft->name || !*draft->name || g_utf8_strlen(draft->name, -1) > MAX_NAME)
		return ferry_problem(error, FERRY_PROBLEM_INVALID, "name", NULL,
				     "a template needs a name of 1 to %d characters", MAX_NAME);
	if (search_built_in("name", draft->name))
		return ferry_problem(error, FERRY_PROBLEM_CONFLICT, "name", "choose another name",
				     "there is a template \"%s\" already", draft->name);
	if (g_utf8_strlen(draft->description, -1) > MAX_DESCRIPTION)
		return ferry_problem(error, FERRY_PROBLEM_INVALID, "description", NULL,
				     "a description has at most %d characters", MAX_DESCRIPTION);
	draft->document = choose_document(service, tx, actor, request, old, error);
	draft->project_id = json_string_value(json_object_get(request, "project_id"));
	/* Whoever begins with it may be one who may run SQL: who may not, puts none into it. */
	const FerryRunParts parts = {draft->document},
			    known = {old ? ferry_row_text(old, 0, DOCUMENT) : NULL};
	return draft->document && ferry_run_rules_check(service, tx, actor, &parts, &known, error);
}

static bool check_room(FerryStoreTx *tx, GError **error)
{
	g_autoptr(FerryRows) rows = ferry_store_query(tx, error, "SELECT count(*) FROM templates", "");

	return rows && (ferry_row_int(rows, 0, 0) < MAX_TEMPLATES ||
			ferry_problem(error, FERRY_PROBLEM_CONFLICT, NULL, "delete one first",
				      "there are %d templates: no more are kept", MAX_TEMPLATES));
}

/* ---- writing ---- */

static bool name_taken(GError **error, const char *name)
{
	if (error && ferry_error_is(*error, FERRY_ERROR_EXISTS)) {
		g_clear_error(error);
		ferry_problem(error, FERRY_PROBLEM_CONFLICT, "name", "choose another name",
			      "there is a template \"%s\" already", name);
	}
	return false;
}

/* Which project's document everybody can read now. */
static bool tell(FerryStoreTx *tx, const FerryActor *actor, const char *action, const char *id,
		 const Draft *draft, GError **error)
{
	g_autofree char *detail = draft->project_id
					  ? g_strdup_printf("%s, of %s", draft->name, draft->project_id)
					  : g_strdup(draft->name);

	return ferry_audit_add(tx, actor, action, id, detail, error);
}

static bool insert(FerryStoreTx *tx, const FerryActor *actor, const char *id, const Draft *draft,
		   GError **error)
{
	g_autofree char *now = ferry_store_now();

	return (ferry_store_exec(tx, NULL, error,
				 "INSERT INTO templates (" COLUMNS ") VALUES (?, ?, ?, ?, ?, 1, ?, ?)",
				 "sssssss", id, draft->name, draft->description, draft->document,
				 actor->user_name, now, now) ||
		name_taken(error, draft->name)) &&
	       tell(tx, actor, "template.create", id, draft, error);
}

json_t *ferry_templates_create(FerryService *service, const FerryActor *actor, const json_t *request,
			       GError **error)
{
	g_autofree char *id = ferry_store_new_id("tpl_");
	g_autoptr(FerryStoreTx) tx = ferry_store_begin(service->store, FERRY_STORE_WRITE, error);
	Draft draft = {0};

	bool is_ok = tx && make_draft(service, tx, actor, request, NULL, &draft, error) &&
		     check_room(tx, error) && insert(tx, actor, id, &draft, error) &&
		     ferry_store_commit(g_steal_pointer(&tx), error);
	g_free(draft.document);
	return is_ok ? ferry_templates_get(service, id, error) : NULL;
}

static bool update(FerryStoreTx *tx, const FerryActor *actor, const char *id, const Draft *draft,
		   GError **error)
{
	g_autofree char *now = ferry_store_now();

	return (ferry_store_exec(tx, NULL, error,
				 "UPDATE templates SET name = ?, description = ?, document = ?, "
				 "version = version + 1, updated_at = ? WHERE id = ?",
				 "sssss", draft->name, draft->description, draft->document, now, id) ||
		name_taken(error, draft->name)) &&
	       tell(tx, actor, "template.update", id, draft, error);
}

json_t *ferry_templates_update(FerryService *service, const FerryActor *actor, const char *id,
			       int64_t version, const json_t *request, GError **error)
{
	if (!refuse_built_in(id, error))
		return NULL;
	g_autoptr(FerryStoreTx) tx = ferry_store_begin(service->store, FERRY_STORE_WRITE, error);
	g_autoptr(FerryRows) old = tx ? find(tx, id, "id", error) : NULL;
	Draft draft = {0};

	bool is_ok = old && ferry_check_version(old, VERSION, version, error) &&
		     make_draft(service, tx, actor, request, old, &draft, error) &&
		     update(tx, actor, id, &draft, error) && ferry_store_commit(g_steal_pointer(&tx), error);
	g_free(draft.document);
	return is_ok ? ferry_templates_get(service, id, error) : NULL;
}

bool ferry_templates_delete(FerryService *service, const FerryActor *actor, const char *id, int64_t version,
			    GError **error)
{
	if (!refuse_built_in(id, error))
		return false;
	g_autoptr(FerryStoreTx) tx = ferry_store_begin(service->store, FERRY_STORE_WRITE, error);
	g_autoptr(FerryRows) old = tx ? find(tx, id, "id", error) : NULL;

	return old && ferry_check_version(old, VERSION, version, error) &&
	       ferry_store_exec(tx, NULL, error, "DELETE FROM templates WHERE id = ?", "s", id) &&
	       ferry_audit_add(tx, actor, "template.delete", id, ferry_row_text(old, 0, NAME), error) &&
	       ferry_store_commit(g_steal_pointer(&tx), error);
}
