import { Injectable } from '@nestjs/common'
import type { Language } from '../../../contract/self-service.contract.js'
import type { TextParams } from '../../../contract/problem.contract.js'
import type { SecretText } from '../../../kernel/secret-text.js'
import type { Tx } from '../../../platform/database/database.js'

export const TEMPLATES = ['one-time-code', 'password-changed', 'account-unlocked', 'reset-not-possible', 'provisioning-failed', 'outcome-settled', 'reset-attempts'] as const
export type Template = (typeof TEMPLATES)[number]

export type Message = {
  readonly template: Template
  readonly channel: 'mail'
  /** The contact on record (security.md rule 3); null for a decoy, whose row costs the same and is never sent. */
  readonly to: string | null
  readonly personId: string | null
  readonly language: Language
  readonly params: TextParams
  /** The one-time code. Sealed with the rest of the payload under this message's id and erased on hand-off. */
  readonly secret?: SecretText
  /** A message nobody needs any more is dropped instead of sent late (a code lives 5 minutes). */
  readonly usefulUntil: Date
  /** A second message with the same key is not queued: at most one notice a day, one result a request. */
  readonly onceKey?: string
  readonly correlationId: string
}

@Injectable()
export class Notifications {
  /** Queues in the caller's transaction and wakes the sender after commit. Returns the message id. */
  async enqueue(_tx: Tx, _message: Message): Promise<string> {
    throw new Error('pending')
  }
}
