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

  /** Written only after a failure: a healthy server costs no write. How many failures in a row it ended. */
  async worked(): Promise<number> {
    const [row] = await this.database.query<{ failures: number }>(
      `UPDATE outbox_health AS h SET failures = 0, last_success_at = now(), last_error = NULL
       FROM (SELECT channel, failures FROM outbox_health WHERE channel = 'mail' AND failures > 0 FOR UPDATE) AS before
       WHERE h.channel = before.channel RETURNING before.failures`,
    )
    return row?.failures ?? 0
  }
}
