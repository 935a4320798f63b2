import { Injectable } from '@nestjs/common'
import { Database } from '../../../platform/database/database.js'

export type NewDemoMail = {
  readonly id: string
  readonly to: string
  readonly template: string
  readonly language: string
  readonly subject: string
  readonly text: string
  readonly html: string
}
export type DemoMailRow = { readonly id: string; received_at: Date; recipient: string; subject: string; body_text: string }

@Injectable()
export class DemoInboxStore {
  constructor(private readonly database: Database) {}

  /** A mail that is handed over twice is one mail: the id is the outbox row's. */
  async add(mail: NewDemoMail): Promise<void> {
    await this.database.execute(
      `INSERT INTO demo_inbox_message (id, recipient, template, language, subject, body_text, body_html)
       VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (id) DO NOTHING`,
      [mail.id, mail.to, mail.template, mail.language, mail.subject, mail.text, mail.html],
    )
  }

  newest(limit: number): Promise<DemoMailRow[]> {
    return this.database.query<DemoMailRow>(
      `SELECT id, received_at, recipient, subject, body_text FROM demo_inbox_message ORDER BY received_at DESC, id DESC LIMIT $1`,
      [limit],
    )
  }

  keepNewest(count: number): Promise<number> {
    return this.database.execute(
      `DELETE FROM demo_inbox_message WHERE id IN (
         SELECT id FROM demo_inbox_message ORDER BY received_at DESC, id DESC OFFSET $1)`,
      [count],
    )
  }
}
