-- share: while other workers may help with the copy, a word that is another one each time; share_snapshot: what they join
ALTER TABLE executions ADD COLUMN share TEXT;

ALTER TABLE executions ADD COLUMN share_snapshot TEXT;

-- who is at it, the one that leads, too
CREATE TABLE execution_helpers (
	execution_id TEXT NOT NULL REFERENCES executions (id) ON DELETE CASCADE,
	member TEXT NOT NULL,
	beat_at TEXT NOT NULL,
	PRIMARY KEY (execution_id, member)
);

-- state: "taken", "loaded", "lead" (only the one that leads may load it)
CREATE TABLE execution_chunks (
	execution_id TEXT NOT NULL REFERENCES executions (id) ON DELETE CASCADE,
	table_name TEXT NOT NULL,
	chunk_no BIGINT NOT NULL,
	member TEXT NOT NULL,
	state TEXT NOT NULL,
	PRIMARY KEY (execution_id, table_name, chunk_no)
);
