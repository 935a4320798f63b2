import type { LdapEntry } from '../../../integrations/ldap/index.js'
import type { FeedAccount, FeedFields, FeedRequest } from '../domain/account-feed.js'
import { comparableValue, plainText, plainTexts } from './paged-read.js'

/** What each kind says by its own attributes. The rest is read the same way in every LDAP directory. */
export type JudgedFields = Omit<FeedAccount, 'dn' | 'correlation' | keyof FeedFields>

/** Which attributes carry what: the usual ones of the kind, and what this directory has differently. */
export class FeedMapping {
  readonly #fields: FeedFields
  /** To be asked for, each once. */
  readonly attributes: readonly string[]

  constructor(usual: FeedFields, private readonly request: FeedRequest, always: readonly string[]) {
    this.#fields = { ...usual, ...request.fields }
    const named = Object.values(this.#fields).filter((name) => name !== null)
    this.attributes = [...new Set([...always, ...named, ...request.correlation])]
  }

  /** One literal: copying objects of this size property by property costs as much as reading the entry. */
  account(entry: LdapEntry, judged: JudgedFields): FeedAccount {
    const one = (name: string | null): string | null => (name === null ? null : plainText(entry.text(name)))
    const all = (name: string | null): string[] => (name === null ? [] : plainTexts(entry.texts(name)))
    const { givenName, familyName, mail, secondaryMail, mobile, manager, department } = this.#fields
    return {
      nativeId: judged.nativeId,
      logins: judged.logins,
      displayName: judged.displayName,
      enabled: judged.enabled,
      locked: judged.locked,
      expiresAt: judged.expiresAt,
      passwordSetAt: judged.passwordSetAt,
      mustChange: judged.mustChange,
      privileged: judged.privileged,
      dn: plainText(entry.dn),
      givenName: one(givenName),
      familyName: one(familyName),
      mail: all(mail),
      secondaryMail: all(secondaryMail),
      mobile: all(mobile),
      manager: one(manager),
      department: one(department),
      correlation: Object.fromEntries(this.request.correlation.map((name) => [name, entry.allBytes(name).map(comparableValue)])),
    }
  }
}
