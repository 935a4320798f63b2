import type { MigrationInterface, QueryRunner } from 'typeorm'

export class NameDirectoryOnTask20261121120100 implements MigrationInterface {
  name = 'NameDirectoryOnTask20261121120100'

  async up(runner: QueryRunner): Promise<void> {
    // A task outlives its directory: what people called it, and where it stood among their systems, is kept from the submit
    // on. Tasks of a directory that is gone already can only be called by its id.
    await runner.query(`
      ALTER TABLE provisioning_task ADD COLUMN directory_name text, ADD COLUMN directory_position integer`)
    await runner.query(`
      UPDATE provisioning_task AS task SET directory_name = directory.name, directory_position = directory.position
      FROM directory WHERE directory.id = task.directory_id`)
    await runner.query(`
      UPDATE provisioning_task SET directory_name = directory_id::text, directory_position = 0 WHERE directory_name IS NULL`)
    await runner.query(`
      ALTER TABLE provisioning_task ALTER COLUMN directory_name SET NOT NULL, ALTER COLUMN directory_position SET NOT NULL`)
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE provisioning_task DROP COLUMN directory_name, DROP COLUMN directory_position')
  }
}
