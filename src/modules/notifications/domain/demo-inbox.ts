import { Injectable } from '@nestjs/common'
import { DomainError } from '../../../kernel/domain-error.js'
import { DemoInboxStore, type DemoMail } from '../persistence/demo-inbox.store.js'
import type { Mail } from './mail-channel.js'
import { NotificationsSettings } from './notifications-settings.js'

export type { DemoMail } from '../persistence/demo-inbox.store.js'

/** The mails a demo would have sent. Outside a demo it neither takes nor shows any (decisions.md 1). */
@Injectable()
export class DemoInbox {
  constructor(
    private readonly store: DemoInboxStore,
    private readonly settings: NotificationsSettings,
  ) {}

  /** Newest first. The caller lets only loopback peers without a Forwarded header see it. */
  list(limit = 50): Promise<DemoMail[]> {
    this.#assertDemo()
    return this.store.newest(Math.min(limit, this.settings.demoInboxSize))
  }

  async add(mail: Mail): Promise<void> {
    this.#assertDemo()
    const { id, to, template, language, subject, text, html } = mail
    await this.store.add({ id, recipient: to, template, language, subject, text, html })
  }

  async trim(): Promise<void> {
    if (this.settings.demo) await this.store.keepNewest(this.settings.demoInboxSize)
  }

  #assertDemo(): void {
    if (!this.settings.demo) throw new DomainError('NOT_FOUND')
  }
}
