-- The database of one service, its owner (migrations) and its runtime role (the running service).
-- The service is named by SERVICE, passwords come from OWNER_PASSWORD and RUNTIME_PASSWORD. May be run again.
\getenv service SERVICE
\getenv owner_password OWNER_PASSWORD
\getenv runtime_password RUNTIME_PASSWORD
\set runtime :service
SELECT :'service' || '_owner' AS owner \gset

SELECT format('CREATE ROLE %I', wanted) FROM unnest(ARRAY[:'owner', :'runtime']) AS wanted
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = wanted) \gexec
ALTER ROLE :"owner" LOGIN PASSWORD :'owner_password';
ALTER ROLE :"runtime" LOGIN PASSWORD :'runtime_password';

SELECT format('CREATE DATABASE %I OWNER %I', :'service', :'owner')
WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = :'service') \gexec
REVOKE ALL ON DATABASE :"service" FROM PUBLIC;
GRANT CONNECT ON DATABASE :"service" TO :"runtime";

\connect :"service"
ALTER SCHEMA public OWNER TO :"owner";
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO :"runtime";
ALTER DEFAULT PRIVILEGES FOR ROLE :"owner" IN SCHEMA public
    GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO :"runtime";
ALTER DEFAULT PRIVILEGES FOR ROLE :"owner" IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO :"runtime";

-- What the running service may only add to, it may not change: taken away the moment a migration makes the
-- table. The runtime role has the database's name.
CREATE OR REPLACE FUNCTION public.keep_append_only() RETURNS event_trigger LANGUAGE plpgsql
SET search_path = pg_catalog AS $$
DECLARE made text;
BEGIN
    FOR made IN
        SELECT object_identity FROM pg_event_trigger_ddl_commands() WHERE command_tag = 'CREATE TABLE'
    LOOP
        IF made IN ('public.journal', 'public.checkpoints') THEN
            EXECUTE format('REVOKE UPDATE, DELETE, TRUNCATE ON %s FROM %I', made, current_database());
        ELSIF made = 'public.alembic_version' THEN
            EXECUTE format('REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON %s FROM %I', made, current_database());
        END IF;
    END LOOP;
END $$;
DROP EVENT TRIGGER IF EXISTS keep_append_only;
CREATE EVENT TRIGGER keep_append_only ON ddl_command_end WHEN TAG IN ('CREATE TABLE')
    EXECUTE FUNCTION public.keep_append_only();
