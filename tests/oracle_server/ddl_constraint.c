/*
 * Keys, checks and indexes (see ddl.h). SQLite cannot add constraints to a table that is there: keys are
 * unique indexes, everything else are triggers that fail with Oracle's words.
 */
#include "ddl.h"
#include <string.h>

/* ---- reading ---- */

gboolean ddl_is_constraint(const Ddl *d)
{
	static const char *const words[] = {"CONSTRAINT", "PRIMARY", "UNIQUE",
					    "FOREIGN",    "CHECK",   "REFERENCES"};

	for (guint i = 0; i < G_N_ELEMENTS(words); i++)
		if (tokens_is(d->t, d->at, words[i]))
			return TRUE;
	return FALSE;
}

static void read_reference(Ddl *d, Constraint *k)
{
	k->kind = 'R';
	d->at++;
	ddl_read_name(d, &k->ref_owner, &k->ref_table);
	if (tokens_is(d->t, d->at, "("))
		k->ref_columns = ddl_read_names(d);
	if (tokens_is(d->t, d->at, "ON") && tokens_is(d->t, d->at + 1, "DELETE")) {
		gboolean cascades = tokens_is(d->t, d->at + 2, "CASCADE");

		k->delete_rule = cascades ? "CASCADE" : "SET NULL";
		d->at += cascades ? 3 : 4;
	}
}

static void read_state(Ddl *d, Constraint *k)
{
	for (;; d->at++) {
		if (tokens_is(d->t, d->at, "DEFERRABLE"))
			k->is_deferrable = TRUE;
		else if (tokens_is(d->t, d->at, "DEFERRED"))
			k->is_deferred = TRUE;
		else if (tokens_is(d->t, d->at, "NOVALIDATE"))
			k->is_novalidate = TRUE;
		else if (!tokens_is(d->t, d->at, "INITIALLY") && !tokens_is(d->t, d->at, "IMMEDIATE") &&
			 !tokens_is(d->t, d->at, "ENABLE"))
			return;
	}
}

Constraint *ddl_read_constraint(Ddl *d, const char *column)
{
	Constraint *k = g_new0(Constraint, 1);

	k->columns = g_ptr_array_new_with_free_func(g_free);
	if (column)
		g_ptr_array_add(k->columns, g_strdup(column));
	if (tokens_is(d->t, d->at, "CONSTRAINT")) {
		k->name = ddl_name(tokens_at(d->t, d->at + 1));
		d->at += 2;
	}
	if (tokens_is(d->t, d->at, "CHECK")) {
		guint end = tokens_close(d->t, d->at + 1);

		k->kind = 'C';
		k->condition = ddl_text(d, d->at + 2, end - 1);
		d->at = end;
	} else if (tokens_is(d->t, d->at, "REFERENCES")) {
		read_reference(d, k);
	} else {
		k->kind = tokens_is(d->t, d->at, "FOREIGN")   ? 'R'
			  : tokens_is(d->t, d->at, "PRIMARY") ? 'P'
							      : 'U';
		d->at += k->kind == 'U' ? 1 : 2;
		if (tokens_is(d->t, d->at, "(")) {
			g_ptr_array_unref(k->columns);
			k->columns = ddl_read_names(d);
		}
		if (k->kind == 'R')
			read_reference(d, k);
	}
	read_state(d, k);
	return k;
}

void ddl_constraint_free(Constraint *k)
{
	g_free(k->name);
	g_free(k->condition);
	g_free(k->ref_owner);
	g_free(k->ref_table);
	g_ptr_array_unref(k->columns);
	if (k->ref_columns)
		g_ptr_array_unref(k->ref_columns);
	g_free(k);
}

/* ---- indexes ---- */

