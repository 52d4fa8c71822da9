/*
 * The built-in sample; see sample.h.
 *
 * sample.db is the Chinook database, kept packed in the program. Everything is made by the functions that the
 * API calls, so it can be edited and deleted like anything else. settings.c lets everybody use the data
 * folder's files whose names begin with "sample", whatever an admin says about files.
 */
#include "service/sample.h"

#include "sample_resources.h"
#include "service/connections.h"
#include "service/projects.h"
#include "service/service_internal.h"

#include <gio/gio.h>

#define PACKED  "/ferry/sample/Chinook_Sqlite.sqlite.gz"
#define MARK    "sample" /* the setting that says that it was made */
#define SOURCE  "sample.db"
#define TARGET  "sample-target.db"
#define PROJECT "Sample migration"
/* A second start of the sample begins anew instead of refusing tables that are there. */
#define DOCUMENT "{s:i, s:{s:s}}", "version", 1, "options", "if_exists", "drop"

static const FerryActor itself = {.role = FERRY_ROLE_ADMIN};

static bool is_wanted(FerryService *service, bool *ret_is_wanted, GError **error)
{
	g_autoptr(FerryStoreTx) tx = ferry_store_begin(service->store, FERRY_STORE_READ, error);
	g_autoptr(FerryRows) rows = NULL;

	if (tx)
		rows = ferry_store_query(tx, error,
					 "SELECT (SELECT count(*) FROM settings WHERE name = '" MARK "') + "
					 "(SELECT count(*) FROM connections)",
					 "");
	if (!rows)
		return false;
	*ret_is_wanted = ferry_store_get_file(service->store) && ferry_row_int(rows, 0, 0) == 0;
	return true;
}

static bool mark(FerryService *service, GError **error)
{
	g_autoptr(FerryStoreTx) tx = ferry_store_begin(service->store, FERRY_STORE_WRITE, error);

	return tx &&
	       ferry_store_exec(tx, NULL, error, "INSERT INTO settings (name, value) VALUES (?, ?)", "ss",
				MARK, "true") &&
	       ferry_store_commit(g_steal_pointer(&tx), error);
}

/* Unpacks the database; what is there from a start that was cut short is replaced. */
static bool unpack(const char *path, GError **error)
{
	g_autoptr(GError) local = NULL;
	g_autoptr(GFile) file = g_file_new_for_path(path);
	g_autoptr(GInputStream) packed = g_resource_open_stream(ferry_sample_get_resource(), PACKED,
								G_RESOURCE_LOOKUP_FLAGS_NONE, &local);
	g_autoptr(GConverter) gunzip = G_CONVERTER(g_zlib_decompressor_new(G_ZLIB_COMPRESSOR_FORMAT_GZIP));
	g_autoptr(GInputStream) in = packed ? g_converter_input_stream_new(packed, gunzip) : NULL;
	g_autoptr(GFileOutputStream) out = NULL;

	if (in)
		out = g_file_replace(file, NULL, FALSE,
				     G_FILE_CREATE_PRIVATE | G_FILE_CREATE_REPLACE_DESTINATION, NULL, &local);
	if (out && g_output_stream_splice(G_OUTPUT_STREAM(out), in, G_OUTPUT_STREAM_SPLICE_CLOSE_TARGET, NULL,
					  &local) >= 0)
		return true;
	return ferry_fail(error, FERRY_ERROR_IO, "%s cannot be written: %s", path, local->message);
}

/* Newly allocated id; NULL on failure. */
static char *connect(FerryService *service, const char *name, const char *path, GError **error)
{
	g_autofree char *escaped = g_uri_escape_string(path, "/", TRUE);
	g_autofree char *url = g_strconcat("sqlite:///", escaped, NULL);
	json_t *request = json_pack("{s:s, s:s}", "name", name, "url", url);
	json_t *made = ferry_connections_create(service, &itself, request, error);
	char *id = g_strdup(json_string_value(json_object_get(made, "id")));

	json_decref(request);
	json_decref(made);
	return id;
}

static bool make_project(FerryService *service, const char *source, const char *target, GError **error)
{
	json_t *request = json_pack("{s:s, s:s, s:s, s:o}", "name", PROJECT, "source_connection_id", source,
				    "target_connection_id", target, "document", json_pack(DOCUMENT));
	json_t *made = ferry_projects_create(service, &itself, request, error);
	bool is_ok = made != NULL;

	json_decref(request);
	json_decref(made);
	return is_ok;
}

bool ferry_sample_make(FerryService *service, GError **error)
{
	g_autofree char *folder = g_canonicalize_filename(service->data_dir, NULL);
	g_autofree char *source = g_build_filename(folder, SOURCE, NULL),
			*target = g_build_filename(folder, TARGET, NULL), *source_id = NULL,
			*target_id = NULL;
	bool wanted = false;

	if (!is_wanted(service, &wanted, error))
		return false;
	if (!wanted)
		return true;
	if (unpack(source, error) &&
	    (source_id = connect(service, FERRY_SAMPLE_NAME, source, error)) != NULL &&
	    (target_id = connect(service, "Sample: target file", target, error)) != NULL &&
	    make_project(service, source_id, target_id, error) && mark(service, error))
		return true;
	ferry_error_hint(error, "--no-sample starts without the sample database");
	return false;
}
