import type { MigrationInterface, QueryRunner } from 'typeorm'

/** What the directories said of this person's passwords when they signed in, so that a page can say it again without asking. */
export class RememberPasswordExpiry20261121130300 implements MigrationInterface {
  name = 'RememberPasswordExpiry20261121130300'

  async up(runner: QueryRunner): Promise<void> {
    // by account id: {"expiresAt": time or null, "expired": boolean, "mustChange": boolean}
    await runner.query(`
      ALTER TABLE self_service_session ADD COLUMN password_facts jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(password_facts) = 'object')`)
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE self_service_session DROP COLUMN password_facts')
  }
}