/* The same columns in the same order. */
static gboolean has_twin(Ddl *d, const GPtrArray *parts)
{
	g_autoptr(GString) list = g_string_new(NULL);

	for (guint i = 0; i < parts->len; i++)
		g_string_append_printf(list, "%s%s", i ? "," : "", (char *)parts->pdata[i]);
	return ddl_number(d, sqlite3_mprintf("SELECT 1 FROM (SELECT group_concat(COLUMN_NAME, ',') c FROM "
					     "(SELECT INDEX_NAME, COLUMN_NAME FROM "
					     "\"%w\".\"ora$ind_columns\" WHERE TABLE_NAME = %Q ORDER BY "
					     "INDEX_NAME, COLUMN_POSITION) GROUP BY "
					     "INDEX_NAME) WHERE c = %Q",
					     d->owner, d->table, list->str)) != 0;
}

static void list_part(Ddl *d, const char *index, const char *part, gboolean descends, guint at)
{
	gboolean is_column =
		ddl_number(d,
			   sqlite3_mprintf("SELECT 1 FROM \"%w\".\"ora$tab_cols\" WHERE TABLE_NAME = %Q AND "
					   "COLUMN_NAME = %Q",
					   d->owner, d->table, part)) != 0;
	g_autofree char *hidden = NULL;

	if (!is_column || descends) {
		gint64 id = ddl_number(
			d, sqlite3_mprintf(
				   "SELECT max(INTERNAL_COLUMN_ID) + 1 FROM \"%w\".\"ora$tab_cols\" WHERE "
				   "TABLE_NAME = %Q",
				   d->owner, d->table));
		g_autofree char *expression = is_column ? g_strdup_printf("\"%s\"", part) : g_strdup(part);

		hidden = g_strdup_printf("SYS_NC%05d$", (int)id);
		ddl_exec(d, sqlite3_mprintf("INSERT INTO \"%w\".\"ora$tab_cols\" (OWNER, TABLE_NAME, "
					    "COLUMN_NAME, DATA_TYPE, "
					    "DATA_LENGTH, NULLABLE, DATA_DEFAULT, HIDDEN_COLUMN, "
					    "VIRTUAL_COLUMN, INTERNAL_COLUMN_ID, "
					    "USER_GENERATED, DEFAULT_ON_NULL, IDENTITY_COLUMN) VALUES (%Q, "
					    "%Q, %Q, 'VARCHAR2', 4000, "
					    "'Y', %Q, 'YES', 'YES', %lld, 'NO', 'NO', 'NO')",
					    d->owner, d->owner, d->table, hidden, expression, id));
	}
	ddl_exec(d,
		 sqlite3_mprintf(
			 "INSERT INTO \"%w\".\"ora$ind_columns\" VALUES (%Q, %Q, %Q, %Q, %Q, %u, 22, 0, %Q)",
			 d->owner, d->owner, index, d->owner, d->table, hidden ? hidden : part, at,
			 descends ? "DESC" : "ASC"));
}

static gboolean make_index(Ddl *d, const char *name, const GPtrArray *parts, const gboolean *descends,
			   gboolean is_unique)
{
	g_autoptr(GString) list = g_string_new(NULL);

	for (guint i = 0; i < parts->len; i++) {
		const char *part = parts->pdata[i];
		gboolean is_column = strcspn(part, "( '+") == strlen(part);

		g_string_append_printf(list, is_column ? "%s\"%s\"%s" : "%s%s%s", i ? ", " : "", part,
				       descends && descends[i] ? " DESC" : "");
	}
	return ddl_exec(d, sqlite3_mprintf("CREATE %sINDEX \"%w\".\"ora$index %w\" ON \"%w\"(%s)",
					   is_unique ? "UNIQUE " : "", d->owner, name, d->table, list->str));
}

