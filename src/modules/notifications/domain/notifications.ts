import { Injectable } from '@nestjs/common'
import type { Language } from '../../../contract/self-service.contract.js'
import { newId } from '../../../kernel/ids.js'
import type { SecretText } from '../../../kernel/secret-text.js'
import type { Queryable, Tx } from '../../../platform/database/database.js'
import { QueueRunner } from '../../../platform/queue/index.js'
import { OutboxStore } from '../persistence/outbox.store.js'
import { MailHealth } from './mail-health.js'
import { PayloadSeal } from './payload-seal.js'
import { assertParams } from './render-mail.js'
import type { Template, TemplateParams } from './template-params.js'

export { TEMPLATES, type Template, type TemplateParams } from './template-params.js'

/** The name the sender is woken by. */
export const OUTBOX = 'outbox'

type Envelope = {
  readonly channel: 'mail'
  /** The contact on record (security.md rule 3); null for a decoy, whose row costs the same and is never sent. */
  readonly to: string | null
  readonly personId: string | null
  readonly language: Language
  /** The one-time code. Sealed with the rest of the payload under this message's id and erased on hand-off. */
  readonly secret?: SecretText
  /** A message nobody needs any more is dropped instead of sent late (a code lives 5 minutes). */
  readonly usefulUntil: Date
  /** A second message with the same key is not queued: at most one notice a day, one result a request. */
  readonly onceKey?: string
  readonly correlationId: string
}
/** The template decides which params it takes: see TemplateParams. */
export type Message = { [T in Template]: Envelope & { readonly template: T; readonly params: TemplateParams[T] } }[Template]

/** Mail to people. Everything goes through the outbox table, so a message lives or dies with the caller's transaction. */
@Injectable()
export class Notifications {
  constructor(
    private readonly outbox: OutboxStore,
    private readonly payloads: PayloadSeal,
    private readonly health: MailHealth,
    private readonly queue: QueueRunner,
  ) {}

  /**
   * Queues in the caller's transaction and wakes the sender after commit. Returns the message id, of the earlier message
   * where `onceKey` was used before. One statement of the same size for a person and for a decoy.
   */
  async enqueue(tx: Tx, message: Message): Promise<string> {
    assertParams(message.template, message.params, message.secret)
    const id = newId()
    const kept = await this.outbox.insert(tx, {
      id,
      template: message.template,
      channel: message.channel,
      state: message.to === null ? 'decoy' : 'queued',
      recipient: this.payloads.sealRecipient(id, message.to),
      payload: this.payloads.sealPayload(id, message.params, message.secret ?? null),
      language: message.language,
      personId: message.personId,
      usefulUntil: message.usefulUntil,
      onceKey: message.onceKey ?? null,
      correlationId: message.correlationId,
    })
    tx.afterCommit(() => this.queue.wake(OUTBOX))
    return kept
  }

  /**
   * Whether mail can be sent at the moment: configured, and the last transport failures were not too many in a row. The
   * same for everyone, so METHOD_UNAVAILABLE says nothing about who was typed.
   */
  async mailAvailable(on: Queryable): Promise<boolean> {
    return this.health.available(on)
  }
}
