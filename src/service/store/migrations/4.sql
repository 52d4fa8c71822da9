-- Since when the saves of this version came by themselves while somebody was editing; NULL: a save of its own, which stays
ALTER TABLE project_versions ADD COLUMN autosave_since TEXT;