gboolean ddl_add_index(Ddl *d, const char *name, const GPtrArray *parts, const gboolean *descends,
		       gboolean is_unique, gboolean is_constraint)
{
	if (ddl_number(d, sqlite3_mprintf("SELECT 1 FROM \"%w\".\"ora$indexes\" WHERE INDEX_NAME = %Q",
					  d->owner, name))) {
		ora_error_set(d->e, 955, 0, "name is already used by an existing object");
		return FALSE;
	}
	if (!is_constraint && has_twin(d, parts)) {
		ora_error_set(d->e, 1408, 0, "such column list already indexed");
		return FALSE;
	}
	if (!make_index(d, name, parts, descends, is_unique)) {
		if (d->e->number == 1)
			ora_error_set(d->e, 1452, 0, "cannot CREATE UNIQUE INDEX; duplicate keys found");
		return FALSE;
	}
	ddl_exec(d, sqlite3_mprintf("INSERT INTO \"%w\".\"ora$indexes\" (OWNER, INDEX_NAME, INDEX_TYPE, "
				    "TABLE_OWNER, TABLE_NAME, "
				    "TABLE_TYPE, UNIQUENESS, STATUS, PARTITIONED, TEMPORARY, GENERATED, "
				    "SECONDARY, VISIBILITY, "
				    "CONSTRAINT_INDEX) VALUES (%Q, %Q, 'NORMAL', %Q, %Q, 'TABLE', %Q, "
				    "'VALID', 'NO', 'N', 'N', 'N', "
				    "'VISIBLE', %Q)",
				    d->owner, d->owner, name, d->owner, d->table,
				    is_unique ? "UNIQUE" : "NONUNIQUE", is_constraint ? "YES" : "NO"));
	for (guint i = 0; i < parts->len; i++)
		list_part(d, name, parts->pdata[i], descends && descends[i], i + 1);
	return !d->e->number;
}

/* ---- keys ---- */

static gboolean add_key(Ddl *d, const Constraint *k)
{
	if (k->kind == 'P' &&
	    ddl_number(d,
		       sqlite3_mprintf("SELECT 1 FROM \"%w\".\"ora$constraints\" WHERE TABLE_NAME = %Q AND "
				       "CONSTRAINT_TYPE = 'P'",
				       d->owner, d->table))) {
		ora_error_set(d->e, 2260, 0, "table can have only one primary key");
		return FALSE;
	}
	for (guint i = 0; k->kind == 'P' && i < k->columns->len; i++) {
		const char *column = k->columns->pdata[i];

		if (ddl_number(d, sqlite3_mprintf("SELECT 1 FROM \"%w\".\"%w\" WHERE \"%w\" IS NULL LIMIT 1",
						  d->owner, d->table, column))) {
			ora_error_set(d->e, 1449, 0, "column contains NULL values; cannot alter to NOT NULL");
			return FALSE;
		}
		ddl_exec(d, sqlite3_mprintf("UPDATE \"%w\".\"ora$tab_cols\" SET NULLABLE = 'N' WHERE "
					    "TABLE_NAME = %Q AND COLUMN_NAME = "
					    "%Q",
					    d->owner, d->table, column));
		ddl_exec(d,
			 sqlite3_mprintf("CREATE TRIGGER \"%w\".\"ora$%w$%u\" BEFORE INSERT ON \"%w\" WHEN "
					 "NEW.\"%w\" IS NULL "
					 "BEGIN SELECT RAISE(ABORT, 'ORA-01400: cannot insert NULL into "
					 "(\"%w\".\"%w\".\"%w\")'); END",
					 d->owner, k->name, i, d->table, column, d->owner, d->table, column));
	}
	if (ddl_add_index(d, k->name, k->columns, NULL, TRUE, TRUE))
		return TRUE;
	if (d->e->number == 1452)
		ora_error_set(d->e, k->kind == 'P' ? 2437 : 2299, 0, "cannot validate (%s.%s) - %s", d->owner,
			      k->name, k->kind == 'P' ? "primary key violated" : "duplicate keys found");
	return FALSE;
}

/* ---- foreign keys ---- */

/* "a" = prefix."b" AND … */
static char *matches(const GPtrArray *left, const char *left_prefix, const GPtrArray *right,
		     const char *right_prefix)
{
	GString *text = g_string_new(NULL);

	for (guint i = 0; i < left->len && i < right->len; i++)
		g_string_append_printf(text, "%s%s\"%s\" = %s\"%s\"", i ? " AND " : "", left_prefix,
				       (char *)left->pdata[i], right_prefix, (char *)right->pdata[i]);
	return g_string_free(text, FALSE);
}

