import { randomUUID } from 'node:crypto'
import { LdapFailure, PpolicyControl, type LdapChange, type LdapLease } from '../../../integrations/ldap/index.js'
import { SecretText } from '../../../kernel/secret-text.js'
import { ConnectorError, type CallContext, type VerifyResult } from '../domain/connector.js'
import { permissionReport, type HowKnown, type PermissionReport, type PermissionRow } from '../domain/permission-report.js'
import { accessLines, asSlapdConf, type AccessLines } from './openldap-access.js'
import type { OpenldapAccount } from './openldap-account.js'
import { generalizedTime, LOCKED_FOR_GOOD } from './generalized-time.js'
import type { OpenldapShared } from './openldap-connection.js'
import { bindAs } from './openldap-proof.js'
import type { OpenldapSettings } from './openldap-settings.js'

/** slapo-ppolicy and RFC 4528: without these two nothing here is safe. */
const CONTROLS = { '1.3.6.1.4.1.42.2.27.8.5.1': 'moduleload ppolicy and overlay ppolicy', '1.3.6.1.1.12': 'a slapd with the assertion control (RFC 4528)' }
const INSUFFICIENT_ACCESS = 50
const NO_SUCH_OBJECT = 32

type Verdict = { readonly ok: boolean; readonly found: string; readonly howKnown?: HowKnown }
const APPROVED: Verdict = { ok: true, found: 'accepted' }

/**
 * Proves each right on the named test account (decisions.md 30): writes there, looks at the effect, and takes back flags and
 * locks. Its password is another one afterwards. What nobody named is not proved, and not green.
 */
export class OpenldapSelfTest {
  readonly #rows: PermissionRow[] = []
  readonly #lines: AccessLines

  constructor(private readonly settings: OpenldapSettings, private readonly shared: OpenldapShared, private readonly lease: LdapLease, private readonly context: CallContext) {
    this.#lines = accessLines(settings)
  }

