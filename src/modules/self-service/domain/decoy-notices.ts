import { Injectable, Logger } from '@nestjs/common'
import { Database } from '../../../platform/database/database.js'
import type { ContactPoint, Person } from '../../identity/index.js'
import { Notifications } from '../../notifications/index.js'
import type { DecoyReason } from './decoy-reason.js'

/** Reasons the person on record may be told; the others concern nobody in particular or help nobody. */
const TOLD: readonly DecoyReason[] = ['locked', 'frozen', 'privileged', 'disabled', 'no-contact']
const DAY_MS = 24 * 60 * 60 * 1000

/**
 * Someone real typed their name and cannot be helped here: they hear why by mail, at most once a day (decisions.md 15).
 * Made after the answer has gone out, so that the notice costs the person at the screen no measurable time.
 */
@Injectable()
export class DecoyNotices {
  private readonly logger = new Logger(DecoyNotices.name)

  constructor(
    private readonly database: Database,
    private readonly notifications: Notifications,
  ) {}

  tell(person: Person, contacts: readonly ContactPoint[], reason: DecoyReason, request: { correlationId: string }): void {
    const target = contacts.find((contact) => contact.kind === 'mail' && contact.verified)
    if (!target || !TOLD.includes(reason)) return
    setImmediate(() => {
      this.enqueue(person, target, reason, request.correlationId).catch((error: unknown) => {
        this.logger.warn({ correlationId: request.correlationId, err: error }, 'a notice to a person with a decoy flow was not queued')
      })
    })
  }

  private async enqueue(person: Person, target: ContactPoint, reason: DecoyReason, correlationId: string): Promise<void> {
    const now = new Date()
    await this.database.transaction((tx) =>
      this.notifications.enqueue(tx, {
        template: 'reset-not-possible',
        channel: 'mail',
        to: target.value,
        personId: person.id,
        language: person.language,
        params: { reason },
        usefulUntil: new Date(now.getTime() + DAY_MS),
        onceKey: `reset-not-possible ${person.id} ${now.toISOString().slice(0, 10)}`,
        correlationId,
      }),
    )
  }
}
