import type { MigrationInterface, QueryRunner } from 'typeorm'

/** People and accounts read in from directories and from files. */
export class CreateImport20261121122600 implements MigrationInterface {
  name = 'CreateImport20261121122600'

  async up(runner: QueryRunner): Promise<void> {
    // An account that correlation could give to nobody is kept and shown, and belongs to nobody.
    await runner.query(`
      ALTER TABLE account
        ALTER COLUMN person_id DROP NOT NULL,
        ADD COLUMN unmatched text CHECK (unmatched IN ('nobody', 'several', 'taken')),
        ADD COLUMN dn text,
        ADD COLUMN display_name text,
        ADD COLUMN given_name text,
        ADD COLUMN family_name text,
        ADD COLUMN department text,
        ADD COLUMN manager text,
        ADD COLUMN locked boolean NOT NULL DEFAULT false,
        ADD COLUMN must_change boolean NOT NULL DEFAULT false,
        ADD COLUMN expires_at timestamptz,
        ADD COLUMN password_set_at timestamptz,
        -- canonical forms of its login names, and its contacts, as they were read
        ADD COLUMN identifiers text[] NOT NULL DEFAULT '{}',
        ADD COLUMN contacts jsonb NOT NULL DEFAULT '[]',
        -- of all that was read: equal means that nothing has to be written
        ADD COLUMN read_hash text,
        -- the run that wrote it last: what a run has written it has also seen
        ADD COLUMN written_by uuid,
        -- not in the directory any more; the row stays for the history that hangs on it
        ADD COLUMN gone_at timestamptz,
        ADD CONSTRAINT account_of_somebody CHECK (person_id IS NOT NULL OR unmatched IS NOT NULL)`)
    await runner.query('CREATE INDEX account_unmatched ON account (directory_id) WHERE unmatched IS NOT NULL')

    await runner.query(`
      ALTER TABLE person
        ADD COLUMN department text,
        ADD COLUMN manager_id uuid REFERENCES person (id)`)
    await runner.query('CREATE INDEX person_of_manager ON person (manager_id) WHERE manager_id IS NOT NULL')

    // What an import wrote it may take away again; what somebody entered it leaves alone.
    await runner.query(`
      ALTER TABLE contact_point
        ADD COLUMN managed boolean NOT NULL DEFAULT false,
        ADD COLUMN field text CHECK (field IN ('mail', 'secondaryMail', 'mobile')),
        ADD COLUMN canonical text,
        ADD CONSTRAINT contact_point_managed_whole CHECK (NOT managed OR (field IS NOT NULL AND canonical IS NOT NULL))`)
    await runner.query('ALTER TABLE person_identifier ADD COLUMN managed boolean NOT NULL DEFAULT false')

    // Values that join accounts to people: equal name and value, normalised. Kept of gone accounts too: people come back.
    await runner.query(`
      CREATE TABLE account_key (
        account_id uuid NOT NULL REFERENCES account (id) ON DELETE CASCADE,
        name text NOT NULL,
        value text NOT NULL,
        PRIMARY KEY (name, value, account_id)
      )`)
    await runner.query('CREATE INDEX account_key_of_account ON account_key (account_id)')

    // From files: what no directory knows. A national id is here as a keyed hash only.
    await runner.query(`
      CREATE TABLE person_supplement (
        person_id uuid PRIMARY KEY REFERENCES person (id),
        mobile text,
        secondary_mail text,
        national_id_hash bytea UNIQUE CHECK (length(national_id_hash) = 32),
        imported_at timestamptz NOT NULL DEFAULT now()
      )`)

    await runner.query(`
      CREATE TABLE import_settings (
        directory_id uuid PRIMARY KEY REFERENCES directory (id),
        settings jsonb NOT NULL CHECK (jsonb_typeof(settings) = 'object'),
        changed_at timestamptz NOT NULL DEFAULT now()
      )`)
    // Which source's value stands, first to last: directory ids, and 'csv'. Without a row: by the position of the directories.
    await runner.query(`
      CREATE TABLE import_precedence (
        field text PRIMARY KEY CHECK (field IN ('displayName', 'givenName', 'familyName', 'department', 'mail', 'secondaryMail', 'mobile')),
        sources text[] NOT NULL
      )`)
    await runner.query(`
      CREATE TABLE import_state (
        directory_id uuid PRIMARY KEY REFERENCES directory (id),
        -- opaque, the connector's own
        cursor text,
        first_completed_at timestamptz,
        full_at timestamptz,
        changes_at timestamptz
      )`)
    await runner.query(`
      CREATE TABLE import_run (
        id uuid PRIMARY KEY,
        directory_id uuid NOT NULL REFERENCES directory (id),
        kind text NOT NULL CHECK (kind IN ('full', 'incremental')),
        state text NOT NULL CHECK (state IN ('running', 'completed', 'needs-confirmation', 'failed', 'interrupted')),
        dry_run boolean NOT NULL DEFAULT false,
        started_by text NOT NULL,
        started_at timestamptz NOT NULL DEFAULT now(),
        progress_at timestamptz NOT NULL DEFAULT now(),
        finished_at timestamptz,
        read integer NOT NULL DEFAULT 0,
        added integer NOT NULL DEFAULT 0,
        changed integer NOT NULL DEFAULT 0,
        unchanged integer NOT NULL DEFAULT 0,
        unmatched integer NOT NULL DEFAULT 0,
        -- marked as gone, or while the run needs confirmation: that would be
        gone integer NOT NULL DEFAULT 0,
        known integer NOT NULL DEFAULT 0,
        error_code text,
        diagnostic text,
        CHECK ((state = 'running') = (finished_at IS NULL))
      )`)
    await runner.query('CREATE INDEX import_run_of_directory ON import_run (directory_id, started_at DESC)')
    await runner.query(`CREATE UNIQUE INDEX import_run_one_running ON import_run (directory_id) WHERE state = 'running'`)
    // Keys that the running read has named. Worth nothing after a crash, so it costs no log.
    await runner.query(`
      CREATE UNLOGGED TABLE import_seen (
        run_id uuid NOT NULL,
        native_id text NOT NULL,
        is_gone boolean NOT NULL DEFAULT false,
        PRIMARY KEY (run_id, native_id)
      )`)
    await runner.query(`
      CREATE TABLE import_schedule (
        directory_id uuid NOT NULL REFERENCES directory (id),
        kind text NOT NULL CHECK (kind IN ('full', 'incremental')),
        cron text NOT NULL,
        time_zone text NOT NULL DEFAULT 'UTC',
        enabled boolean NOT NULL DEFAULT true,
        PRIMARY KEY (directory_id, kind)
      )`)
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE import_schedule, import_seen, import_run, import_state, import_precedence, import_settings, person_supplement, account_key')
    await runner.query('ALTER TABLE person_identifier DROP COLUMN managed')
    await runner.query('ALTER TABLE contact_point DROP COLUMN managed, DROP COLUMN field, DROP COLUMN canonical')
    await runner.query('ALTER TABLE person DROP COLUMN department, DROP COLUMN manager_id')
    await runner.query('DELETE FROM account WHERE person_id IS NULL')
    await runner.query(`
      ALTER TABLE account
        DROP COLUMN unmatched, DROP COLUMN dn, DROP COLUMN display_name, DROP COLUMN given_name, DROP COLUMN family_name,
        DROP COLUMN department, DROP COLUMN manager, DROP COLUMN locked, DROP COLUMN must_change, DROP COLUMN expires_at,
        DROP COLUMN password_set_at, DROP COLUMN identifiers, DROP COLUMN contacts, DROP COLUMN read_hash, DROP COLUMN written_by, DROP COLUMN gone_at,
        ALTER COLUMN person_id SET NOT NULL`)
  }
}
