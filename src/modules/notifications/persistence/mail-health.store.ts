import { Injectable } from '@nestjs/common'
import { Database, type Queryable } from '../../../platform/database/database.js'

@Injectable()
export class MailHealthStore {
  constructor(private readonly database: Database) {}

  async failures(on: Queryable = this.database): Promise<number> {
    const [row] = await on.query<{ failures: number }>(`SELECT failures FROM outbox_health WHERE channel = 'mail'`)
    return row!.failures
  }

  async failed(error: string): Promise<number> {
    const [row] = await this.database.query<{ failures: number }>(
      `UPDATE outbox_health SET failures = failures + 1, last_failure_at = now(), last_error = $1
       WHERE channel = 'mail' RETURNING failures`,
      [error],
    )
    return row!.failures
  }

  /** Written only after a failure: a healthy server costs no write. True when it had failed before. */
  async worked(): Promise<boolean> {
    const rows = await this.database.execute(
      `UPDATE outbox_health SET failures = 0, last_success_at = now(), last_error = NULL WHERE channel = 'mail' AND failures > 0`,
    )
    return rows === 1
  }
}
