import { Injectable } from '@nestjs/common'
import type { Language } from '../../../contract/self-service.contract.js'
import { KeyRing } from '../../../platform/crypto/keyring.js'
import { Database } from '../../../platform/database/database.js'
import { maskMail, People, type ContactPoint, type Person } from '../../identity/index.js'
import { NOBODY, type Purpose, type Subject } from '../../verification/index.js'
import { decoyReason, type DecoyReason } from './decoy-reason.js'

export type FoundSubject = {
  readonly subject: Subject
  /** The one person on record behind the name, also when the flow is a decoy; `reason` says why it is. */
  readonly onRecord: { readonly person: Person; readonly contacts: readonly ContactPoint[] } | null
  readonly reason: DecoyReason | null
}

/** Turns what was typed into who is to be proved. Three statements for everybody, known or not. */
@Injectable()
export class FindSubject {
  constructor(
    private readonly database: Database,
    private readonly keys: KeyRing,
    private readonly people: People,
  ) {}

  identifierKey(identifier: string): Buffer {
    return this.keys.hash('identifier', this.people.canonicalIdentifier(identifier))
  }

  /** Budgets of a person hang on this key, whichever of their names was typed. */
  personKey(personId: string): Buffer {
    return this.keys.hash('identifier', `person ${personId}`)
  }

  async find(identifier: string, identifierKey: Buffer, language: Language, purpose: Purpose): Promise<FoundSubject> {
    // Somebody found by a private address sees its mask among the offers, so an unknown address must show its own.
    const typedMask = isMailAddress(identifier) ? maskMail(this.people.canonicalIdentifier(identifier)) : null
    const resolution = await this.people.resolve(this.database, identifier)
    const person = resolution.found === 'one' ? resolution.person : null
    const accounts = await this.people.listAccounts(this.database, person?.id ?? NOBODY)
    const contacts = await this.people.listContactPoints(this.database, person?.id ?? NOBODY)
    if (!person) {
      const reason = resolution.found === 'several' ? 'ambiguous' : 'unknown'
      return { subject: { ...this.subject(null, identifierKey, language), typedMask }, onRecord: null, reason }
    }
    const reason = decoyReason(person, accounts, contacts, purpose)
    return { subject: { ...this.subject(reason ? null : person, identifierKey, language), typedMask }, onRecord: { person, contacts }, reason }
  }

  subject(person: Person | null, identifierKey: Buffer, language: Language): Subject {
    return { personId: person?.id ?? null, subjectKey: person ? this.personKey(person.id) : identifierKey, identifierKey, language }
  }
}

const isMailAddress = (typed: string): boolean => /^[^\s@]+@[^\s@.]+(\.[^\s@.]+)+$/.test(typed.trim())