static char *are_there(const GPtrArray *columns, const char *prefix)
{
	GString *text = g_string_new(NULL);

	for (guint i = 0; i < columns->len; i++)
		g_string_append_printf(text, "%s%s\"%s\" IS NOT NULL", i ? " AND " : "", prefix,
				       (char *)columns->pdata[i]);
	return g_string_free(text, FALSE);
}

/* The key that is referred to, by its columns; without columns the primary one, whose columns are then set.
 */
static char *find_key(Ddl *d, Constraint *k)
{
	sqlite3_stmt *stmt = NULL;
	char *sql = sqlite3_mprintf(
		"SELECT CONSTRAINT_NAME, group_concat(COLUMN_NAME, char(10)) FROM (SELECT k.CONSTRAINT_NAME, "
		"c.COLUMN_NAME, "
		"k.CONSTRAINT_TYPE FROM \"%w\".\"ora$constraints\" k JOIN \"%w\".\"ora$cons_columns\" c ON "
		"c.CONSTRAINT_NAME = "
		"k.CONSTRAINT_NAME WHERE k.TABLE_NAME = %Q AND k.CONSTRAINT_TYPE IN ('P', 'U') ORDER BY "
		"k.CONSTRAINT_TYPE, "
		"k.CONSTRAINT_NAME, c.POSITION) GROUP BY CONSTRAINT_NAME ORDER BY min(CONSTRAINT_TYPE)",
		k->ref_owner, k->ref_owner, k->ref_table);
	g_autoptr(GString) wanted = g_string_new(NULL);
	char *found = NULL;

	for (guint i = 0; k->ref_columns && i < k->ref_columns->len; i++)
		g_string_append_printf(wanted, "%s%s", i ? "\n" : "", (char *)k->ref_columns->pdata[i]);
	if (sqlite3_prepare_v2(d->s->db, sql, -1, &stmt, NULL) == SQLITE_OK)
		while (!found && sqlite3_step(stmt) == SQLITE_ROW) {
			const char *columns = (const char *)sqlite3_column_text(stmt, 1);

			if (k->ref_columns && strcmp(columns, wanted->str))
				continue;
			found = g_strdup((const char *)sqlite3_column_text(stmt, 0));
			if (!k->ref_columns) {
				g_auto(GStrv) names = g_strsplit(columns, "\n", -1);

				k->ref_columns = g_ptr_array_new_with_free_func(g_free);
				for (char **name = names; *name; name++)
					g_ptr_array_add(k->ref_columns, g_strdup(*name));
			}
		}
	sqlite3_finalize(stmt);
	sqlite3_free(sql);
	return found;
}

static gboolean make_child_triggers(Ddl *d, const Constraint *k)
{
	static const char *const events[] = {"INSERT", "UPDATE"};
	g_autofree char *there = are_there(k->columns, "NEW."),
			*equal = matches(k->ref_columns, "", k->columns, "NEW.");
	gboolean is_ok = TRUE;

	for (guint i = 0; is_ok && i < G_N_ELEMENTS(events); i++)
		is_ok = ddl_exec(d, sqlite3_mprintf("CREATE TRIGGER \"%w\".\"ora$%w$%s\" AFTER %s ON \"%w\" "
						    "WHEN %s AND NOT EXISTS (SELECT 1 "
						    "FROM \"%w\" WHERE %s) BEGIN SELECT RAISE(ABORT, "
						    "'ORA-02291: integrity constraint "
						    "(%w.%w) violated - parent key not found'); END",
						    d->owner, k->name, events[i], events[i], d->table, there,
						    k->ref_table, equal, d->owner, k->name));
	return is_ok;
}

