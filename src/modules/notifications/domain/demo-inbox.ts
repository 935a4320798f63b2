import { Injectable } from '@nestjs/common'
import { DomainError } from '../../../kernel/domain-error.js'
import { DemoInboxStore } from '../persistence/demo-inbox.store.js'
import type { Mail } from './mail-channel.js'
import { NotificationsSettings } from './notifications-settings.js'

export type DemoMail = {
  readonly id: string
  readonly receivedAt: Date
  readonly recipient: string
  readonly subject: string
  readonly text: string
}

/** The mails a demo would have sent. Outside a demo it neither takes nor shows any (decisions.md 1). */
@Injectable()
export class DemoInbox {
  constructor(
    private readonly store: DemoInboxStore,
    private readonly settings: NotificationsSettings,
  ) {}

  /** Whether the mails of this product come here: not in a demo whose mail goes out by SMTP. */
  get receives(): boolean {
    return this.settings.demo && this.settings.smtpUrl === null
  }

  /** Newest first. The caller lets only loopback peers without a Forwarded header see it. */
  async list(limit = 50): Promise<DemoMail[]> {
    this.#assertDemo()
    const rows = await this.store.newest(Math.min(limit, this.settings.demoInboxSize))
    return rows.map(({ id, received_at, recipient, subject, body_text }) => (
      { id, receivedAt: received_at, recipient, subject, text: body_text }))
  }

  async add(mail: Mail): Promise<void> {
    this.#assertDemo()
    await this.store.add(mail)
  }

  async trim(): Promise<void> {
    if (this.settings.demo) await this.store.keepNewest(this.settings.demoInboxSize)
  }

  #assertDemo(): void {
    if (!this.settings.demo) throw new DomainError('NOT_FOUND')
  }
}
