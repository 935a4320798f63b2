import type { OpenldapSettings } from './openldap-settings.js'

/** slapd.access(5), without the leading `access` (slapd.conf) or `olcAccess:` (cn=config). */
export type AccessLines = {
  readonly password: string
  readonly flags: string
  readonly state: string
  readonly entries: string
  readonly policies: string
  readonly groups: string
}
type Places = Pick<OpenldapSettings, 'bindDn' | 'peopleDn' | 'policiesDn' | 'defaultPolicyDn' | 'groupsDn' | 'loginAttribute' | 'nameAttributes'>

/** Every right this product needs, and none more: what the self-test names when one is missing, and the guide shows. */
export function accessLines({ bindDn, peopleDn, policiesDn, defaultPolicyDn, groupsDn, loginAttribute, nameAttributes }: Places): AccessLines {
  const people = `to dn.subtree="${peopleDn}"`
  const us = `by dn.exact="${bindDn}"`
  const policies = policiesDn ?? defaultPolicyDn?.replace(/^[^,]+, */, '') ?? 'ou=policies,…'
  return {
    password: `${people} attrs=userPassword ${us} =w by self =xw by anonymous auth by * none`,
    flags: `${people} attrs=pwdReset,pwdAccountLockedTime ${us} write by * break`,
    state: `${people} attrs=pwdChangedTime,pwdFailureTime,pwdGraceUseTime,pwdPolicySubentry,pwdStartTime,pwdEndTime ${us} read by * break`,
    entries: `${people} attrs=entry,objectClass,entryUUID,entryCSN,memberOf,${[loginAttribute, ...nameAttributes].join(',')} ${us} read by * break`,
    policies: `to dn.subtree="${policies}" ${us} read by * break`,
    groups: `to dn.subtree="${groupsDn ?? 'ou=groups,…'}" ${us} read by * break`,
  }
}

export const asSlapdConf = (line: string): string => `access ${line}`
