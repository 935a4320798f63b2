import { Injectable, Logger, type BeforeApplicationShutdown } from '@nestjs/common'
import { randomInt } from 'node:crypto'
import type { FlowKind } from '../../../contract/self-service.contract.js'
import { Database } from '../../../platform/database/database.js'
import type { ContactPoint, Person } from '../../identity/index.js'
import { Notifications } from '../../notifications/index.js'
import type { DecoyReason } from './decoy-reason.js'

/** What the person on record is told; a reason that is missing here concerns nobody in particular or helps nobody. */
const TOLD_AS: Readonly<Partial<Record<DecoyReason, 'protected' | 'disabled' | 'no-contact' | 'locked'>>> = {
  locked: 'locked', frozen: 'locked', privileged: 'protected', disabled: 'disabled', 'no-contact': 'no-contact',
}
type Asked = { readonly kind: FlowKind; readonly correlationId: string }
/** Late and at an uneven time: neither this answer nor the next one of the same browser carries its cost. */
const LEAST_DELAY_MS = 1_000
const MORE_DELAY_MS = 2_000
const DAY_MS = 24 * 60 * 60 * 1000

/**
 * Someone real typed their name and cannot be helped here: they hear why by mail, at most once a day (decisions.md 15).
 * Made after the answer has gone out, so that the notice costs the person at the screen no measurable time.
 */
@Injectable()
export class DecoyNotices implements BeforeApplicationShutdown {
  private readonly waiting = new Set<NodeJS.Timeout>()
  private readonly logger = new Logger(DecoyNotices.name)

  constructor(
    private readonly database: Database,
    private readonly notifications: Notifications,
  ) {}

  tell(person: Person, contacts: readonly ContactPoint[], reason: DecoyReason, asked: Asked): void {
    // Never to a value changed in the last days: whoever changed it may be the one who asks (decisions.md 9).
    const target = contacts.find((contact) => contact.kind === 'mail' && contact.verified && !contact.recentlyChanged)
    const told = TOLD_AS[reason]
    if (!target || !told) return
    const timer = setTimeout(() => {
      this.waiting.delete(timer)
      this.enqueue(person, target, told, asked).catch((error: unknown) => {
        this.logger.warn({ correlationId: asked.correlationId, err: error }, 'a notice to a person with a decoy flow was not queued')
      })
    }, LEAST_DELAY_MS + randomInt(MORE_DELAY_MS))
    this.waiting.add(timer.unref())
  }

  /** Nothing durable is lost with them: the next time the name is typed the notice is due again. */
  beforeApplicationShutdown(): void {
    for (const timer of this.waiting) clearTimeout(timer)
  }

  private async enqueue(
    person: Person, target: ContactPoint, reason: 'protected' | 'disabled' | 'no-contact' | 'locked', { kind, correlationId }: Asked,
  ): Promise<void> {
    const now = new Date()
    await this.database.transaction((tx) =>
      this.notifications.enqueue(tx, {
        template: 'reset-not-possible',
        channel: 'mail',
        to: target.value,
        personId: person.id,
        language: person.language,
        params: { operation: kind, reason, at: now.toISOString() },
        usefulUntil: new Date(now.getTime() + DAY_MS),
        onceKey: `reset-not-possible ${person.id} ${now.toISOString().slice(0, 10)}`,
        correlationId,
      }),
    )
  }
}
