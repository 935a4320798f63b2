import type { LdapEntry } from '../../../integrations/ldap/index.js'
import type { FeedAccount, FeedFields, FeedRequest } from '../domain/account-feed.js'
import { FeedMapping } from '../ldap/feed-fields.js'
import { plainText, plainTexts } from '../ldap/paged-read.js'
import { ACCOUNT_ATTRIBUTES, accountOf, isDisabled, lockOf, type OpenldapAccount } from './openldap-account.js'
import type { Policy } from './openldap-policy.js'
import type { OpenldapSettings } from './openldap-settings.js'

/** Of inetOrgPerson. It has no attribute for a private mail address: a directory that keeps one names it. */
const FIELDS: FeedFields = {
  givenName: 'givenName', familyName: 'sn', mail: 'mail', secondaryMail: null, mobile: 'mobile', manager: 'manager', department: 'departmentNumber',
}
export const MODIFIED = 'modifyTimestamp'

export const feedMapping = ({ loginAttribute, nameAttributes }: OpenldapSettings, request: FeedRequest): FeedMapping =>
  new FeedMapping(FIELDS, request, [...ACCOUNT_ATTRIBUTES, MODIFIED, loginAttribute, ...nameAttributes])

export type Judged = { readonly policy: Policy | null; readonly privileged: boolean; readonly now: Date }

export function openldapAccountOf(entry: LdapEntry, { loginAttribute, nameAttributes }: OpenldapSettings): OpenldapAccount {
  return accountOf(entry, loginAttribute, nameAttributes)
}

export function feedAccountOf(
  entry: LdapEntry, account: OpenldapAccount, { loginAttribute }: OpenldapSettings, mapping: FeedMapping, { policy, privileged, now }: Judged,
): FeedAccount {
  return mapping.account(entry, {
    nativeId: account.uuid.toLowerCase(),
    logins: plainTexts([account.login, ...entry.texts(loginAttribute)]),
    displayName: plainText(account.displayName),
    enabled: !isDisabled(account, now),
    locked: lockOf(account, policy, now) !== null,
    expiresAt: account.endsAt,
    passwordSetAt: account.passwordSetAt,
    mustChange: account.mustChange && (policy === null || policy.asksToChange),
    privileged,
  })
}
