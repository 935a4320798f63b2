import type { MigrationInterface, QueryRunner } from 'typeorm'

export class MarkLongCodes20261121120200 implements MigrationInterface {
  name = 'MarkLongCodes20261121120200'

  async up(runner: QueryRunner): Promise<void> {
    // While somebody tries codes all over the tenant only long ones count, and so do only the proofs that were made with them.
    // What was sent or proved before is as short as it was.
    await runner.query('ALTER TABLE verification_challenge ADD COLUMN long_code boolean NOT NULL DEFAULT false')
    await runner.query('ALTER TABLE verification_evidence ADD COLUMN long_code boolean NOT NULL DEFAULT false')
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE verification_evidence DROP COLUMN long_code')
    await runner.query('ALTER TABLE verification_challenge DROP COLUMN long_code')
  }
}
