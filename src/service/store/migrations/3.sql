-- While a row is here, entries of the audit log from before its time may be deleted: audit.c puts one in and takes it out again in
-- the transaction that forgets old entries. Otherwise entries are only ever added; the triggers see to it.
CREATE TABLE audit_expiry (
	until_at TEXT NOT NULL
);
