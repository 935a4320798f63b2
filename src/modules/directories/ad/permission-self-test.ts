import { randomBytes } from 'node:crypto'
import { all, equal, not, present, SecurityDescriptorControl, type LdapEntry, type LdapFilter, type LdapLease } from '../../../integrations/ldap/index.js'
import { SecretText } from '../../../kernel/secret-text.js'
import { ConnectorError, type AccountRef, type CallContext } from '../domain/connector.js'
import { permissionReport, type HowKnown, type PermissionReport, type PermissionRow } from '../domain/permission-report.js'
import { accessListOf, CHANGE_PASSWORD, hasExtendedRight, RESET_PASSWORD } from './access-list.js'
import { ACCOUNT_ATTRIBUTES } from './ad-account.js'
import type { AdConnection } from './ad-connection.js'
import { psoContainerOf, readEntry, type DomainFacts } from './ad-domain.js'
import { protectedBecause } from './ad-protection.js'
import type { AdSettings } from './ad-settings.js'
import { DELEGATED_RIGHTS, grantCommand, readPoliciesCommand, type DelegatedRight, type Grantee } from './delegation.js'
import { guidBase, guidText } from './object-guid.js'
import { protectedGroupOf } from './protected-groups.js'

/** What one server says the service account may do with one account. */
type Rights = { readonly reset: boolean; readonly change: boolean; readonly writable: ReadonlySet<string> }

const PEOPLE: LdapFilter = equal('sAMAccountType', '805306368')
const NEEDED = ['userAccountControl', 'msDS-User-Account-Control-Computed', 'msDS-KeyVersionNumber', 'tokenGroups', 'pwdLastSet', 'badPwdCount']
const SAMPLE_PAGE = 50

/**
 * Each right the connector needs, and those it must not have (decisions.md 30). Rights are read from the access list of an
 * account, which changes nobody; on the named test account each operation is then done for real.
 */
export class PermissionSelfTest {
  readonly #rows: PermissionRow[] = []

  constructor(
    private readonly settings: AdSettings,
    private readonly lease: LdapLease,
    private readonly connection: AdConnection,
    private readonly facts: DomainFacts,
    private readonly context: CallContext,
  ) {}

