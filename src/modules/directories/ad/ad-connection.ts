import { LdapFailure, PolicyHintsControl, type LdapChange, type LdapLease, type Serialiser } from '../../../integrations/ldap/index.js'
import type { SecretText } from '../../../kernel/secret-text.js'
import {
  ConnectorError, type AccountRef, type AccountState, type CallContext, type DirectoryConnection, type SetPassword, type VerifyResult,
} from '../domain/connector.js'
import { withEnabled } from './account-control.js'
import { ACCOUNT_ATTRIBUTES, accountOf, type AdAccount } from './ad-account.js'
import { verifyResultOf } from './ad-answers.js'
import { readEntry, rulesFor, type AdDomain, type DomainFacts } from './ad-domain.js'
import { connectorErrorOf, translated } from './ad-failure.js'
import { protectedBecause } from './ad-protection.js'
import type { AdSettings } from './ad-settings.js'
import { declaredBy } from './domain-rules.js'
import { guidBase, isGuid } from './object-guid.js'
import { explainRefusal, unusableRules } from './policy-refusal.js'
import { unicodePwd } from './unicode-pwd.js'

const WRONG: VerifyResult = { verified: false, state: 'wrong' }
/** Nobody: a bind as them takes as long as one with a wrong password. */
const NOBODY = 'CN=nobody-by-this-name'

/** A conversation with one domain controller. Each write reads the account again right before it, and is one modify. */
export class AdConnection implements DirectoryConnection {
  constructor(
    private readonly lease: LdapLease,
    private readonly domain: AdDomain,
    private readonly settings: AdSettings,
    /** Writes and counted tries of one account follow each other; those of different accounts do not wait. */
    private readonly serialiser: Serialiser,
  ) {}

