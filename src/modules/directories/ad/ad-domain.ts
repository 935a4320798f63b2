import { all, equal, LdapFailure, POLICY_HINTS, POLICY_HINTS_DEPRECATED, type LdapEntry, type LdapLease } from '../../../integrations/ldap/index.js'
import { ConnectorError } from '../domain/connector.js'
import type { ProtectionFacts } from './ad-protection.js'
import type { AdSettings } from './ad-settings.js'
import { DOMAIN_RULE_ATTRIBUTES, domainRules, PSO_ATTRIBUTES, psoRules, type AdRules } from './domain-rules.js'
import { isSid, sidText } from './security-id.js'

/** What holds for every account of the domain, as one server told it a moment ago. */
export type DomainFacts = {
  readonly rules: AdRules
  /** Fine-grained policies by their distinguished name in small letters; null: the account may not read them. */
  readonly psos: ReadonlyMap<string, AdRules> | null
  readonly hintsControl: typeof POLICY_HINTS | typeof POLICY_HINTS_DEPRECATED | null
  readonly protection: ProtectionFacts
}

const NO_SUCH_OBJECT = 32

/** Remembered for a minute: rules and groups of a whole domain change rarely, and each call would ask for them again. */
export class AdDomain {
  #known: { readonly facts: DomainFacts; readonly until: number } | null = null
  #reading: Promise<DomainFacts> | null = null

  constructor(private readonly settings: AdSettings, private readonly keepMs = 60_000) {}

  facts(lease: LdapLease, deadline: Date): Promise<DomainFacts> {
    if (this.#known && Date.now() < this.#known.until) return Promise.resolve(this.#known.facts)
    // one asks for all: its failure is theirs too, and nobody keeps it
    this.#reading ??= this.read(lease, deadline).then((facts) => {
      this.#known = { facts, until: Date.now() + this.keepMs }
      return facts
    }).finally(() => { this.#reading = null })
    return this.#reading
  }

  async read(lease: LdapLease, deadline: Date): Promise<DomainFacts> {
    const { baseDn, bindDn, historyOnReset } = this.settings
    const [root, head, psos, groups] = [
      await lease.rootDse(['supportedControl', 'tokenGroups'], deadline),
      await readEntry(lease, baseDn, DOMAIN_RULE_ATTRIBUTES, deadline),
      await this.#readPsos(lease, deadline),
      await this.#resolveGroups(lease, deadline),
    ]
    const rules = head && domainRules((name) => head.text(name))
    if (!rules) throw new ConnectorError('not-permitted', `the password rules of ${baseDn} cannot be read`)
    const controls = root.texts('supportedControl')
    return {
      rules,
      psos,
      hintsControl: historyOnReset ? [POLICY_HINTS, POLICY_HINTS_DEPRECATED].find((oid) => controls.includes(oid)) as DomainFacts['hintsControl'] ?? null : null,
      protection: { ...groups, ownSids: new Set(root.allBytes('tokenGroups').map(sidText)), bindName: bindDn },
    }
  }

  /** Empty is not the same as hidden: the container shows its own attributes only to who may read it. */
  async #readPsos(lease: LdapLease, deadline: Date): Promise<ReadonlyMap<string, AdRules> | null> {
    const base = psoContainerOf(this.settings.baseDn)
    const container = await readEntry(lease, base, ['objectClass'], deadline)
    if (!container?.has('objectClass')) return null
    const entries = await lease.search({ base, scope: 'one', filter: all(equal('objectClass', 'msDS-PasswordSettings')), attributes: PSO_ATTRIBUTES }, deadline)
    return new Map(entries.flatMap((entry) => {
      const rules = psoRules((name) => entry.text(name))
      return rules ? [[entry.dn.toLowerCase(), rules] as const] : []
    }))
  }

  async #resolveGroups(lease: LdapLease, deadline: Date): Promise<Pick<ProtectionFacts, 'tagged' | 'unresolved'>> {
    const tagged = new Map<string, string>()
    const unresolved: string[] = []
    for (const group of this.settings.protectedGroups) {
      const stored = isSid(group) ? null : (await readEntry(lease, group, ['objectSid'], deadline))?.bytes('objectSid')
      if (isSid(group)) tagged.set(group, group)
      else if (stored) tagged.set(sidText(stored), group)
      else unresolved.push(group)
    }
    return { tagged, unresolved }
  }
}

export const psoContainerOf = (baseDn: string): string => `CN=Password Settings Container,CN=System,${baseDn}`

/** Null when there is no such entry, or none that we may see. */
export async function readEntry(lease: LdapLease, base: string, attributes: readonly string[], deadline: Date): Promise<LdapEntry | null> {
  try {
    const [entry] = await lease.search({ base, scope: 'base', attributes }, deadline)
    return entry ?? null
  } catch (error) {
    if (error instanceof LdapFailure && error.code === NO_SUCH_OBJECT) return null
    throw error
  }
}

/** The rules that stand for one account, and whether they are the whole truth. */
export function rulesFor({ rules, psos }: DomainFacts, resultantPso: string | null): { rules: AdRules; exact: boolean } {
  if (resultantPso === null) return { rules, exact: psos !== null }
  const own = psos?.get(resultantPso.toLowerCase())
  return own ? { rules: own, exact: true } : { rules, exact: false }
}
