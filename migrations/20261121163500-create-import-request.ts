import type { MigrationInterface, QueryRunner } from 'typeorm'

/** Imports that an operator asked for: a worker process begins them. The id is that of the run to be. */
export class CreateImportRequest20261121163500 implements MigrationInterface {
  name = 'CreateImportRequest20261121163500'

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE import_request (
        id uuid PRIMARY KEY,
        directory_id uuid NOT NULL REFERENCES directory (id),
        kind text NOT NULL CHECK (kind IN ('full', 'incremental')),
        dry_run boolean NOT NULL,
        confirm_gone boolean NOT NULL,
        requested_by text NOT NULL,
        requested_at timestamptz NOT NULL DEFAULT now(),
        correlation_id text NOT NULL,
        state text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'done', 'refused')),
        run_at timestamptz NOT NULL DEFAULT now(),
        lease_until timestamptz,
        fence bigint NOT NULL DEFAULT 0,
        error_code text,
        diagnostic text,
        CHECK ((state = 'refused') = (error_code IS NOT NULL))
      )`)
    await runner.query('CREATE INDEX import_request_of_directory ON import_request (directory_id, requested_at DESC)')
    await runner.query(`CREATE INDEX import_request_due ON import_request (run_at) WHERE state = 'waiting'`)
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE import_request')
  }
}
