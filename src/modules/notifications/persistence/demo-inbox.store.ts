import { Injectable } from '@nestjs/common'
import { Database } from '../../../platform/database/database.js'

export type DemoMail = {
  readonly id: string
  readonly receivedAt: Date
  readonly recipient: string
  readonly template: string
  readonly language: string
  readonly subject: string
  readonly text: string
  readonly html: string
}
type Row = Omit<DemoMail, 'receivedAt' | 'text' | 'html'> & { received_at: Date; body_text: string; body_html: string }

@Injectable()
export class DemoInboxStore {
  constructor(private readonly database: Database) {}

  /** A mail that is handed over twice is one mail: the id is the outbox row's. */
  async add(mail: Omit<DemoMail, 'receivedAt'>): Promise<void> {
    await this.database.execute(
      `INSERT INTO demo_inbox_message (id, recipient, template, language, subject, body_text, body_html)
       VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (id) DO NOTHING`,
      [mail.id, mail.recipient, mail.template, mail.language, mail.subject, mail.text, mail.html],
    )
  }

  async newest(limit: number): Promise<DemoMail[]> {
    const rows = await this.database.query<Row>(
      `SELECT id, received_at, recipient, template, language, subject, body_text, body_html
       FROM demo_inbox_message ORDER BY received_at DESC, id DESC LIMIT $1`,
      [limit],
    )
    return rows.map(({ received_at, body_text, body_html, ...row }) => ({
      ...row, receivedAt: received_at, text: body_text, html: body_html,
    }))
  }

  keepNewest(count: number): Promise<number> {
    return this.database.execute(
      `DELETE FROM demo_inbox_message WHERE id IN (
         SELECT id FROM demo_inbox_message ORDER BY received_at DESC, id DESC OFFSET $1)`,
      [count],
    )
  }
}
