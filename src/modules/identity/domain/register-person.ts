import { Injectable } from '@nestjs/common'
import type { Language } from '../../../contract/self-service.contract.js'
import { newId } from '../../../kernel/ids.js'
import type { Tx } from '../../../platform/database/database.js'
import { PersonRegistry } from '../persistence/person.registry.js'
import { IdentitySettings } from './identity-settings.js'
import { normaliseIdentifier } from './normalise-identifier.js'
import type { PersonStatus } from './people.js'

export type NewPerson = {
  readonly givenName: string
  readonly familyName: string
  readonly language: Language
  readonly status?: PersonStatus
  readonly identityLockedAt?: Date
  readonly accounts: readonly { directoryId: string; nativeId: string; login: string; enabled?: boolean; privileged?: boolean }[]
  readonly contacts: readonly {
    kind: 'mail' | 'phone'
    value: string
    source: string
    behindAccount?: boolean
    verified?: boolean
    changedAt?: Date
  }[]
}

/** Takes a person with accounts and contacts onto the record, findable by every login name, mail address and number. */
@Injectable()
export class RegisterPerson {
  constructor(
    private readonly registry: PersonRegistry,
    private readonly settings: IdentitySettings,
  ) {}

  async register(tx: Tx, person: NewPerson): Promise<string> {
    const id = newId()
    const identifiers = new Map<string, { value: string; personId: string; kind: 'login' | 'mail' | 'phone' }>()
    const findable = (kind: 'login' | 'mail' | 'phone', value: string): void => {
      const [canonical] = normaliseIdentifier(value, this.settings.defaultCountryCode)
      identifiers.set(`${kind} ${canonical}`, { value: canonical!, personId: id, kind })
    }
    for (const account of person.accounts) findable('login', account.login)
    for (const contact of person.contacts) findable(contact.kind, contact.value)
    await this.registry.insert(tx, {
      person: {
        id,
        displayName: `${person.givenName} ${person.familyName}`,
        givenName: person.givenName,
        familyName: person.familyName,
        language: person.language,
        status: person.status ?? 'active',
        identityLockedAt: person.identityLockedAt ?? null,
      },
      accounts: person.accounts.map((account) => ({ enabled: true, privileged: false, ...account, id: newId(), personId: id })),
      contacts: person.contacts.map(({ verified = true, ...contact }, position) => ({
        behindAccount: false, changedAt: null, ...contact, id: newId(), personId: id, position, verifiedAt: verified ? new Date() : null,
      })),
      identifiers: [...identifiers.values()],
    })
    return id
  }
}
