import type { MigrationInterface, QueryRunner } from 'typeorm'

/** An account stays with its person when the values that joined it change; whoever runs the import has to hear of it. */
export class ReportKeptAccounts20261121165500 implements MigrationInterface {
  name = 'ReportKeptAccounts20261121165500'

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE account
        -- its joining values are others now: nobody's but its own, or somebody else's
        ADD COLUMN kept_because text CHECK (kept_because IN ('changed', 'elsewhere'))`)
    await runner.query('CREATE INDEX account_kept ON account (directory_id) WHERE kept_because IS NOT NULL')
    await runner.query('ALTER TABLE import_run ADD COLUMN kept integer NOT NULL DEFAULT 0')
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE import_run DROP COLUMN kept')
    await runner.query('ALTER TABLE account DROP COLUMN kept_because')
  }
}
