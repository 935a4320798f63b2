import type { MigrationInterface, QueryRunner } from 'typeorm'

export class CreateSettings20261121080110 implements MigrationInterface {
  name = 'CreateSettings20261121080110'

  async up(runner: QueryRunner): Promise<void> {
    // One row a Self-Service site. Its content is one document: it is read whole, validated by one schema, and replaced whole.
    await runner.query(`
      CREATE TABLE site (
        id uuid PRIMARY KEY,
        position integer NOT NULL DEFAULT 0,
        settings jsonb NOT NULL,
        revision integer NOT NULL DEFAULT 1,
        updated_at timestamptz NOT NULL DEFAULT now()
      )`)
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE site')
  }
}
