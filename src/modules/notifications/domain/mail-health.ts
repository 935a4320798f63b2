import { Injectable, Logger } from '@nestjs/common'
import type { Queryable } from '../../../platform/database/database.js'
import { MailHealthStore } from '../persistence/mail-health.store.js'
import { MailChannel, MailFailure } from './mail-channel.js'
import { NotificationsSettings } from './notifications-settings.js'

/**
 * The circuit of the mail server, kept in the database because the process that offers codes by mail is often not the one
 * that sends them. Open: the method shows as unavailable to everyone, and a probe tries until the server answers again.
 */
@Injectable()
export class MailHealth {
  readonly #log = new Logger('Mail')

  constructor(
    private readonly store: MailHealthStore,
    private readonly channel: MailChannel,
    private readonly settings: NotificationsSettings,
  ) {}

  async available(on: Queryable): Promise<boolean> {
    if (this.channel.unavailableBecause !== null) return false
    return (await this.store.failures(on)) < this.settings.failuresToOpen
  }

  async worked(): Promise<void> {
    if ((await this.store.worked()) >= this.settings.failuresToOpen) this.#log.log('the mail server answers again')
  }

  async failed(failure: MailFailure): Promise<void> {
    const failures = await this.store.failed(failure.diagnostic)
    if (failures === this.settings.failuresToOpen) {
      this.#log.error(`the mail server failed ${failures} times in a row, codes by mail are unavailable: ${failure.diagnostic}`)
    }
  }

  /** Runs on a timer. Costs one read while all is well. */
  async probe(): Promise<void> {
    if (this.channel.unavailableBecause !== null) return
    if ((await this.store.failures()) < this.settings.failuresToOpen) return
    try {
      await this.channel.probe(AbortSignal.timeout(this.settings.sendWithinMs))
      await this.worked()
    } catch (error) {
      if (!(error instanceof MailFailure)) throw error
      await this.failed(error)
    }
  }
}
