/*
 * The source's texts of what a copy leaves behind or makes anew (views, routines, triggers, …), a file an
 * object: DIR/KIND/SCHEMA.NAME.sql. Each begins with a line that says so, by which Ferry knows its own files
 * again: those it writes anew, others never. Everything is looked at before anything is written.
 */
#include "mapping/plan.h"

#include <glib/gstdio.h>

#include <errno.h>
#include <string.h>

#define MARK "-- Ferry: source text of "

typedef struct SourceFile {
	char *path;
	const FerryOther *other;
	const FerryNote *note; /* or NULL: it is converted */
} SourceFile;

static void source_file_free(gpointer data)
{
	SourceFile *file = data;

	g_free(file->path);
	g_free(file);
}

static char *object_name(const FerryOther *other)
{
	return other->schema ? g_strconcat(other->schema, ".", other->name, NULL) : g_strdup(other->name);
}

/* The plan's notes about others, by kind and object. Notes come worst first: the first one counts. */
static GHashTable *index_notes(const FerryPlan *plan)
{
	GHashTable *notes = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

	for (guint i = plan->notes->len; i-- > 0;) {
		FerryNote *note = plan->notes->pdata[i];

		g_hash_table_insert(notes, g_strconcat(note->kind, " ", note->object, NULL), note);
	}
	return notes;
}

/* What every file system takes, and no way out of the directory. */
static char *safe_name(const char *name)
{
	char *safe = g_utf8_make_valid(name, -1);

	for (char *c = safe; *c; c++)
		if (strchr("/\\:*?\"<>|", *c) || (unsigned char)*c < ' ')
			*c = '_';
	if (safe[0] == '.')
		safe[0] = '_';
	return safe;
}

/* Names that differ in case only are one file to some systems; long ones are cut. */
static char *make_path(const char *dir, const FerryOther *other, GHashTable *taken)
{
	enum { MAX_NAME = 200 };
	g_autofree char *object = object_name(other), *safe = safe_name(object),
			*kind = safe_name(other->kind);
	g_autofree char *sum = g_compute_checksum_for_string(G_CHECKSUM_SHA256, object, -1);
	char *path = NULL;

	g_strdelimit(kind, " ", '_');
	if (strlen(safe) <= MAX_NAME)
		path = g_strdup_printf("%s/%s/%s.sql", dir, kind, safe);
	g_autofree char *folded = path ? g_utf8_casefold(path, -1) : NULL;
	if (!path || g_hash_table_contains(taken, folded)) {
		const char *cut = safe + MIN(strlen(safe), MAX_NAME);

		g_free(path);
		while (cut > safe && ((unsigned char)*cut & 0xC0) == 0x80)
			cut--;
		path = g_strdup_printf("%s/%s/%.*s-%.8s.sql", dir, kind, (int)(cut - safe), safe, sum);
	}
	g_hash_table_add(taken, g_utf8_casefold(path, -1));
	return path;
}

static GPtrArray *list_files(const FerryPlan *plan, const char *dir)
{
	GPtrArray *files = g_ptr_array_new_with_free_func(source_file_free);
	g_autoptr(GHashTable) notes = index_notes(plan);
	g_autoptr(GHashTable) taken = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

	for (guint i = 0; i < plan->source->others->len; i++) {
		const FerryOther *other = plan->source->others->pdata[i];
		g_autofree char *object = object_name(other);
		g_autofree char *key = g_strconcat(other->kind, " ", object, NULL);

		if (!other->head && !other->definition)
			continue;
		SourceFile *file = g_new0(SourceFile, 1);
		file->other = other;
		file->note = g_hash_table_lookup(notes, key);
		file->path = make_path(dir, other, taken);
		g_ptr_array_add(files, file);
	}
	return files;
}

/* Whether the file is one of ours, or none yet. */
static bool is_free(const char *path, GError **error)
{
	g_autoptr(GError) local = NULL;
	g_autofree char *text = NULL;

	if (!g_file_test(path, G_FILE_TEST_EXISTS))
		return true;
	if (!g_file_get_contents(path, &text, NULL, &local))
		return ferry_fail(error, FERRY_ERROR_USAGE, "%s", local->message);
	if (g_str_has_prefix(text, MARK))
		return true;
	ferry_fail(error, FERRY_ERROR_USAGE, "%s is there already, and Ferry has not written it", path);
	ferry_error_hint(error, "choose another directory with --save-sources");
	return false;
}

static char *one_line(const char *text)
{
	g_autofree char *valid = g_utf8_make_valid(text, -1);
	g_auto(GStrv) lines = g_strsplit_set(valid, "\r\n", -1);

	return g_strjoinv(" ", lines);
}

/* The statement as the source's own client takes it. */
static char *make_text(const FerryPlan *plan, const SourceFile *file)
{
	g_autofree char *object = object_name(file->other);
	g_autofree char *note = one_line(file->note ? file->note->text : "converted");
	g_autofree char *name = one_line(object);
	GString *text = g_string_new(MARK);
	bool is_oracle = strcmp(plan->source->connector, "oracle") == 0;

	g_string_append_printf(text, "%s %s (%s)\n", file->other->kind, name, note);
	g_string_append(text, file->other->head ? file->other->head : "");
	g_string_append(text, file->other->definition ? file->other->definition : "");
	while (text->len && g_ascii_isspace(text->str[text->len - 1]))
		g_string_truncate(text, text->len - 1);
	/* SQL*Plus runs at a slash what may have semicolons within. */
	if (!is_oracle && text->str[text->len - 1] != ';')
		g_string_append_c(text, ';');
	g_string_append(text, is_oracle ? "\n/\n" : "\n");
	return g_string_free(text, FALSE);
}

static bool write_file(const FerryPlan *plan, const SourceFile *file, GError **error)
{
	g_autofree char *text = make_text(plan, file), *folder = g_path_get_dirname(file->path);
	g_autoptr(GError) local = NULL;

	if (g_mkdir_with_parents(folder, 0777) != 0)
		return ferry_fail(error, FERRY_ERROR_USAGE, "directory %s cannot be made: %s", folder,
				  g_strerror(errno));
	if (!g_file_set_contents(file->path, text, -1, &local))
		return ferry_fail(error, FERRY_ERROR_USAGE, "%s", local->message);
	if (file->note) {
		FerryNote *note = (FerryNote *)file->note;

		g_free(note->file);
		note->file = g_strdup(file->path);
	}
	return true;
}

bool ferry_plan_save_sources(FerryPlan *plan, const char *dir, GError **error)
{
	g_autoptr(GPtrArray) files = list_files(plan, dir);

	for (guint i = 0; i < files->len; i++)
		if (!is_free(((SourceFile *)files->pdata[i])->path, error))
			return false;
	if (g_mkdir_with_parents(dir, 0777) != 0)
		return ferry_fail(error, FERRY_ERROR_USAGE, "directory %s cannot be made: %s", dir,
				  g_strerror(errno));
	for (guint i = 0; i < files->len; i++)
		if (!write_file(plan, files->pdata[i], error))
			return false;
	return true;
}
