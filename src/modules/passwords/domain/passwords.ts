import { Injectable } from '@nestjs/common'
import type { PasswordCheck, PolicyView } from '../../../contract/password-policy.contract.js'
import type { Suggestion } from '../../../contract/self-service.contract.js'
import type { Violation } from '../../../contract/problem.contract.js'
import { DomainError } from '../../../kernel/domain-error.js'
import type { SecretText } from '../../../kernel/secret-text.js'
import { Database, type Queryable, type Tx } from '../../../platform/database/database.js'
import { Directories } from '../../directories/index.js'
import { People, type Account } from '../../identity/index.js'
import { GenerationUnsatisfiable, PasswordGenerator, PolicyEngine, type PersonWords } from '../../password-policy/index.js'
import { Provisioning, type Operation, type Task } from '../../provisioning/index.js'
import { PasswordRecordStore } from '../persistence/password-record.store.js'
import { DeclaredRulesReader } from './declared-rules-reader.js'
import { PasswordsSettings } from './passwords-settings.js'

type OfOperation = 'origin' | 'requestId' | 'personId' | 'mustChange' | 'secretTtlSeconds' | 'actor' | 'correlationId'
type Kind = 'reset' | 'change'
export type NewPassword = Pick<Operation, OfOperation> & {
  readonly kind: Kind
  readonly accounts: readonly Account[]
  readonly newPassword: SecretText
  readonly currentPassword: SecretText | null
}

/** What the product itself knows of an account's password (decisions.md 28). Never the password, never a hash of it. */
export type PasswordRecord = {
  readonly accountId: string
  readonly changeCount: number
  /** Set by somebody else, to be changed at the next sign-in. */
  readonly resetFlag: boolean
  readonly changedAt: Date | null
  readonly expiresAt: Date | null
  readonly setByOrigin: Operation['origin'] | null
}

/** The only writer of passwords: policy, tasks, bookkeeping. Reset, change, and later initialize, uniform, takeover. */
@Injectable()
export class Passwords {
  constructor(
    private readonly database: Database,
    private readonly people: People,
    private readonly directories: Directories,
    private readonly engine: PolicyEngine,
    private readonly generator: PasswordGenerator,
    private readonly provisioning: Provisioning,
    private readonly declared: DeclaredRulesReader,
    private readonly records: PasswordRecordStore,
    private readonly settings: PasswordsSettings,
  ) {}

  /** The join of the product's policy and what each directory declares (remembered by directories; a directory read at most). */
  async effectivePolicy(accounts: readonly Account[], kind: Kind): Promise<PolicyView> {
    const rules = await Promise.all(accounts.map(async (account) => ({
      directory: this.directories.get(account.directoryId).name,
      rules: await this.declared.rulesOf(account),
    })))
    return this.engine.join(rules, kind)
  }

  /** Live check while typing: the same rules as the gate, and the meter. */
  async check(personId: string, accounts: readonly Account[], kind: Kind, password: SecretText): Promise<PasswordCheck> {
    const [view, words] = await this.#basis(personId, accounts, kind)
    return this.engine.check(view, password, words)
  }

  /** Empty when it may be sent. Called before the transaction that submits. Throws OPERATION_NOT_SUPPORTED first. */
  async violations(personId: string, accounts: readonly Account[], kind: Kind, password: SecretText): Promise<Violation[]> {
    this.#assertSupported(accounts, kind)
    const [view, words] = await this.#basis(personId, accounts, kind)
    return this.engine.judge(view, password, words)
  }

  /** A passphrase that cannot meet the policy (a short maximum) is answered with a random one. */
  async suggest(
    personId: string, accounts: readonly Account[], kind: 'passphrase' | 'random', language: string,
  ): Promise<Suggestion> {
    const [view, words] = await this.#basis(personId, accounts, 'reset')
    for (let tried = 0; tried < this.settings.suggestionTries; tried += 1) {
      const password = this.#draw(view, words, kind, language)
      const check = await this.engine.check(view, password, words)
      if (check.acceptable) return { password: password.reveal(), check }
    }
    throw new DomainError('POLICY_UNREADABLE', { diagnostic: 'no generated password meets the joined policy and the meter' })
  }

  /** One durable task per account, in the caller's transaction. All of them, or a refusal and none. */
  async submit(tx: Tx, request: NewPassword): Promise<Task[]> {
    const { accounts, ...shared } = request
    if (accounts.length === 0) throw new DomainError('NO_ACCOUNT')
    this.#assertSupported(accounts, request.kind)
    const tasks = new Map<string, Task>()
    // one order for everybody: two submits for the same two accounts must not wait for each other
    for (const account of [...accounts].sort((left, right) => (left.id < right.id ? -1 : 1))) {
      if (account.personId !== request.personId) throw new DomainError('ACCOUNT_NOT_FOUND')
      const rules = this.directories.lastDeclaredRules(account.directoryId, account)
      await this.records.noteMaxAge(tx, account.id, account.personId, rules?.maxAgeSeconds ?? null)
      tasks.set(account.id, await this.provisioning.submit(tx, {
        ...shared,
        accountId: account.id,
        directoryId: account.directoryId,
        ref: { nativeId: account.nativeId, login: account.login },
      }))
    }
    return accounts.map(({ id }) => tasks.get(id)!)
  }

  /** Bookkeeping of the settle, in its transaction: every effective password write is counted, whoever asked for it. */
  async recordOutcome(tx: Tx, task: Task): Promise<void> {
    if (task.state !== 'succeeded' || (task.kind !== 'reset' && task.kind !== 'change')) return
    const { id, runs, accountId, personId, kind, origin, mustChange } = task
    await this.records.recordChange(tx, { taskId: id, run: runs, accountId, personId, kind, origin, mustChange })
  }

  async listRecords(on: Queryable, accountIds: readonly string[]): Promise<PasswordRecord[]> {
    return (await this.records.list(on, accountIds)).map((row) => ({
      accountId: row.account_id,
      changeCount: row.change_count,
      resetFlag: row.reset_flag,
      changedAt: row.changed_at,
      expiresAt: row.expires_at,
      setByOrigin: row.set_by_origin as PasswordRecord['setByOrigin'],
    }))
  }

  async #basis(personId: string, accounts: readonly Account[], kind: Kind): Promise<[PolicyView, PersonWords]> {
    return Promise.all([this.effectivePolicy(accounts, kind), this.people.personWords(this.database, personId)])
  }

  #draw(view: PolicyView, words: PersonWords, kind: 'passphrase' | 'random', language: string): SecretText {
    try {
      const drawn = kind === 'passphrase' ? this.generator.passphrase(view, language, words) : this.generator.random(view, words)
      return drawn.password
    } catch (error) {
      if (!(error instanceof GenerationUnsatisfiable)) throw error
      if (kind === 'passphrase') return this.#draw(view, words, 'random', language)
      throw new DomainError('POLICY_UNREADABLE', { diagnostic: error.message, cause: error })
    }
  }

  #assertSupported(accounts: readonly Account[], kind: Kind): void {
    const missing = accounts.find(({ directoryId }) => {
      const declared = this.directories.capabilities(directoryId)
      return declared.size > 0 && !declared.has(kind) // one that declares nothing is away, and the task will wait for it
    })
    if (!missing) return
    throw new DomainError('OPERATION_NOT_SUPPORTED', { params: { directory: this.directories.get(missing.directoryId).name } })
  }
}
