-- documents to begin projects with; those that come with the program are not here
CREATE TABLE templates (
	id TEXT PRIMARY KEY,
	name TEXT NOT NULL UNIQUE,
	description TEXT NOT NULL,
	document TEXT NOT NULL,
	user_name TEXT,
	version INTEGER NOT NULL,
	created_at TEXT NOT NULL,
	updated_at TEXT NOT NULL
);

-- what has ended a moment ago is looked for twice a second where there is no Redis
CREATE INDEX executions_ended ON executions (ended_at);
