import type { MigrationInterface, QueryRunner } from 'typeorm'

/**
 * Configured directories, and the store of the built-in `local` kind. The latter is a foreign system that happens to
 * share our Postgres: nothing outside src/modules/directories/local reads or writes local_*, and it keeps no key to
 * anything of ours but the directory it belongs to.
 */
export class CreateDirectories20261121080300 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE directory (
        id             uuid PRIMARY KEY,
        kind           text NOT NULL CHECK (kind ~ '^[a-z][a-z0-9-]{0,39}$'),
        name           text NOT NULL CHECK (length(btrim(name)) BETWEEN 1 AND 80),
        description    text NOT NULL DEFAULT '' CHECK (length(description) <= 400),
        settings       jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(settings) = 'object'),
        -- the secret members of the settings, sealed under the associated data "directory:<id>"
        sealed_secrets bytea,
        sign_in        boolean NOT NULL DEFAULT false,
        enabled        boolean NOT NULL DEFAULT true,
        position       integer NOT NULL DEFAULT 0,
        -- every process compares it with the one it opened: a higher one means close and open again
        revision       bigint NOT NULL DEFAULT 1 CHECK (revision > 0),
        created_at     timestamptz NOT NULL DEFAULT now(),
        changed_at     timestamptz NOT NULL DEFAULT now()
      )`)
    // one name, one directory: outcomes and policies are told apart by the name alone
    await runner.query('CREATE UNIQUE INDEX directory_name_key ON directory (lower(name))')

    await runner.query(`
      CREATE TABLE local_account (
        id                     uuid PRIMARY KEY,
        directory_id           uuid NOT NULL REFERENCES directory (id) ON DELETE RESTRICT,
        login                  text NOT NULL CHECK (length(btrim(login)) BETWEEN 1 AND 256),
        display_name           text NOT NULL CHECK (length(display_name) <= 256),
        -- argon2id in PHC form; null: the account has no password yet and nobody signs in with it
        password_hash          text CHECK (password_hash LIKE '$argon2id$%'),
        -- +1 with every effective password write and with nothing else: the reconciler hangs on it
        password_marker        bigint NOT NULL DEFAULT 0 CHECK (password_marker >= 0),
        password_set_at        timestamptz,
        password_never_expires boolean NOT NULL DEFAULT false,
        must_change            boolean NOT NULL DEFAULT false,
        disabled               boolean NOT NULL DEFAULT false,
        account_expires_at     timestamptz,
        locked_at              timestamptz,
        bad_count              integer NOT NULL DEFAULT 0 CHECK (bad_count >= 0),
        bad_window_started_at  timestamptz,
        -- set: the account belongs to a protected group and this connection may not write it (compare AD adminCount)
        protected_group        text CHECK (length(btrim(protected_group)) > 0),
        created_at             timestamptz NOT NULL DEFAULT now()
      )`)
    await runner.query('CREATE UNIQUE INDEX local_account_login_key ON local_account (directory_id, lower(login))')

    await runner.query(`
      CREATE TABLE local_password_history (
        account_id    uuid NOT NULL REFERENCES local_account (id) ON DELETE CASCADE,
        -- the marker the password had; the present password is in here too
        marker        bigint NOT NULL,
        password_hash text NOT NULL CHECK (password_hash LIKE '$argon2id$%'),
        set_at        timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (account_id, marker)
      )`)
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE local_password_history, local_account, directory')
  }
}