  async run(): Promise<PermissionReport> {
    await this.#servers()
    await this.#server()
    await this.#policies()
    const account = await this.#account()
    if (account) await this.#proveOn(account)
    else this.#notProvedWithoutAccount()
    await this.#protection(account)
    await this.#boundary(account)
    return permissionReport(this.lease.server, this.settings.bindDn, this.#rows)
  }

  async #servers(): Promise<void> {
    for (const url of this.shared.servers.urls) {
      await this.#row('connect', `sign in at ${url} over verified TLS`, 'settings: servers, ca, serverName, bindDn, bindPassword',
        () => this.shared.servers.use(this.context.deadline, async () => APPROVED, url))
    }
  }
  async #server(): Promise<void> {
    const dse = await this.lease.rootDse(['supportedControl'], this.context.deadline).catch(() => null)
    const known = new Set(dse?.texts('supportedControl') ?? [])
    for (const [oid, remedy] of Object.entries(CONTROLS)) {
      await this.#row('connect', `the server knows control ${oid}`, remedy, async () => ({ ok: known.has(oid), found: known.has(oid) ? 'listed' : 'not listed by the rootDSE', howKnown: 'read' }))
    }
  }

  async #policies(): Promise<void> {
    const { defaultPolicyDn } = this.settings
    const right = `read the password policy ${defaultPolicyDn ?? ''}`
    if (defaultPolicyDn === null) return this.#notProved('rules', right, 'setting defaultPolicyDn: the ppolicy_default of the server')
    await this.#row('rules', right, asSlapdConf(this.#lines.policies), async () => {
      const policy = await this.shared.tree.policyOf(null, this.lease, this.context)
      return { ok: policy !== null, found: policy ? 'read' : 'not there, or not shown', howKnown: 'read' }
    })
    const policies = await this.shared.tree.policies(this.lease, this.context).catch(() => null)
    const safe = policies?.filter(({ safeModify }) => safeModify).map(({ dn }) => dn) ?? []
    await this.#row('reset', 'no policy asks for the old password at a reset', `pwdSafeModify: FALSE in ${safe.join(' and ')}`,
      async () => ({ ok: policies !== null && safe.length === 0, found: policies === null ? 'no policy can be read' : safe.length > 0 ? 'pwdSafeModify TRUE' : 'none', howKnown: 'read' }))
  }

  async #account(): Promise<OpenldapAccount | null> {
    const { account: login } = this.settings.selfTest
    const right = `read entries below ${this.settings.peopleDn}`
    if (login === null) {
      this.#notProved('lookup', right, 'setting selfTest.account: the login of a person below peopleDn whom nobody uses')
      return null
    }
    let found: OpenldapAccount | null = null
    await this.#row('lookup', right, asSlapdConf(this.#lines.entries), async () => {
      const accounts = await this.shared.tree.byLogin(login, this.lease, this.context)
      found = accounts.length === 1 ? accounts[0]! : null
      return { ok: found !== null, found: `${accounts.length} entries with the login ${login}`, howKnown: 'read' }
    })
    return found
  }

  async #proveOn(account: OpenldapAccount): Promise<void> {
    const { flags, password, state } = this.#lines
    // a name in braces: slapd takes what it does not hash for a hash of a kind it does not know, and then it opens nothing
    const first = `{LATCHKEY}${randomUUID()}`
    const second = `Gx7-${randomUUID()}`
    await this.#clear(account)
    await this.#row('must-change', 'write pwdReset', asSlapdConf(flags), () => this.#write(account, { pwdReset: ['TRUE'] }))
    const isWritten = await this.#row('reset', 'write userPassword', asSlapdConf(password), () => this.#write(account, { userPassword: [first], pwdReset: ['TRUE'] }, { userPassword: [first] }))
    let proof: VerifyResult | null = null
    await this.#row('reset', 'passwords are stored hashed', 'ppolicy_hash_cleartext (olcPPolicyHashCleartext: TRUE)', async () => {
      if (!isWritten) return { ok: false, found: 'nothing could be written', howKnown: 'not-proved' }
      proof = await bindAs(account.dn, new SecretText(first), this.lease, this.context)
      return { ok: proof.verified, found: proof.verified ? 'the new password opens the account' : 'the new password does not open the account: it is stored as it was sent' }
    })
    const signedIn = proof as VerifyResult | null
    await this.#row('must-change', 'pwdReset asks for another password at sign-in', 'pwdMustChange: TRUE in the policy of the account', async () =>
      ({ ok: signedIn?.state === 'must-change', found: signedIn?.verified ? `signed in: ${signedIn.state}` : 'not signed in', ...(signedIn?.verified ? {} : { howKnown: 'not-proved' }) }))
    const current = signedIn?.verified ? first : `Gx7-${randomUUID()}`
    if (current !== first) await this.#write(account, { userPassword: [current] })
    await this.#row('change', 'replace userPassword by naming the old value', asSlapdConf(password), () => this.#modify(account.dn, [
      { operation: 'delete', attribute: 'userPassword', values: [current] }, { operation: 'replace', attribute: 'userPassword', values: [second] },
    ]))
    await this.#row('lookup', 'read pwdChangedTime and the other state of a password', asSlapdConf(state), async () => {
      const [after] = await this.shared.tree.byLogin(account.login, this.lease, this.context)
      return { ok: after?.passwordSetAt instanceof Date, found: after?.passwordSetAt ? `set at ${after.passwordSetAt.toISOString()}` : 'pwdChangedTime is not shown', howKnown: 'read' }
    })
    await this.#locks(account, second)
    await this.#clear(account)
  }

  async #locks(account: OpenldapAccount, password: string): Promise<void> {
    const remedy = asSlapdConf(this.#lines.flags)
    const lock = (value: string): Promise<Verdict> => this.#write(account, { pwdAccountLockedTime: [value] })
    const unlock = (): Promise<Verdict> => this.#modify(account.dn, [{ operation: 'delete', attribute: 'pwdAccountLockedTime', values: [] }])
    const isLocked = await this.#row('unlock', 'write pwdAccountLockedTime', remedy, async () => {
      const locked = await lock(generalizedTime(new Date()))
      return locked.ok ? unlock() : locked
    })
    if (!isLocked) {
      this.#notProved('deactivate', 'write pwdAccountLockedTime', remedy)
      return this.#notProved('activate', 'write pwdAccountLockedTime', remedy)
    }
    await this.#row('deactivate', 'a lock for good keeps out who knows the password', 'pwdLockout: TRUE in the policy of the account', async () => {
      const written = await lock(LOCKED_FOR_GOOD)
      if (!written.ok) return written
      const proof = await bindAs(account.dn, new SecretText(password), this.lease, this.context)
      return { ok: !proof.verified, found: proof.verified ? 'signed in all the same' : 'refused' }
    })
    await this.#row('activate', 'take the lock back', remedy, unlock)
  }

  async #protection(account: OpenldapAccount | null): Promise<void> {
    const { protectedGroups, selfTest: { protectedAccount } } = this.settings
    const remedy = asSlapdConf(this.#lines.groups)
    const right = 'read who is in the protected groups'
    if (protectedGroups.length === 0) this.#notProved('protected', right, 'setting protectedGroups: the groups whose members nobody may reset here')
    else if (account === null) this.#notProved('protected', right, 'setting selfTest.account')
    else {
      await this.#row('protected', right, remedy, async () => {
        const because = await this.shared.tree.protectionOf(account, this.lease, this.context)
        return { ok: because === null, found: because ?? 'read; the test account is in none', howKnown: 'read' }
      })
    }
    if (protectedAccount === null) return this.#notProved('protected', 'recognise a protected account', 'setting selfTest.protectedAccount: the login of somebody in a protected group')
    await this.#row('protected', 'recognise a protected account', remedy, async () => {
      const [found] = await this.shared.tree.byLogin(protectedAccount, this.lease, this.context)
      if (!found) return { ok: false, found: `no entry with the login ${protectedAccount}`, howKnown: 'not-proved' }
      const because = await this.shared.tree.protectionOf(found, this.lease, this.context)
      return { ok: because !== null, found: because ?? 'in no protected group', howKnown: 'read' }
    })
  }

  /** What must be refused. A right too many is a fault like one too few. */
  async #boundary(account: OpenldapAccount | null): Promise<void> {
    const { outsideDn } = this.settings.selfTest
    const { password } = this.#lines
    const outside = 'no right to write passwords outside of the people'
    if (outsideDn === null) this.#notProved('boundary', outside, 'setting selfTest.outsideDn: an entry elsewhere that belongs to nobody')
    else await this.#refused(outside, `restrict the rule to the people: ${asSlapdConf(password)}`, () => this.#write({ dn: outsideDn }, { userPassword: [`Gx7-${randomUUID()}`] }))
    if (!account) {
      this.#notProved('boundary', 'no right to write anything else', 'setting selfTest.account')
      return this.#notProved('boundary', 'no right to read stored passwords', 'setting selfTest.account')
    }
    // deleting a value that is not there: refused for want of the right, or for want of the value, but never done
    await this.#refused('no right to write anything else (description)', 'only the lines of the guide for the service account',
      () => this.#modify(account.dn, [{ operation: 'delete', attribute: 'description', values: [`latchkey-${randomUUID()}`] }]))
    await this.#row('boundary', 'no right to read stored passwords', `=w and not write, which reads too: ${asSlapdConf(password)}`, async () => {
      const [entry] = await this.lease.search({ base: account.dn, scope: 'base', attributes: ['userPassword', 'pwdHistory'] }, this.context.deadline)
      const shown = ['userPassword', 'pwdHistory'].filter((name) => entry?.has(name))
      return { ok: shown.length === 0, found: shown.length > 0 ? `${shown.join(' and ')} shown` : 'not shown', howKnown: 'read' }
    })
  }

  #notProvedWithoutAccount(): void {
    const { flags, password } = this.#lines
    for (const operation of ['reset', 'change']) this.#notProved(operation, 'write userPassword', asSlapdConf(password))
    for (const operation of ['must-change', 'unlock', 'deactivate', 'activate']) this.#notProved(operation, 'write pwdReset and pwdAccountLockedTime', asSlapdConf(flags))
  }

  /** Flags and locks of an earlier test, or of this one. Not being allowed to is a row of its own. */
  async #clear(account: OpenldapAccount): Promise<void> {
    for (const attribute of ['pwdAccountLockedTime', 'pwdReset']) await this.#modify(account.dn, [{ operation: 'replace', attribute, values: [] }])
  }

  #write({ dn }: { dn: string }, values: Readonly<Record<string, readonly string[]>>, orElse?: Readonly<Record<string, readonly string[]>>): Promise<Verdict> {
    const changes = (of: Readonly<Record<string, readonly string[]>>): LdapChange[] => Object.entries(of).map(([attribute, all]) => ({ operation: 'replace', attribute, values: all }))
    return this.#modify(dn, changes(values)).then((verdict) => (verdict.ok || !orElse ? verdict : this.#modify(dn, changes(orElse))))
  }
  async #modify(dn: string, changes: readonly LdapChange[]): Promise<Verdict & { code?: number | null }> {
    try {
      await this.lease.modify(dn, changes, this.context.deadline, [new PpolicyControl()])
      return APPROVED
    } catch (error) {
      if (!(error instanceof LdapFailure)) throw error
      return { ok: false, code: error.code, found: `result ${error.code ?? error.kind}: ${error.diagnostic}` }
    }
  }

  async #refused(right: string, remedy: string, attempt: () => Promise<Verdict & { code?: number | null }>): Promise<void> {
    await this.#row('boundary', right, remedy, async () => {
      const { code, found } = await attempt()
      if (code === NO_SUCH_OBJECT) return { ok: false, found: 'the entry is not there, or not shown', howKnown: 'not-proved' }
      return { ok: code === INSUFFICIENT_ACCESS, found }
    })
  }
  async #row(operation: string, right: string, remedy: string, prove: () => Promise<Verdict>): Promise<boolean> {
    const verdict = await prove().catch((error: unknown): Verdict => {
      if (error instanceof ConnectorError || error instanceof LdapFailure) return { ok: false, found: error.message }
      throw error
    })
    this.#rows.push({ operation, right, ok: verdict.ok, howKnown: verdict.howKnown ?? 'tried', found: verdict.found, remedy: verdict.ok ? null : remedy })
    return verdict.ok
  }
  #notProved(operation: string, right: string, remedy: string): void {
    this.#rows.push({ operation, right, ok: false, howKnown: 'not-proved', found: 'nobody named what to try it on', remedy })
  }
}
