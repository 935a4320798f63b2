import { Injectable, Logger } from '@nestjs/common'
import { Checkpoints } from '../../../kernel/checkpoints.js'
import { fullJitter, outlast } from '../../../platform/queue/index.js'
import { OutboxStore, type ClaimedRow } from '../persistence/outbox.store.js'
import { isMailAddress } from './mail-address.js'
import { MailChannel, MailFailure, type Mail } from './mail-channel.js'
import { MailHealth } from './mail-health.js'
import { NotificationsSettings } from './notifications-settings.js'
import { PayloadSeal } from './payload-seal.js'
import { renderMail } from './render-mail.js'
import type { Template } from './template-params.js'

/** Milliseconds until the row is due again; null when it is settled. */
export type DueAgain = number | null

/**
 * Sends one claimed message, at least once: after a lost reply (the connection broke behind DATA) and after a crash
 * between sending and settling the same mail goes out again, with the same code and the same Message-ID. A second copy of
 * a notice harms nobody; a code that never came does. It is never sent once it is of no use.
 */
@Injectable()
export class Delivery {
  readonly #log = new Logger('Mail')

  constructor(
    private readonly outbox: OutboxStore,
    private readonly payloads: PayloadSeal,
    private readonly channel: MailChannel,
    private readonly health: MailHealth,
    private readonly checkpoints: Checkpoints,
    private readonly settings: NotificationsSettings,
  ) {}

  async deliver(row: ClaimedRow): Promise<DueAgain> {
    if (this.channel.unavailableBecause !== null) return this.#postpone(row, this.channel.unavailableBecause)
    const mail = this.#render(row)
    if ('unsendable' in mail) {
      await outlast(() => this.outbox.settle(row, 'failed', mail.unsendable))
      return null
    }
    await this.checkpoints.reach('outbox.before-send')
    const usefulMs = await outlast(() => this.outbox.stillUseful(row, this.settings.leastUsefulMs, this.settings.leaseSeconds))
    if (usefulMs === null) {
      await outlast(() => this.outbox.settle(row, 'dropped', 'too late')) // or no longer ours, and then this changes nothing
      return null
    }
    try {
      await this.channel.send(mail, AbortSignal.timeout(Math.min(Math.floor(usefulMs), this.settings.sendWithinMs)))
    } catch (error) {
      if (error instanceof MailFailure) return this.#failed(row, error)
      throw error
    }
    await this.checkpoints.reach('outbox.after-send')
    await outlast(() => this.outbox.settle(row, 'sent', null))
    await outlast(() => this.health.worked())
    return null
  }

  async #failed(row: ClaimedRow, failure: MailFailure): Promise<DueAgain> {
    if (failure.failure === 'transport') await outlast(() => this.health.failed(failure))
    if (failure.failure !== 'rejected') return this.#postpone(row, failure.diagnostic)
    // an answer is an answer: the server can be talked to
    await outlast(() => this.health.worked())
    await outlast(() => this.outbox.settle(row, 'failed', failure.diagnostic))
    this.#log.warn(`message ${row.id} (${row.template}) was refused for good: ${failure.diagnostic}`)
    return null
  }

  async #postpone(row: ClaimedRow, because: string): Promise<DueAgain> {
    const { retryBaseMs, retryCapMs, leastUsefulMs } = this.settings
    // half fixed, half random: spread out, and never at once again
    const delay = (fullJitter(row.attempts, retryBaseMs, retryCapMs) + Math.min(retryBaseMs * 2 ** row.attempts, retryCapMs)) / 2
    const after = await outlast(() => this.outbox.postpone(row, delay, leastUsefulMs, because))
    if (after === 'dropped') this.#log.warn(`message ${row.id} (${row.template}) was dropped, too late to be of use: ${because}`)
    return after === 'queued' ? delay : null
  }

  #render(row: ClaimedRow): Mail | { unsendable: string } {
    try {
      const to = this.payloads.openRecipient(row.id, row.recipient)
      if (!isMailAddress(to)) return { unsendable: 'the contact on record is not a mail address' }
      const { params, code } = this.payloads.openPayload(row.id, row.payload)
      const rendered = renderMail(row.template as Template, row.language, params, code, this.settings)
      return { id: row.id, to, language: row.language, template: row.template, ...rendered }
    } catch (error) {
      // sealed under a lost key, or of a template that is gone: trying again would not help. No detail: it may quote values
      this.#log.error(`message ${row.id} (${row.template}) cannot be written: ${error instanceof Error ? error.name : 'unknown'}`)
      return { unsendable: 'cannot be opened or written' }
    }
  }
}