static gboolean make_parent_trigger(Ddl *d, const Constraint *k)
{
	g_autofree char *equal = matches(k->columns, "", k->ref_columns, "OLD.");
	g_autoptr(GString) action = g_string_new(NULL);

	if (!g_strcmp0(k->delete_rule, "CASCADE")) {
		g_string_printf(action, "DELETE FROM \"%s\" WHERE %s", d->table, equal);
	} else if (k->delete_rule) {
		g_string_printf(action, "UPDATE \"%s\" SET ", d->table);
		for (guint i = 0; i < k->columns->len; i++)
			g_string_append_printf(action, "%s\"%s\" = NULL", i ? ", " : "",
					       (char *)k->columns->pdata[i]);
		g_string_append_printf(action, " WHERE %s", equal);
	} else {
		g_string_printf(action,
				"SELECT RAISE(ABORT, 'ORA-02292: integrity constraint (%s.%s) violated - "
				"child record found') WHERE "
				"EXISTS (SELECT 1 FROM \"%s\" WHERE %s)",
				d->owner, k->name, d->table, equal);
	}
	return ddl_exec(
		d, sqlite3_mprintf(
			   "CREATE TRIGGER \"%w\".\"ora$%w$DELETE\" AFTER DELETE ON \"%w\" BEGIN %s; END",
			   k->ref_owner, k->name, k->ref_table, action->str));
}

static gboolean add_reference(Ddl *d, Constraint *k, char **ret_key)
{
	g_autofree char *there = NULL, *equal = NULL;

	*ret_key = find_key(d, k);
	if (!*ret_key) {
		ora_error_set(d->e, 2270, 0, "no matching unique or primary key for this column-list");
		return FALSE;
	}
	there = are_there(k->columns, "c.");
	equal = matches(k->ref_columns, "p.", k->columns, "c.");
	if (!k->is_novalidate &&
	    ddl_number(d,
		       sqlite3_mprintf("SELECT 1 FROM \"%w\".\"%w\" c WHERE %s AND NOT EXISTS (SELECT 1 FROM "
				       "\"%w\".\"%w\" p WHERE %s) LIMIT 1",
				       d->owner, d->table, there, k->ref_owner, k->ref_table, equal))) {
		ora_error_set(d->e, 2298, 0, "cannot validate (%s.%s) - parent keys not found", d->owner,
			      k->name);
		return FALSE;
	}
	return make_child_triggers(d, k) && make_parent_trigger(d, k);
}

/* ---- checks ---- */

static char *row_of_new(Ddl *d)
{
	sqlite3_stmt *stmt = NULL;
	char *sql = sqlite3_mprintf("SELECT name FROM pragma_table_xinfo(%Q, %Q)", d->table, d->owner);
	GString *list = g_string_new(NULL);

	if (sqlite3_prepare_v2(d->s->db, sql, -1, &stmt, NULL) == SQLITE_OK)
		while (sqlite3_step(stmt) == SQLITE_ROW)
			g_string_append_printf(list, "%sNEW.\"%s\" AS \"%s\"", list->len ? ", " : "",
					       sqlite3_column_text(stmt, 0), sqlite3_column_text(stmt, 0));
	sqlite3_finalize(stmt);
	sqlite3_free(sql);
	return g_string_free(list, FALSE);
}

static gboolean add_check(Ddl *d, const Constraint *k)
{
	g_autofree char *row = row_of_new(d);

	if (ddl_number(d, sqlite3_mprintf("SELECT 1 FROM \"%w\".\"%w\" WHERE NOT (%s) LIMIT 1", d->owner,
					  d->table, k->condition))) {
		ora_error_set(d->e, 2293, 0, "cannot validate (%s.%s) - check constraint violated", d->owner,
			      k->name);
		return FALSE;
	}
	return ddl_exec(d,
			sqlite3_mprintf("CREATE TRIGGER \"%w\".\"ora$%w$CHECK\" BEFORE INSERT ON \"%w\" WHEN "
					"EXISTS (SELECT 1 FROM (SELECT "
					"%s) WHERE NOT (%s)) BEGIN SELECT RAISE(ABORT, 'ORA-02290: check "
					"constraint (%w.%w) violated'); "
					"END",
					d->owner, k->name, d->table, row, k->condition, d->owner, k->name));
}

/* ---- all of them ---- */

static void name_constraint(Ddl *d, Constraint *k)
{
	if (!k->name)
		k->name = g_strdup_printf(
			"SYS_C%07d",
			(int)ddl_number(d, sqlite3_mprintf("SELECT 10000 + coalesce(max(rowid), 0) FROM "
							   "\"%w\".\"ora$constraints\"",
							   d->owner)));
}

