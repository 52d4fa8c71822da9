/* ALL_, DBA_ and USER_ views over what the loader wrote into each schema's file, and views of the instance.
 *
 * The loader keeps the rows of ALL_X in a table ora$x, owner in its first column.
 */
#include "store.h"

static void run(Session *s, char *take)
{
	if (sqlite3_exec(s->db, take, NULL, NULL, NULL) != SQLITE_OK && s->server->trace)
		g_printerr("[%u] %s: %s\n", s->number, sqlite3_errmsg(s->db), take);
	sqlite3_free(take);
}

/* SELECT … UNION ALL … of the schemas that have this table; NULL: none has. */
static char *union_of(Session *s, const char *table)
{
	GString *sql = g_string_new(NULL);

	for (guint i = 0; i < s->server->schemas->len; i++) {
		const Schema *schema = g_ptr_array_index(s->server->schemas, i);

		if (sqlite3_table_column_metadata(s->db, schema->owner, table, NULL, NULL, NULL, NULL, NULL,
						  NULL) != SQLITE_OK)
			continue;
		g_string_append_printf(
			s->server->schemas->len && sql->len ? g_string_append(sql, " UNION ALL ") : sql,
			"SELECT * FROM \"%s\".\"%s\"", schema->owner, table);
	}
	return g_string_free(sql, !sql->len);
}

/* The columns of a view but the first, which is the owner; in *ret_owner that one's name. */
static char *other_columns(Session *s, const char *view, char **ret_owner)
{
	GString *list = g_string_new(NULL);
	sqlite3_stmt *stmt = NULL;
	char *sql = sqlite3_mprintf("SELECT name FROM pragma_table_info(%Q)", view);

	if (sqlite3_prepare_v2(s->db, sql, -1, &stmt, NULL) == SQLITE_OK)
		while (sqlite3_step(stmt) == SQLITE_ROW) {
			if (!*ret_owner)
				*ret_owner = g_strdup((const char *)sqlite3_column_text(stmt, 0));
			else
				g_string_append_printf(list, "%s\"%s\"", list->len ? "," : "",
						       sqlite3_column_text(stmt, 0));
		}
	sqlite3_finalize(stmt);
	sqlite3_free(sql);
	return g_string_free(list, FALSE);
}

static void make_views(Session *s, const char *table)
{
	g_autofree char *sql = union_of(s, table), *upper = g_ascii_strup(table + strlen("ora$"), -1);
	g_autofree char *all = g_strconcat("ALL_", upper, NULL), *columns = NULL, *owner = NULL;

	if (!sql)
		return;
	run(s, sqlite3_mprintf("CREATE TEMP VIEW \"%w\" AS %s", all, sql));
	if (!s->server->without_dba)
		run(s, sqlite3_mprintf("CREATE TEMP VIEW \"DBA_%w\" AS %s", upper, sql));
	columns = other_columns(s, all, &owner);
	run(s, sqlite3_mprintf("CREATE TEMP VIEW \"USER_%w\" AS SELECT %s FROM \"%w\" WHERE \"%w\" = %Q",
			       upper, columns, all, owner, s->user));
}

/* The names of the loader's tables, of all schemas. */
static GHashTable *dictionary_tables(Session *s)
{
	GHashTable *names = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

	for (guint i = 0; i < s->server->schemas->len; i++) {
		const Schema *schema = g_ptr_array_index(s->server->schemas, i);
		char *sql = sqlite3_mprintf(
			"SELECT name FROM \"%w\".sqlite_schema WHERE type = 'table' AND name LIKE 'ora$%%'",
			schema->owner);
		sqlite3_stmt *stmt = NULL;

		if (sqlite3_prepare_v2(s->db, sql, -1, &stmt, NULL) == SQLITE_OK)
			while (sqlite3_step(stmt) == SQLITE_ROW)
				g_hash_table_add(names, g_strdup((const char *)sqlite3_column_text(stmt, 0)));
		sqlite3_finalize(stmt);
		sqlite3_free(sql);
	}
	return names;
}