  lookup(ref: AccountRef, context: CallContext): Promise<AccountState> {
    return translated(false, async () => (await this.#read(ref, context)).account.state)
  }

  /** A short-lived connection of its own: the answer to a bind is the only proof, and it counts at the server. */
  async verify(ref: AccountRef, password: SecretText, context: CallContext): Promise<VerifyResult> {
    // never sent: a bind with a name and no password may "succeed" (RFC 4513 §5.1.2)
    if (unusableRules(password.reveal()).length > 0) return WRONG
    return this.#inTurn(ref, context, () => translated(false, async () => {
      const dn = await this.#dnOf(ref, context)
      try {
        await this.lease.asUser(dn ?? `${NOBODY},${this.settings.baseDn}`, password, context.deadline)
        return dn === null ? WRONG : { verified: true, state: 'ok' }
      } catch (error) {
        const result = error instanceof LdapFailure ? verifyResultOf(error) : null
        if (!result) throw error
        return dn === null ? WRONG : result
      }
    }))
  }

  async setPassword(ref: AccountRef, write: SetPassword, context: CallContext): Promise<void> {
    const password = write.newPassword.reveal()
    const unusable = unusableRules(password)
    if (unusable.length > 0) throw new ConnectorError('policy-refused', unusable.map(({ rule }) => rule).join(', '), 'no', unusable)
    return this.#inTurn(ref, context, async () => {
      const { account, facts } = await translated(false, () => this.#read(ref, context))
      assertWritable(account.state, write.kind === 'change')
      const hints = write.kind === 'change' ? null : facts.hintsControl
      const sent = new Date()
      try {
        await this.write(ref, passwordChanges(write, account.state), context, hints ? [new PolicyHintsControl(hints)] : [])
      } catch (error) {
        throw this.#refusalOf(error, { write, account, facts, isHinted: hints !== null, now: sent })
      }
    })
  }

  async unlock(ref: AccountRef, context: CallContext): Promise<{ changed: boolean }> {
    return this.#inTurn(ref, context, async () => {
      const { account: { state } } = await translated(false, () => this.#read(ref, context))
      assertNotProtected(state)
      if (!state.locked) return { changed: false }
      await this.write(ref, [{ operation: 'replace', attribute: 'lockoutTime', values: ['0'] }], context)
      return { changed: true }
    })
  }

  activate(ref: AccountRef, context: CallContext): Promise<{ changed: boolean }> {
    return this.#setEnabled(ref, true, context)
  }
  deactivate(ref: AccountRef, context: CallContext): Promise<{ changed: boolean }> {
    return this.#setEnabled(ref, false, context)
  }

  /** One modify, sent as it is: judging comes before. */
  write(ref: AccountRef, changes: readonly LdapChange[], { deadline }: CallContext, controls: PolicyHintsControl[] = []): Promise<void> {
    return translated(true, () => this.lease.modify(guidBase(ref.nativeId), changes, deadline, controls))
  }

  /** One bit of what was just read. The old value is taken out by name: had somebody changed it meanwhile, it would not be there. */
  async #setEnabled(ref: AccountRef, enabled: boolean, context: CallContext): Promise<{ changed: boolean }> {
    return this.#inTurn(ref, context, async () => {
      const { account: { state, control } } = await translated(false, () => this.#read(ref, context))
      assertNotProtected(state)
      if (state.enabled === enabled) return { changed: false }
      await this.write(ref, [
        { operation: 'delete', attribute: 'userAccountControl', values: [String(control)] },
        { operation: 'add', attribute: 'userAccountControl', values: [String(withEnabled(control, enabled))] },
      ], context)
      return { changed: true }
    })
  }

  /** By GUID: an entry that was moved or renamed since it was found is still the same account. */
  async #read(ref: AccountRef, context: CallContext): Promise<{ account: AdAccount; facts: DomainFacts }> {
    const facts = await this.domain.facts(this.lease, context.deadline)
    const entry = isGuid(ref.nativeId) ? await readEntry(this.lease, guidBase(ref.nativeId), ACCOUNT_ATTRIBUTES, context.deadline) : null
    if (!entry) throw new ConnectorError('no-such-account', 'no account with this objectGUID')
    const { rules } = rulesFor(facts, entry.text('msDS-ResultantPSO'))
    const server = this.settings.servers.length > 1 ? this.lease.server : null
    return { account: accountOf(entry, { rules, protectedBecause: protectedBecause(entry, facts.protection), server, now: new Date() }), facts }
  }

  async #dnOf(ref: AccountRef, { deadline }: CallContext): Promise<string | null> {
    return isGuid(ref.nativeId) ? (await readEntry(this.lease, guidBase(ref.nativeId), ['objectGUID'], deadline))?.dn ?? null : null
  }

  #inTurn<T>(ref: AccountRef, { deadline }: CallContext, work: () => Promise<T>): Promise<T> {
    return this.serialiser.run(ref.nativeId.toLowerCase(), deadline, work,
      () => new ConnectorError('throttled', 'other writes of the same account took all the time there was'))
  }

  #refusalOf(error: unknown, { write, account, facts, isHinted, now }: {
    write: SetPassword; account: AdAccount; facts: DomainFacts; isHinted: boolean; now: Date
  }): unknown {
    const failure = connectorErrorOf(error, true)
    if (!(failure instanceof ConnectorError) || failure.reason !== 'policy-refused') return failure
    const { rules, exact } = rulesFor(facts, account.resultantPso)
    const { reason, violations } = explainRefusal({
      password: write.newPassword.reveal(), isChange: write.kind === 'change', isHinted, now, setAt: account.state.passwordSetAt,
      names: [account.state.ref.login, account.state.displayName ?? ''], hasFilters: this.settings.passwordFilters,
    }, declaredBy(rules, { exact, isHinted }))
    return new ConnectorError(reason, failure.diagnostic, 'no', violations)
  }
}

/**
 * All in one modify, so that they happen together or not at all. A reset leaves a lock in place here, and the person who
 * was just helped could still not sign in.
 */
function passwordChanges(write: SetPassword, { locked }: AccountState): LdapChange[] {
  const next = unicodePwd(write.newPassword.reveal())
  if (write.kind === 'change') {
    return [
      { operation: 'delete', attribute: 'unicodePwd', values: [unicodePwd(write.currentPassword.reveal())] },
      { operation: 'add', attribute: 'unicodePwd', values: [next] },
    ]
  }
  return [
    { operation: 'replace', attribute: 'unicodePwd', values: [next] },
    ...(write.mustChange ? [{ operation: 'replace', attribute: 'pwdLastSet', values: ['0'] } as const] : []),
    ...(locked ? [{ operation: 'replace', attribute: 'lockoutTime', values: ['0'] } as const] : []),
  ]
}

function assertNotProtected({ protectedBecause: because }: AccountState): void {
  if (because !== null) throw new ConnectorError('protected-account', because)
}

/** The service connection would succeed on all of them, a change by the owner included, so the state is judged by us. */
function assertWritable(state: AccountState, byOwner: boolean): void {
  assertNotProtected(state)
  if (!state.enabled) throw new ConnectorError('account-disabled', 'the account is disabled')
  if (state.accountExpired) throw new ConnectorError('account-expired', 'the account has expired')
  if (byOwner && state.locked) throw new ConnectorError('account-locked', 'locked by wrong passwords')
}
