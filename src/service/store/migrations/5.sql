-- projects that are for their members only; a project stays here while executions of it are left, also after it is gone
CREATE TABLE restricted_projects (
	project_id TEXT PRIMARY KEY
);

-- role: at most this one in the project, where it is restricted
CREATE TABLE project_members (
	project_id TEXT NOT NULL,
	user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
	role TEXT NOT NULL,
	PRIMARY KEY (project_id, user_id)
);

CREATE INDEX project_members_user ON project_members (user_id);