static const char instance_views[] =
	"CREATE TEMP TABLE DUAL(DUMMY VARCHAR2(1)); INSERT INTO DUAL VALUES('X');"
	"CREATE TEMP VIEW \"V$DATABASE\" AS SELECT CAST(1437561834 AS NUMBER) DBID, 'FREE' NAME, ORA_SCN() "
	"CURRENT_SCN, "
	"'READ WRITE' OPEN_MODE, 'PRIMARY' DATABASE_ROLE, 'NOARCHIVELOG' LOG_MODE, 'Linux x86 64-bit' "
	"PLATFORM_NAME;"
	"CREATE TEMP TABLE \"NLS_DATABASE_PARAMETERS\"(PARAMETER VARCHAR2(128), VALUE VARCHAR2(64));"
	"INSERT INTO NLS_DATABASE_PARAMETERS "
	"VALUES('NLS_NCHAR_CHARACTERSET','AL16UTF16'),('NLS_LENGTH_SEMANTICS','BYTE'),"
	"('NLS_LANGUAGE','AMERICAN'),('NLS_TERRITORY','AMERICA'),('NLS_NUMERIC_CHARACTERS','.,'),('NLS_SORT',"
	"'BINARY'),('NLS_COMP','BINARY');"
	"CREATE TEMP VIEW NLS_SESSION_PARAMETERS AS SELECT * FROM NLS_DATABASE_PARAMETERS;"
	"CREATE TEMP VIEW NLS_INSTANCE_PARAMETERS AS SELECT * FROM NLS_DATABASE_PARAMETERS;"
	"CREATE TEMP VIEW \"V$NLS_PARAMETERS\" AS SELECT * FROM NLS_DATABASE_PARAMETERS;"
	"CREATE TEMP TABLE SESSION_PRIVS(PRIVILEGE VARCHAR2(40));"
	"INSERT INTO SESSION_PRIVS VALUES('CREATE SESSION'),('CREATE TABLE'),('CREATE SEQUENCE'),('SELECT "
	"ANY "
	"TABLE'),('FLASHBACK ANY TABLE'),('SELECT ANY DICTIONARY');"
	"CREATE TEMP TABLE SESSION_ROLES(ROLE VARCHAR2(128)); INSERT INTO SESSION_ROLES "
	"VALUES('SELECT_CATALOG_ROLE');"
	"CREATE TEMP TABLE ora_users(USERNAME VARCHAR2(128), USER_ID NUMBER, CREATED DATE, COMMON "
	"VARCHAR2(3), ORACLE_MAINTAINED VARCHAR2(1));"
	"INSERT INTO ora_users VALUES('SYS',0,'2024-01-01 00:00:00','YES','Y'),('SYSTEM',9,'2024-01-01 "
	"00:00:00','YES','Y');"
	"CREATE TEMP VIEW ALL_USERS AS SELECT * FROM ora_users;";

static void add_instance(Session *s)
{
	const Profile *p = s->server->profile;
	const guint *v = p->version;
	g_autofree char *version = g_strdup_printf("%u.%u.%u.%u.%u", v[0], v[1], v[2], v[3], v[4]);
	g_autofree char *release = g_strdup_printf("%u.%u.0.0.0", v[0], v[0] < 18 ? v[1] : 0);

	run(s, sqlite3_mprintf("%s", instance_views));
	run(s, sqlite3_mprintf("INSERT INTO NLS_DATABASE_PARAMETERS "
			       "VALUES('NLS_CHARACTERSET',%Q),('NLS_RDBMS_VERSION',%Q)",
			       p->charset == 873 ? "AL32UTF8" : "WE8ISO8859P15", release));
	run(s, sqlite3_mprintf("CREATE TEMP TABLE \"V$VERSION\"(BANNER VARCHAR2(80), BANNER_FULL "
			       "VARCHAR2(160), CON_ID NUMBER)"));
	run(s, sqlite3_mprintf("INSERT INTO \"V$VERSION\" VALUES(%Q,%Q || char(10) || 'Version ' || %Q,0)",
			       p->banner, p->banner, version));
	run(s, sqlite3_mprintf("CREATE TEMP TABLE PRODUCT_COMPONENT_VERSION(PRODUCT VARCHAR2(80), VERSION "
			       "VARCHAR2(80)%s, STATUS VARCHAR2(80))",
			       v[0] >= 18 ? ", VERSION_FULL VARCHAR2(80)" : ""));
	run(s,
	    v[0] >= 18
		    ? sqlite3_mprintf("INSERT INTO PRODUCT_COMPONENT_VERSION VALUES(%Q,%Q,%Q,'Production')",
				      p->banner, release, version)
		    : sqlite3_mprintf("INSERT INTO PRODUCT_COMPONENT_VERSION VALUES(%Q,%Q,'Production')",
				      p->banner, version));
	run(s, sqlite3_mprintf("CREATE TEMP TABLE \"V$INSTANCE\"(INSTANCE_NAME VARCHAR2(16), HOST_NAME "
			       "VARCHAR2(64), VERSION VARCHAR2(17), STATUS VARCHAR2(12))"));
	run(s, sqlite3_mprintf("INSERT INTO \"V$INSTANCE\" VALUES('FREE','localhost',%Q,'OPEN')", release));
	for (guint i = 0; i < s->server->schemas->len; i++)
		run(s, sqlite3_mprintf("INSERT INTO ora_users VALUES(%Q,%u,'2024-01-01 00:00:00','NO','N')",
				       ((Schema *)g_ptr_array_index(s->server->schemas, i))->owner, 107 + i));
}

void dictionary_make(Session *s)
{
	g_autoptr(GHashTable) names = dictionary_tables(s);
	GHashTableIter iter;
	gpointer name;

	add_instance(s);
	for (guint i = 0; s->server->refused && s->server->refused[i]; i++)
		run(s,
		    sqlite3_mprintf("DELETE FROM SESSION_PRIVS WHERE PRIVILEGE = %Q", s->server->refused[i]));
	g_hash_table_iter_init(&iter, names);
	while (g_hash_table_iter_next(&iter, &name, NULL))
		make_views(s, name);
	run(s, sqlite3_mprintf("CREATE TEMP VIEW ALL_TAB_COLUMNS AS SELECT * FROM ALL_TAB_COLS WHERE "
			       "HIDDEN_COLUMN = 'NO'"));
	run(s, sqlite3_mprintf("CREATE TEMP VIEW USER_TAB_COLUMNS AS SELECT * FROM USER_TAB_COLS WHERE "
			       "HIDDEN_COLUMN = 'NO'"));
	if (!s->server->without_dba)
		run(s, sqlite3_mprintf("CREATE TEMP VIEW DBA_TAB_COLUMNS AS SELECT * FROM DBA_TAB_COLS WHERE "
				       "HIDDEN_COLUMN = 'NO'"));
}
