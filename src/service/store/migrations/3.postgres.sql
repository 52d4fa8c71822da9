CREATE FUNCTION audit_is_append_only() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
	IF TG_OP = 'DELETE' THEN
		IF OLD.at < (SELECT max(until_at) FROM audit_expiry) THEN RETURN OLD; END IF; --
	END IF; --
	RAISE EXCEPTION 'the audit log is append-only'; --
END $$;

CREATE TRIGGER audit_is_not_changed BEFORE UPDATE OR DELETE ON audit
FOR EACH ROW EXECUTE PROCEDURE audit_is_append_only();

CREATE TRIGGER audit_is_not_emptied BEFORE TRUNCATE ON audit
FOR EACH STATEMENT EXECUTE PROCEDURE audit_is_append_only();
