import type { MigrationInterface, QueryRunner } from 'typeorm'

/** Which operation of a directory's connector a step of a workflow is, under the customer's names. */
export class CreateEventTasks20261121122700 implements MigrationInterface {
  name = 'CreateEventTasks20261121122700'

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE directory_event_task (
        directory_id uuid NOT NULL REFERENCES directory (id) ON DELETE CASCADE,
        workflow text NOT NULL CHECK (workflow IN ('service-request', 'admin-action')),
        step text NOT NULL,
        name text NOT NULL CHECK (length(btrim(name)) BETWEEN 1 AND 120),
        operation text NOT NULL CHECK (operation IN ('verify', 'activate', 'deactivate', 'reset', 'unlock')),
        enabled boolean NOT NULL DEFAULT true,
        PRIMARY KEY (directory_id, workflow, step),
        CHECK ((workflow = 'service-request' AND step IN ('verify', 'add', 'remove'))
          OR (workflow = 'admin-action' AND step IN ('reset', 'unlock', 'activate') AND operation = step))
      )`)
    await runner.query(`
      INSERT INTO directory_event_task (directory_id, workflow, step, name, operation)
      SELECT d.id, t.workflow, t.step,
        CASE d.kind WHEN 'ad' THEN 'AD' WHEN 'openldap' THEN 'OpenLDAP' WHEN 'entra' THEN 'Azure' ELSE 'Local' END || t.name, t.operation
      FROM directory d CROSS JOIN (VALUES
        ('service-request', 'verify', ' IGA Service request: Verify', 'verify'),
        ('service-request', 'add', ' IGA Service request: Add', 'activate'),
        ('service-request', 'remove', ' IGA Service request: Remove', 'deactivate'),
        ('admin-action', 'reset', ' IGA Admin Actions: Reset', 'reset'),
        ('admin-action', 'unlock', ' IGA Admin Actions: Unlock', 'unlock'),
        ('admin-action', 'activate', ' IGA Admin Actions: Activate', 'activate')) AS t (workflow, step, name, operation)`)
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE directory_event_task')
  }
}
