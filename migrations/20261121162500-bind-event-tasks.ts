import type { MigrationInterface, QueryRunner } from 'typeorm'

/**
 * What the tasks of service requests are: Verify is the look at the live account, Add and Remove are what an import takes over
 * (an account appears, an account is gone). Rows that somebody bound otherwise stay as they are.
 */
export class BindEventTasks20261121162500 implements MigrationInterface {
  name = 'BindEventTasks20261121162500'

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE directory_event_task
        DROP CONSTRAINT directory_event_task_operation_check,
        ADD CONSTRAINT directory_event_task_operation_check
          CHECK (operation IN ('lookup', 'watchChanges', 'verify', 'activate', 'deactivate', 'reset', 'unlock'))`)
    await runner.query(`
      UPDATE directory_event_task SET operation = CASE step WHEN 'verify' THEN 'lookup' ELSE 'watchChanges' END
      WHERE (step, operation) IN (('verify', 'verify'), ('add', 'activate'), ('remove', 'deactivate'))`)
    // given to nobody, because Add is switched off in its directory
    await runner.query(`
      ALTER TABLE account
        DROP CONSTRAINT account_unmatched_check,
        ADD CONSTRAINT account_unmatched_check CHECK (unmatched IN ('nobody', 'several', 'taken', 'switched-off'))`)
    // which of Add and Remove were switched off when it began
    await runner.query(`ALTER TABLE import_run ADD COLUMN switched_off text[] NOT NULL DEFAULT '{}' CHECK (switched_off <@ ARRAY['add', 'remove'])`)
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE import_run DROP COLUMN switched_off')
    await runner.query(`UPDATE account SET unmatched = 'nobody' WHERE unmatched = 'switched-off'`)
    await runner.query(`
      ALTER TABLE account
        DROP CONSTRAINT account_unmatched_check,
        ADD CONSTRAINT account_unmatched_check CHECK (unmatched IN ('nobody', 'several', 'taken'))`)
    await runner.query(`
      UPDATE directory_event_task SET operation = CASE step WHEN 'verify' THEN 'verify' WHEN 'add' THEN 'activate' ELSE 'deactivate' END
      WHERE operation IN ('lookup', 'watchChanges')`)
    await runner.query(`
      ALTER TABLE directory_event_task
        DROP CONSTRAINT directory_event_task_operation_check,
        ADD CONSTRAINT directory_event_task_operation_check CHECK (operation IN ('verify', 'activate', 'deactivate', 'reset', 'unlock'))`)
  }
}
