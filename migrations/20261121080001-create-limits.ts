import type { MigrationInterface, QueryRunner } from 'typeorm'

export class CreateLimits20261121080001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    // One row a rule and caller. `used` stays in an update that touches no indexed column, so with room in the page
    // it is a heap-only update: the hot path writes no index.
    await runner.query(`
      CREATE TABLE limit_budget (
        rule        text        NOT NULL,
        key_hash    bytea       NOT NULL CHECK (octet_length(key_hash) = 32),
        used        integer     NOT NULL CHECK (used > 0),
        window_ends timestamptz NOT NULL,
        PRIMARY KEY (rule, key_hash)
      ) WITH (fillfactor = 70)`)
    await runner.query('CREATE INDEX limit_budget_ended ON limit_budget (window_ends)')
    await runner.query(`
      COMMENT ON COLUMN limit_budget.key_hash IS 'Keyed hash of an address or identifier; the value itself is stored nowhere'`)

    // decisions.md 12: refusals are one counter row a source and minute, so a flood cannot flood the trail.
    await runner.query(`
      CREATE TABLE limit_refusal (
        source_hash bytea       NOT NULL CHECK (octet_length(source_hash) = 32),
        rule        text        NOT NULL,
        minute      timestamptz NOT NULL,
        count       integer     NOT NULL CHECK (count > 0),
        PRIMARY KEY (source_hash, rule, minute)
      ) WITH (fillfactor = 70)`)
    await runner.query('CREATE INDEX limit_refusal_minute ON limit_refusal (minute)')
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE limit_refusal')
    await runner.query('DROP TABLE limit_budget')
  }
}
