import { Injectable } from '@nestjs/common'
import type { Language } from '../../../contract/self-service.contract.js'
import { DomainError } from '../../../kernel/domain-error.js'
import type { Queryable, Tx } from '../../../platform/database/database.js'
import type { PersonWords } from '../../password-policy/index.js'
import { PersonStore, type AccountRow, type ContactRow, type PersonRow, type MailShapeRow } from '../persistence/person.store.js'
import { IdentitySettings } from './identity-settings.js'
import { maskMail, maskPhone } from './mask.js'
import { normaliseIdentifier } from './normalise-identifier.js'

export type PersonStatus = 'active' | 'left'
export type Person = {
  readonly id: string
  readonly displayName: string
  readonly givenName: string
  readonly familyName: string
  readonly language: Language
  readonly status: PersonStatus
  /** Four separate locks (decisions.md 28); the directory's own lockout is none of them. */
  readonly identityLocked: boolean
  readonly adminLocked: boolean
  readonly loginBlockedUntil: Date | null
  readonly frozenUntil: Date | null
  /** Cached from the last read; the live answer is asked of the directory at the write. */
  readonly privileged: boolean
  readonly revision: number
}
export type Account = {
  readonly id: string
  readonly personId: string
  readonly directoryId: string
  /** The directory's stable key (objectGUID, entryUUID). */
  readonly nativeId: string
  readonly login: string
  readonly enabled: boolean
  readonly privileged: boolean
}
export type ContactPoint = {
  readonly id: string
  readonly personId: string
  readonly kind: 'mail' | 'phone'
  readonly value: string
  readonly masked: string
  readonly verified: boolean
  /** The mailbox sits behind the account being reset, so it cannot prove a forgotten password (decisions.md 9). */
  readonly behindAccount: boolean
  /** Changed within 72 h (not at first import): does not carry a forgot-password reset alone. */
  readonly recentlyChanged: boolean
}
export type { MailShapeRow } from '../persistence/person.store.js'
export type Resolution =
  | { readonly found: 'one'; readonly person: Person }
  | { readonly found: 'none' }
  | { readonly found: 'several' }

/** Rare domains beyond this many are left out of a distribution. */
const MOST_SHAPE_VALUES = 500

@Injectable()
export class People {
  constructor(
    private readonly store: PersonStore,
    private readonly settings: IdentitySettings,
  ) {}

  /** The canonical form of what was typed: the same text for every spelling that finds the same record. */
  canonicalIdentifier(identifier: string): string {
    return normaliseIdentifier(identifier, this.settings.defaultCountryCode)[0]!
  }

  /** By login name, mail or phone, normalised. One statement, whatever the answer. */
  async resolve(on: Queryable, identifier: string): Promise<Resolution> {
    const forms = normaliseIdentifier(identifier, this.settings.defaultCountryCode)
    const [row, another] = await this.store.findByIdentifiers(on, forms)
    if (!row) return { found: 'none' }
    return another ? { found: 'several' } : { found: 'one', person: personOf(row) }
  }

  async getPerson(on: Queryable, personId: string): Promise<Person> {
    return personOf(present(await this.store.find(on, personId)))
  }

  /** Takes the person row first (the order every writer keeps) and returns its present state. */
  async lockPerson(tx: Tx, personId: string): Promise<Person> {
    return personOf(present(await this.store.lock(tx, personId)))
  }

  async listAccounts(on: Queryable, personId: string): Promise<Account[]> {
    return (await this.store.listAccounts(on, personId)).map(accountOf)
  }

  async listContactPoints(on: Queryable, personId: string): Promise<ContactPoint[]> {
    const rows = await this.store.listContacts(on, personId, this.settings.freshContactHours)
    return rows.map(contactOf)
  }

  /** How the masks of mail contacts are distributed over all people; what an unknown name's masks are drawn from. */
  mailShape(on: Queryable): Promise<MailShapeRow[]> {
    return this.store.mailShape(on, MOST_SHAPE_VALUES)
  }

  /** Names, login names and mail local parts: what a password of this person must not be made of. */
  async personWords(on: Queryable, personId: string): Promise<PersonWords> {
    const person = await this.getPerson(on, personId)
    const accounts = await this.store.listAccounts(on, personId)
    const contacts = await this.store.listContacts(on, personId, this.settings.freshContactHours)
    const mails = contacts.filter((contact) => contact.kind === 'mail').map((contact) => contact.value.split('@')[0]!)
    return [person.givenName, person.familyName, person.displayName, ...accounts.map((account) => account.login), ...mails]
  }
}

function present<Row>(row: Row | undefined): Row {
  if (!row) throw new DomainError('NOT_FOUND')
  return row
}

const personOf = (row: PersonRow): Person => ({
  id: row.id,
  displayName: row.display_name,
  givenName: row.given_name,
  familyName: row.family_name,
  language: row.language,
  status: row.status,
  identityLocked: row.identity_locked,
  adminLocked: row.admin_locked,
  loginBlockedUntil: row.login_blocked_until,
  frozenUntil: row.frozen_until,
  privileged: row.privileged,
  revision: Number(row.revision),
})

const accountOf = (row: AccountRow): Account => ({
  id: row.id,
  personId: row.person_id,
  directoryId: row.directory_id,
  nativeId: row.native_id,
  login: row.login,
  enabled: row.enabled,
  privileged: row.privileged,
})

const contactOf = (row: ContactRow): ContactPoint => ({
  id: row.id,
  personId: row.person_id,
  kind: row.kind,
  value: row.value,
  masked: row.kind === 'mail' ? maskMail(row.value) : maskPhone(row.value),
  verified: row.verified,
  behindAccount: row.behind_account,
  recentlyChanged: row.recently_changed,
})
