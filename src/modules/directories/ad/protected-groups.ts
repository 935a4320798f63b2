import { isOfADomain, ridOf } from './security-id.js'

/**
 * Groups whose members hold the keys of a domain. Known by number, never by name: names are translated and renamed. Those
 * that AdminSDHolder guards, and the few beside them that lead to the same place.
 */
const OF_A_DOMAIN: Readonly<Record<number, string>> = {
  498: 'Enterprise Read-only Domain Controllers',
  512: 'Domain Admins',
  516: 'Domain Controllers',
  517: 'Cert Publishers',
  518: 'Schema Admins',
  519: 'Enterprise Admins',
  520: 'Group Policy Creator Owners',
  521: 'Read-only Domain Controllers',
  526: 'Key Admins',
  527: 'Enterprise Key Admins',
}
const BUILT_IN: Readonly<Record<number, string>> = {
  544: 'Administrators',
  548: 'Account Operators',
  549: 'Server Operators',
  550: 'Print Operators',
  551: 'Backup Operators',
  552: 'Replicator',
}
const PEOPLE: Readonly<Record<number, string>> = { 500: 'the built-in Administrator', 502: 'krbtgt' }

/** Its usual English name when members of this group are protected, in whichever domain of the forest. */
export function protectedGroupOf(sid: string): string | null {
  if (/^S-1-5-32-\d+$/.test(sid)) return BUILT_IN[ridOf(sid)] ?? null
  return isOfADomain(sid) ? OF_A_DOMAIN[ridOf(sid)] ?? null : null
}

/** An account that is protected by what it is, whoever it belongs to. */
export const protectedPersonOf = (sid: string): string | null => (isOfADomain(sid) ? PEOPLE[ridOf(sid)] ?? null : null)
