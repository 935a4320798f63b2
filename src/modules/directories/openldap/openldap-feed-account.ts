import type { LdapEntry } from '../../../integrations/ldap/index.js'
import type { FeedAccount, FeedFields, FeedRequest } from '../domain/account-feed.js'
import { comparableValue, plainText, plainTexts } from '../ldap/paged-read.js'
import { ACCOUNT_ATTRIBUTES, accountOf, isDisabled, lockOf, type OpenldapAccount } from './openldap-account.js'
import type { Policy } from './openldap-policy.js'
import type { OpenldapSettings } from './openldap-settings.js'

/** Of inetOrgPerson. It has no attribute for a private mail address: a directory that keeps one names it. */
const FIELDS: FeedFields = {
  givenName: 'givenName', familyName: 'sn', mail: 'mail', secondaryMail: null, mobile: 'mobile', manager: 'manager', department: 'departmentNumber',
}
export const MODIFIED = 'modifyTimestamp'

export const fieldsOf = ({ fields }: FeedRequest): FeedFields => ({ ...FIELDS, ...fields })

export function feedAttributes(settings: OpenldapSettings, request: FeedRequest): string[] {
  const named = Object.values(fieldsOf(request)).filter((name) => name !== null)
  return [...new Set([...ACCOUNT_ATTRIBUTES, MODIFIED, settings.loginAttribute, ...settings.nameAttributes, ...named, ...request.correlation])]
}

export type Judged = { readonly policy: Policy | null; readonly privileged: boolean; readonly now: Date }

export function openldapAccountOf(entry: LdapEntry, { loginAttribute, nameAttributes }: OpenldapSettings): OpenldapAccount {
  return accountOf(entry, loginAttribute, nameAttributes)
}

export function feedAccountOf(
  entry: LdapEntry, account: OpenldapAccount, settings: OpenldapSettings, request: FeedRequest, { policy, privileged, now }: Judged,
): FeedAccount {
  const fields = fieldsOf(request)
  const one = (name: string | null): string | null => (name === null ? null : plainText(entry.text(name)))
  const all = (name: string | null): string[] => (name === null ? [] : plainTexts(entry.texts(name)))
  return {
    nativeId: account.uuid.toLowerCase(),
    logins: plainTexts([account.login, ...entry.texts(settings.loginAttribute)]),
    dn: plainText(entry.dn),
    displayName: plainText(account.displayName),
    givenName: one(fields.givenName),
    familyName: one(fields.familyName),
    mail: all(fields.mail),
    secondaryMail: all(fields.secondaryMail),
    mobile: all(fields.mobile),
    manager: one(fields.manager),
    department: one(fields.department),
    enabled: !isDisabled(account, now),
    locked: lockOf(account, policy, now) !== null,
    expiresAt: account.endsAt,
    passwordSetAt: account.passwordSetAt,
    mustChange: account.mustChange && (policy === null || policy.asksToChange),
    privileged,
    correlation: Object.fromEntries(request.correlation.map((name) => [name, entry.allBytes(name).map(comparableValue)])),
  }
}
