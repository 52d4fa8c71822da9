CREATE TABLE settings (
	name TEXT PRIMARY KEY,
	value TEXT NOT NULL
);

CREATE TABLE users (
	id TEXT PRIMARY KEY,
	name TEXT NOT NULL UNIQUE,
	password_hash TEXT NOT NULL,
	role TEXT NOT NULL,
	is_disabled INTEGER NOT NULL DEFAULT 0,
	created_at TEXT NOT NULL
);

CREATE TABLE sessions (
	token_hash TEXT PRIMARY KEY,
	user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
	csrf_token TEXT NOT NULL,
	address TEXT,
	created_at TEXT NOT NULL,
	seen_at TEXT NOT NULL,
	expires_at TEXT NOT NULL
);

CREATE TABLE api_keys (
	id TEXT PRIMARY KEY,
	name TEXT NOT NULL,
	key_hash TEXT NOT NULL UNIQUE,
	role TEXT NOT NULL,
	user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
	created_at TEXT NOT NULL,
	expires_at TEXT,
	last_used_at TEXT
);

CREATE TABLE audit (
	id {serial},
	at TEXT NOT NULL,
	user_name TEXT,
	address TEXT,
	action TEXT NOT NULL,
	object TEXT,
	detail TEXT
);

-- secret: URL and password, sealed
CREATE TABLE connections (
	id TEXT PRIMARY KEY,
	name TEXT NOT NULL UNIQUE,
	connector TEXT NOT NULL,
	url TEXT NOT NULL,
	secret TEXT,
	has_password INTEGER NOT NULL DEFAULT 0,
	version INTEGER NOT NULL,
	created_at TEXT NOT NULL,
	updated_at TEXT NOT NULL,
	last_test TEXT
);

CREATE TABLE projects (
	id TEXT PRIMARY KEY,
	name TEXT NOT NULL UNIQUE,
	source_connection_id TEXT REFERENCES connections (id),
	target_connection_id TEXT REFERENCES connections (id),
	document TEXT NOT NULL,
	version INTEGER NOT NULL,
	created_at TEXT NOT NULL,
	updated_at TEXT NOT NULL
);

CREATE TABLE project_versions (
	project_id TEXT NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
	version INTEGER NOT NULL,
	name TEXT NOT NULL,
	source_connection_id TEXT,
	target_connection_id TEXT,
	document TEXT NOT NULL,
	user_name TEXT,
	created_at TEXT NOT NULL,
	PRIMARY KEY (project_id, version)
);

-- wanted: what a user asked a running one for ("pause", "cancel", "clean_up"); seq: the last id of what was told of it
CREATE TABLE executions (
	id TEXT PRIMARY KEY,
	project_id TEXT NOT NULL,
	project_name TEXT NOT NULL,
	project_version INTEGER NOT NULL,
	document TEXT NOT NULL,
	source_connection_id TEXT NOT NULL,
	target_connection_id TEXT NOT NULL,
	state TEXT NOT NULL,
	outcome TEXT,
	attempt INTEGER NOT NULL,
	dry_run INTEGER NOT NULL,
	restart INTEGER NOT NULL,
	stage TEXT,
	wanted TEXT,
	owner TEXT,
	beat_at TEXT,
	user_name TEXT,
	created_at TEXT NOT NULL,
	started_at TEXT,
	ended_at TEXT,
	seq BIGINT NOT NULL DEFAULT 0,
	rows BIGINT NOT NULL DEFAULT 0,
	bytes BIGINT NOT NULL DEFAULT 0,
	rejected BIGINT NOT NULL DEFAULT 0,
	error TEXT,
	endpoints TEXT NOT NULL,
	progress TEXT,
	stages TEXT,
	report TEXT,
	report_html TEXT,
	reject_file TEXT
);

CREATE INDEX executions_state ON executions (state, id);

CREATE INDEX executions_project ON executions (project_id, id);

CREATE TABLE execution_tables (
	execution_id TEXT NOT NULL REFERENCES executions (id) ON DELETE CASCADE,
	position INTEGER NOT NULL,
	name TEXT NOT NULL,
	seq BIGINT NOT NULL,
	detail TEXT NOT NULL,
	PRIMARY KEY (execution_id, position)
);

CREATE INDEX execution_tables_seq ON execution_tables (execution_id, seq);

CREATE TABLE execution_objects (
	execution_id TEXT NOT NULL REFERENCES executions (id) ON DELETE CASCADE,
	id BIGINT NOT NULL,
	detail TEXT NOT NULL,
	PRIMARY KEY (execution_id, id)
);

CREATE TABLE execution_logs (
	execution_id TEXT NOT NULL REFERENCES executions (id) ON DELETE CASCADE,
	id BIGINT NOT NULL,
	at TEXT NOT NULL,
	level TEXT NOT NULL,
	message TEXT NOT NULL,
	PRIMARY KEY (execution_id, id)
);

CREATE TABLE execution_metrics (
	execution_id TEXT NOT NULL REFERENCES executions (id) ON DELETE CASCADE,
	at TEXT NOT NULL,
	rows BIGINT NOT NULL,
	rows_per_second DOUBLE PRECISION NOT NULL,
	bytes_per_second DOUBLE PRECISION NOT NULL,
	PRIMARY KEY (execution_id, at)
);

-- answers to POSTs with an Idempotency-Key; name: whose key it is, for which request
CREATE TABLE idempotency (
	name TEXT PRIMARY KEY,
	status INTEGER NOT NULL,
	response TEXT NOT NULL,
	created_at TEXT NOT NULL
);
