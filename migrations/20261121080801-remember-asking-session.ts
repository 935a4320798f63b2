import type { MigrationInterface, QueryRunner } from 'typeorm'

export class RememberAskingSession20261121080801 implements MigrationInterface {
  name = 'RememberAskingSession20261121080801'

  async up(runner: QueryRunner): Promise<void> {
    // The session in which a change was asked for goes on after it: the person is waiting there for the outcome. No foreign
    // key, because sessions are forgotten after a day and requests are not.
    await runner.query('ALTER TABLE service_request ADD COLUMN session_id uuid')
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE service_request DROP COLUMN session_id')
  }
}