static void list_constraint(Ddl *d, const Constraint *k, const char *key)
{
	char kind[2] = {k->kind, 0};
	gboolean is_key = k->kind == 'P' || k->kind == 'U';

	ddl_exec(d, sqlite3_mprintf("INSERT INTO \"%w\".\"ora$constraints\" (OWNER, CONSTRAINT_NAME, "
				    "CONSTRAINT_TYPE, TABLE_NAME, "
				    "SEARCH_CONDITION, SEARCH_CONDITION_VC, R_OWNER, R_CONSTRAINT_NAME, "
				    "DELETE_RULE, STATUS, \"DEFERRABLE\", "
				    "DEFERRED, VALIDATED, GENERATED, INDEX_OWNER, INDEX_NAME) VALUES (%Q, "
				    "%Q, %Q, %Q, %Q, %Q, %Q, %Q, %Q, "
				    "'ENABLED', %Q, %Q, %Q, %Q, %Q, %Q)",
				    d->owner, d->owner, k->name, kind, d->table, k->condition, k->condition,
				    k->ref_owner, key,
				    k->kind != 'R'   ? NULL
				    : k->delete_rule ? k->delete_rule
						     : "NO ACTION",
				    k->is_deferrable ? "DEFERRABLE" : "NOT DEFERRABLE",
				    k->is_deferred ? "DEFERRED" : "IMMEDIATE",
				    k->is_novalidate ? "NOT VALIDATED" : "VALIDATED",
				    g_str_has_prefix(k->name, "SYS_C") ? "GENERATED NAME" : "USER NAME",
				    is_key ? d->owner : NULL, is_key ? k->name : NULL));
	for (guint i = 0; k->kind != 'C' && i < k->columns->len; i++)
		ddl_exec(d,
			 sqlite3_mprintf(
				 "INSERT INTO \"%w\".\"ora$cons_columns\" VALUES (%Q, %Q, %Q, %Q, %u)",
				 d->owner, d->owner, k->name, d->table, (char *)k->columns->pdata[i], i + 1));
}

gboolean ddl_add_constraint(Ddl *d, Constraint *k)
{
	g_autofree char *key = NULL;
	gboolean is_ok;

	if (!ddl_number(d, sqlite3_mprintf("SELECT 1 FROM \"%w\".\"ora$tables\" WHERE TABLE_NAME = %Q",
					   d->owner, d->table))) {
		ora_error_set(d->e, 942, 0, "table or view does not exist");
		return FALSE;
	}
	name_constraint(d, k);
	if (ddl_number(d,
		       sqlite3_mprintf("SELECT 1 FROM \"%w\".\"ora$constraints\" WHERE CONSTRAINT_NAME = %Q",
				       d->owner, k->name))) {
		ora_error_set(d->e, 2264, 0, "name already used by an existing constraint");
		return FALSE;
	}
	is_ok = k->kind == 'C' ? add_check(d, k) : k->kind == 'R' ? add_reference(d, k, &key) : add_key(d, k);
	if (is_ok)
		list_constraint(d, k, key);
	return is_ok && !d->e->number;
}

void ddl_drop_constraint(Ddl *d, const char *owner, const char *name)
{
	static const char *const parts[] = {"INSERT", "UPDATE", "DELETE", "CHECK"};

	for (guint i = 0; i < G_N_ELEMENTS(parts); i++)
		ddl_exec(d, sqlite3_mprintf("DROP TRIGGER IF EXISTS \"%w\".\"ora$%w$%s\"", owner, name,
					    parts[i]));
	ddl_exec(d, sqlite3_mprintf("DELETE FROM \"%w\".\"ora$constraints\" WHERE CONSTRAINT_NAME = %Q",
				    owner, name));
	ddl_exec(d, sqlite3_mprintf("DELETE FROM \"%w\".\"ora$cons_columns\" WHERE CONSTRAINT_NAME = %Q",
				    owner, name));
}
