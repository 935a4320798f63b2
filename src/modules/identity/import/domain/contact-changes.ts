import { Injectable } from '@nestjs/common'
import type { Language } from '../../../../contract/self-service.contract.js'
import type { Tx } from '../../../../platform/database/database.js'
import { AuditLog } from '../../../audit/index.js'
import { Notifications } from '../../../notifications/index.js'
import { IdentitySettings } from '../../domain/identity-settings.js'
import { PersonStore } from '../../persistence/person.store.js'
import type { ContactChange } from '../persistence/person-refresh.store.js'

type Cause = { readonly runId: string; readonly correlationId: string; readonly channel?: 'worker' | 'command-line' }
const USEFUL_MS = 3 * 24 * 60 * 60 * 1000

/**
 * A contact that changed after it was first read leaves a row in the trail, with both values sealed. One that people can
 * write in the directory themselves may have been written by somebody who is in their account already: the old address
 * hears of it (decisions.md 9).
 */
@Injectable()
export class ContactChanges {
  constructor(
    private readonly audit: AuditLog,
    private readonly notifications: Notifications,
    private readonly people: PersonStore,
    private readonly settings: IdentitySettings,
  ) {}

  async tell(tx: Tx, changes: readonly ContactChange[], cause: Cause): Promise<void> {
    const groups = new Map<string, ContactChange[]>()
    for (const change of changes) {
      const key = `${change.personId} ${change.field}`
      groups.set(key, [...groups.get(key) ?? [], change])
    }
    for (const group of groups.values()) {
      await this.#record(tx, group, cause)
      if (group.some(({ selfWritable }) => selfWritable)) await this.#alert(tx, group, cause)
    }
  }

  async #record(tx: Tx, group: readonly ContactChange[], { runId, correlationId, channel = 'worker' }: Cause): Promise<void> {
    const [{ personId, field, kind, source }] = group as [ContactChange]
    const of = (wanted: ContactChange['change']): string => group.filter(({ change }) => change === wanted).map(({ value }) => value).join(', ')
    await this.audit.record(tx, {
      action: 'identity.contact.changed',
      outcome: 'info',
      channel,
      correlationId,
      actor: { kind: 'system', id: `import:${runId}` },
      personId,
      facts: { field, kind, source, selfWritable: group.some(({ selfWritable }) => selfWritable) },
      personal: Object.fromEntries(Object.entries({ oldValue: of('removed'), newValue: of('added') }).filter(([, value]) => value !== '')),
    })
  }

  /** To the old addresses; where the old value was no address, to those that were on record before and have not changed lately. */
  async #alert(tx: Tx, group: readonly ContactChange[], { runId, correlationId }: Cause): Promise<void> {
    const [{ personId, field, kind }] = group as [ContactChange]
    const old = group.filter((change) => change.change === 'removed' && change.kind === 'mail').map(({ value }) => value)
    const added = new Set(group.filter(({ change }) => change === 'added').map(({ value }) => value))
    const others = (await this.people.listContacts(tx, personId, this.settings.freshContactHours))
      .filter((contact) => contact.kind === 'mail' && contact.verified && !contact.recently_changed && !added.has(contact.value))
    const language = (await this.people.find(tx, personId))?.language as Language
    for (const [index, to] of [...new Set(old.length > 0 ? old : others.map(({ value }) => value))].entries()) {
      await this.notifications.enqueue(tx, {
        template: 'contact-changed',
        channel: 'mail',
        to,
        personId,
        language,
        params: { contact: kind, at: new Date().toISOString() },
        usefulUntil: new Date(Date.now() + USEFUL_MS),
        onceKey: `contact-changed ${personId} ${runId} ${field} ${index}`,
        correlationId,
      })
    }
  }
}
