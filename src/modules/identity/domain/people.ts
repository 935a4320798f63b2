import { Injectable } from '@nestjs/common'
import type { Language } from '../../../contract/self-service.contract.js'
import type { Queryable, Tx } from '../../../platform/database/database.js'
import type { PersonWords } from '../../password-policy/index.js'

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
export type Resolution =
  | { readonly found: 'one'; readonly person: Person }
  | { readonly found: 'none' }
  | { readonly found: 'several' }

@Injectable()
export class People {
  /** By login name, mail or phone, normalised. One statement, whatever the answer. */
  async resolve(_on: Queryable, _identifier: string): Promise<Resolution> {
    throw new Error('pending')
  }
  async getPerson(_on: Queryable, _personId: string): Promise<Person> {
    throw new Error('pending')
  }
  /** Takes the person row first (the order every writer keeps) and returns its present state. */
  async lockPerson(_tx: Tx, _personId: string): Promise<Person> {
    throw new Error('pending')
  }
  async listAccounts(_on: Queryable, _personId: string): Promise<Account[]> {
    throw new Error('pending')
  }
  async listContactPoints(_on: Queryable, _personId: string): Promise<ContactPoint[]> {
    throw new Error('pending')
  }
  async personWords(_on: Queryable, _personId: string): Promise<PersonWords> {
    throw new Error('pending')
  }
}
