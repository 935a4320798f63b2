import type { MigrationInterface, QueryRunner } from 'typeorm'

export class CreatePasswords20261121080700 implements MigrationInterface {
  name = 'CreatePasswords20261121080700'

  async up(runner: QueryRunner): Promise<void> {
    // What we know of each account's password, never the password or a hash of it (decisions.md 21, 28).
    // max_age_seconds is what the directory declared when the last request was made; it dates the next expiry.
    await runner.query(`
      CREATE TABLE password_record (
        account_id uuid PRIMARY KEY,
        person_id uuid NOT NULL,
        change_count integer NOT NULL DEFAULT 0,
        reset_flag boolean NOT NULL DEFAULT false,
        changed_at timestamptz,
        expires_at timestamptz,
        set_by_origin text CHECK (set_by_origin IN
          ('SELF', 'TICKET', 'ADMIN', 'PASSWORD_MANAGER', 'INIT', 'SOAP', 'TAKEOVER', 'UNIFORM')),
        max_age_seconds integer
      )`)
    await runner.query('CREATE INDEX password_record_of_person ON password_record (person_id)')

    // One row per effective write: the history of when and by which path, one per run of a task at most.
    await runner.query(`
      CREATE TABLE password_change (
        task_id uuid NOT NULL,
        run integer NOT NULL,
        account_id uuid NOT NULL,
        kind text NOT NULL,
        origin text NOT NULL,
        must_change boolean NOT NULL,
        changed_at timestamptz NOT NULL,
        PRIMARY KEY (task_id, run)
      )`)
    await runner.query('CREATE INDEX password_change_of_account ON password_change (account_id, changed_at DESC)')
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE password_change, password_record')
  }
}