  async run(): Promise<PermissionReport> {
    const grantee = await this.#self()
    this.#row('connect', 'sign in over verified TLS', true, 'tried', this.lease.server, null)
    for (const unit of this.settings.organizationalUnits) await this.#judgeUnit(unit, grantee)
    this.#judgePolicies(grantee)
    await this.#judgeBoundaries()
    await this.#tryOnTestAccount(grantee)
    return permissionReport(this.lease.server, grantee.name, this.#rows)
  }

  async #judgeUnit(unit: string, grantee: Grantee): Promise<void> {
    const sample = await this.#somebody(unit, (entry) => this.#because(entry) === null)
    if (!sample) {
      const remedy = 'name a unit that holds accounts of people, or check that the service account may list it'
      return this.#row('lookup', `see people below ${unit}`, false, 'not-proved', 'no account of an ordinary person was found there', remedy)
    }
    const login = sample.text('sAMAccountName') ?? sample.dn
    const hidden = NEEDED.filter((attribute) => !sample.has(attribute))
    this.#row('lookup', `read accounts below ${unit}`, hidden.length === 0, 'read', hidden.length === 0 ? `all that is needed, at ${login}` : `not shown at ${login}: ${hidden.join(', ')}`,
      `let ${grantee.name} read these attributes (by default every authenticated account does)`)
    const rights = await this.#rightsOn(sample)
    for (const right of DELEGATED_RIGHTS) {
      const ok = right.kind === 'extended-right' ? rights.reset : rights.writable.has(right.name.toLowerCase())
      this.#row(right.operation, `${wordsOf(right)} below ${unit}`, ok, 'read', ok ? `given, at ${login}` : `not given, at ${login}`, grantCommand(right, unit, grantee))
    }
    this.#row('change', `Change Password below ${unit}`, rights.change, 'read', rights.change ? `given, at ${login}` : `not given, at ${login}`,
      `"User cannot change password" is set for ${login}, or Everyone's right Change Password was taken away below ${unit}`)
  }

  #judgePolicies(grantee: Grantee): void {
    const container = psoContainerOf(this.settings.baseDn)
    const { psos } = this.facts
    this.#row('declaredPasswordRules', `read fine-grained password policies in ${container}`, psos !== null, 'read',
      psos ? `${psos.size} found` : 'POLICY_UNREADABLE: hidden; rules are shown as "at least"', readPoliciesCommand(container, grantee))
    const { tagged, unresolved } = this.facts.protection
    if (unresolved.length > 0) this.#row('boundary', 'find the protected groups', false, 'read', `not found: ${unresolved.join('; ')}; until then everybody counts as protected`, 'correct protectedGroups')
    else if (tagged.size > 0) this.#row('boundary', 'find the protected groups', true, 'read', `${tagged.size} found`, null)
  }

  async #judgeBoundaries(): Promise<void> {
    const { ownSids } = this.facts.protection
    const powerful = [...ownSids].map(protectedGroupOf).find((name) => name !== null)
    this.#row('boundary', 'be no administrator', !powerful, 'read', powerful ? `it is a member of ${powerful}` : 'member of no protected group', `take it out of ${powerful ?? ''}; the delegated rights are all it needs`)
    const { baseDn } = this.settings
    await this.#mustNot(await this.#page(baseDn, equal('adminCount', '1')), 'have no right on an administrator (adminCount)', 'there is none to be seen')
    const outside = await this.#somebody(baseDn, (entry) => !this.#isInside(entry.dn) && this.#because(entry) === null, not(present('adminCount')))
    await this.#mustNot(outside ? [outside] : [], 'have no right outside the configured units', 'there is nobody outside to be seen')
  }

  async #mustNot(entries: readonly LdapEntry[], right: string, nobody: string): Promise<void> {
    for (const entry of entries) {
      const rights = await this.#rightsOn(entry)
      const held = [...(rights.reset ? ['Reset Password'] : []), ...DELEGATED_RIGHTS.map(({ name }) => name).filter((name) => rights.writable.has(name.toLowerCase()))]
      const remedy = 'take away what was given too high in the tree; give it on the units of people only'
      if (held.length > 0) return this.#row('boundary', right, false, 'read', `it could ${held.join(', ')} at ${entry.dn}`, remedy)
    }
    this.#row('boundary', right, true, 'read', entries.length === 0 ? nobody : `refused at ${entries[0]!.dn}${entries.length > 1 ? ` and ${entries.length - 1} more` : ''}`, null)
  }

  /** For real, and put back: the account is enabled, unlocked and due to change a password that nobody knows. */
  async #tryOnTestAccount(grantee: Grantee): Promise<void> {
    const { account: testAccount } = this.settings.selfTest
    if (testAccount === null) {
      return this.#row('reset', 'reset, unlock and activate a test account', false, 'not-proved', 'no test account is named', 'keep an account for this in one of the units and name its login as selfTest.account')
    }
    const entry = await this.#somebody(this.settings.baseDn, () => true, equal('sAMAccountName', testAccount))
    const guid = entry?.bytes('objectGUID')
    if (!entry || !guid) return this.#row('lookup', `find the test account ${testAccount}`, false, 'tried', 'there is no such account', 'correct selfTest.account')
    const ref: AccountRef = { nativeId: guidText(guid), login: testAccount }
    const unit = this.settings.organizationalUnits.find((one) => isBelow(entry.dn, one)) ?? this.settings.organizationalUnits[0]!
    const newPassword = new SecretText(`Aa1-${randomBytes(24).toString('base64url')}`)
    const tries: [operation: string, work: () => Promise<unknown>][] = [
      ['reset', () => this.connection.setPassword(ref, { kind: 'reset', newPassword, mustChange: false }, this.context)],
      ['mustChange', () => this.#write(ref, 'pwdLastSet', '0')],
      ['unlock', () => this.#write(ref, 'lockoutTime', '0')],
      ['activate', async () => {
        await this.connection.deactivate(ref, this.context)
        await this.connection.activate(ref, this.context)
      }],
    ]
    for (const [operation, work] of tries) {
      const failure = await work().then(() => null, (error: unknown) => error)
      if (failure !== null && !(failure instanceof ConnectorError)) throw failure
      const right = DELEGATED_RIGHTS.find((one) => one.operation === operation)!
      this.#row(operation, `${wordsOf(right)}, done at ${testAccount}`, failure === null, 'tried', failure?.message ?? 'done', grantCommand(right, unit, grantee))
    }
  }

  #write(ref: AccountRef, attribute: string, value: string): Promise<void> {
    return this.connection.write(ref, [{ operation: 'replace', attribute, values: [value] }], this.context)
  }

  async #rightsOn(entry: LdapEntry): Promise<Rights> {
    const base = guidBase(guidText(entry.bytes('objectGUID')!))
    const [shown] = await this.lease.search({
      base, scope: 'base', attributes: ['nTSecurityDescriptor', 'allowedAttributesEffective'], controls: [new SecurityDescriptorControl()],
    }, this.context.deadline)
    const descriptor = shown?.bytes('nTSecurityDescriptor')
    const has = (right: string): boolean => Boolean(descriptor) && hasExtendedRight(accessListOf(descriptor!), this.facts.protection.ownSids, right)
    return {
      reset: has(RESET_PASSWORD),
      change: has(CHANGE_PASSWORD),
      writable: new Set(shown?.texts('allowedAttributesEffective').map((name) => name.toLowerCase())),
    }
  }

  /** The first of them that fits, with everything that is read of an account. */
  async #somebody(base: string, fits: (entry: LdapEntry) => boolean, filter?: LdapFilter): Promise<LdapEntry | null> {
    for (const found of await this.#page(base, filter)) {
      const entry = await readEntry(this.lease, guidBase(guidText(found.bytes('objectGUID')!)), ACCOUNT_ATTRIBUTES, this.context.deadline)
      if (entry && fits(entry)) return entry
    }
    return null
  }

  /** Accounts of this kind, one page of them; none where the base is not there. */
  async #page(base: string, filter?: LdapFilter): Promise<LdapEntry[]> {
    if (!await readEntry(this.lease, base, ['objectClass'], this.context.deadline)) return []
    const search = { base, scope: 'sub', filter: filter ? all(PEOPLE, filter) : PEOPLE, attributes: ['objectGUID'] } as const
    for await (const page of this.lease.pages(search, SAMPLE_PAGE, () => this.context.deadline)) return page.filter((entry) => entry.has('objectGUID'))
    return []
  }

  /** Whom the commands must name: the account that is signed in here. */
  async #self(): Promise<Grantee> {
    for (const sid of this.facts.protection.ownSids) {
      const entry = await readEntry(this.lease, `<SID=${sid}>`, ['sAMAccountType', 'userPrincipalName', 'sAMAccountName'], this.context.deadline)
      const name = entry?.text('userPrincipalName') ?? entry?.text('sAMAccountName')
      if (entry && name && entry.text('sAMAccountType') === '805306368') return { name, sid }
    }
    return { name: this.settings.bindDn, sid: '<SID of the service account>' }
  }

  #because(entry: LdapEntry): string | null {
    return protectedBecause(entry, this.facts.protection)
  }
  #isInside(dn: string): boolean {
    return this.settings.organizationalUnits.some((unit) => isBelow(dn, unit))
  }
  #row(operation: string, right: string, ok: boolean, howKnown: HowKnown, found: string, remedy: string | null): void {
    this.#rows.push({ operation, right, ok, howKnown, found, remedy: ok ? null : remedy })
  }
}

const wordsOf = ({ kind, name }: DelegatedRight): string => (kind === 'extended-right' ? name : `write ${name}`)
const isBelow = (dn: string, unit: string): boolean => dn.toLowerCase().endsWith(`,${unit.toLowerCase()}`)
