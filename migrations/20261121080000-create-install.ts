import type { MigrationInterface, QueryRunner } from 'typeorm'

export class CreateInstall20261121080000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    // The stamp of decisions.md 1: written once by `migrate`; the app role only reads it.
    await runner.query(`
      CREATE TABLE install (
        only_row        boolean     PRIMARY KEY DEFAULT true CHECK (only_row),
        installation_id uuid        NOT NULL DEFAULT gen_random_uuid(),
        mode            text        NOT NULL CHECK (mode IN ('demo', 'production')),
        created_at      timestamptz NOT NULL DEFAULT now()
      )`)

    // decisions.md 23: every process remembers, in a file beside its key, the newest epoch it has seen. A database
    // that does not know that epoch was restored from a backup. The tag keeps a number reused after a restore apart.
    await runner.query(`
      CREATE TABLE install_epoch (
        epoch      bigint      PRIMARY KEY CHECK (epoch > 0),
        tag        uuid        NOT NULL DEFAULT gen_random_uuid(),
        reason     text        NOT NULL CHECK (reason IN ('rotated', 'restored')),
        started_at timestamptz NOT NULL DEFAULT now()
      )`)
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE install_epoch')
    await runner.query('DROP TABLE install')
  }
}
