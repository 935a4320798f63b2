import { Inject, Injectable, Logger, Optional, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common'
import { CLOCK, systemClock, type Clock } from '../../../kernel/clock.js'
import { DomainError } from '../../../kernel/domain-error.js'
import { newId } from '../../../kernel/ids.js'
import type { DeclaredRules } from '../../password-policy/index.js'
import type { FeedPage, FeedRequest } from './account-feed.js'
import type { DirectoryHealth } from './circuit-breaker.js'
import { ConnectorError, type AccountRef, type CallContext, type Capability, type DirectoryConnection, type LockoutRules } from './connector.js'
import { ConnectorOpener } from './connector-opener.js'
import { DirectoriesSettings } from './directories-settings.js'
import type { Directory } from './directory.js'
import { isBound, nameOf, stepsOf, type AccountOperation, type EventTask, type Workflow, type WorkflowStep } from './event-task.js'
import { OpenDirectory } from './open-directory.js'
import type { PermissionReport } from './permission-report.js'
import { RulesCache, UNDECLARED } from './rules-cache.js'

const NOTHING: ReadonlySet<Capability> = new Set()

/** The configured directories of this process: opened, protected, and replaced when their configuration changes. */
@Injectable()
export class Directories implements OnModuleInit, OnApplicationShutdown {
  readonly #log = new Logger('Directories')
  readonly #clock: Clock
  readonly #rules: RulesCache<DeclaredRules>
  readonly #lockouts: RulesCache<LockoutRules>
  #open: ReadonlyMap<string, OpenDirectory> = new Map()
  #reloading: Promise<void> | null = null
  #timer: NodeJS.Timeout | null = null
  #looking: Promise<void> = Promise.resolve()
  #stopped = false

  constructor(
    private readonly opener: ConnectorOpener,
    private readonly settings: DirectoriesSettings,
    @Optional() @Inject(CLOCK) clock?: Clock,
  ) {
    this.#clock = clock ?? systemClock
    this.#rules = new RulesCache(settings.rulesCacheMs, settings.rulesCacheEntries, this.#clock)
    this.#lockouts = new RulesCache(settings.rulesCacheMs, settings.rulesCacheEntries, this.#clock)
  }

  async onModuleInit(): Promise<void> {
    await this.reload()
    this.#poll()
  }

  async onApplicationShutdown(): Promise<void> {
    this.#stopped = true
    if (this.#timer) clearTimeout(this.#timer)
    await this.#looking
    await Promise.all([...this.#open.values()].map((directory) => directory.close()))
  }

  /** From memory; reloaded when configuration changes. */
  list(): readonly Directory[] {
    return [...this.#open.values()].map(({ configured }) => configured)
  }
  /** For showing and submitting; throws NOT_FOUND. What is under way already must not ask: its directory may be gone. */
  get(id: string): Directory {
    const found = this.#open.get(id)
    if (!found) throw new DomainError('NOT_FOUND', { params: { what: 'directory' } })
    return found.configured
  }
  /** Empty while its settings keep it from being opened, and for one that is not configured (any more). */
  capabilities(id: string): ReadonlySet<Capability> {
    return this.#open.get(id)?.connector?.capabilities ?? NOTHING
  }
  /** The event task that is missing for an operation there, by the customer's name; null: none, or a directory nobody knows (any more). */
  switchedOff(id: string, operation: AccountOperation, workflow: Workflow): string | null {
    const off = stepsOf(operation, workflow).find((step) => !this.does(id, step))
    return off === undefined ? null : nameOf(this.get(id).kind, off)
  }
  /** Whether this step of a workflow is bound there by its event task. A directory nobody knows (any more) keeps nothing from being done. */
  does(id: string, step: WorkflowStep): boolean {
    const found = this.#open.get(id)
    return !found || isBound(found.configured.eventTasks, step)
  }
  /** By the customer's names. */
  eventTasks(id: string): readonly EventTask[] {
    return this.#get(id).configured.eventTasks
  }
  /** Since when it is up or down, as this process sees it. No call is made. */
  health(id: string): DirectoryHealth {
    return this.#get(id).health
  }

  /**
   * One conversation with one server of the directory, inside its bulkhead and circuit breaker. Throws ConnectorError:
   * unreachable at once while the circuit is open, timed-out when the deadline passes.
   */
  async use<T>(id: string, context: CallContext, work: (connection: DirectoryConnection) => Promise<T>): Promise<T> {
    return this.#get(id).converse(context, work)
  }

  /** Remembered for a minute. Without an answer: what it said last, as "at least"; throws when it never said anything. */
  async declaredRules(id: string, ref: AccountRef | null, context: CallContext): Promise<DeclaredRules> {
    const directory = this.#get(id)
    const { connector } = directory
    if (connector && !connector.declaredPasswordRules) return UNDECLARED
    return this.#rules.get(keyOf(directory, ref), (rules) => ({ ...rules, exact: false }), () =>
      directory.ask(context, async (opened, bounded) => opened.declaredPasswordRules?.(ref, bounded) ?? UNDECLARED))
  }

  /** What it said last, however long ago, without asking: inside a transaction nobody waits for a directory. */
  lastDeclaredRules(id: string, ref: AccountRef | null): DeclaredRules | null {
    const directory = this.#open.get(id)
    return directory ? this.#rules.last(keyOf(directory, ref)) : null
  }

  async lockoutRules(id: string, context: CallContext): Promise<LockoutRules> {
    const directory = this.#get(id)
    return this.#lockouts.get(keyOf(directory, null), (rules) => ({ ...rules, exact: false }), () =>
      directory.ask(context, (connector, bounded) => connector.lockoutRules(bounded)))
  }

  /** Asks the directory whether it is there, for the self-test and for an open circuit. Throws ConnectorError. */
  async checkHealth(id: string, context: CallContext): Promise<void> {
    await this.#get(id).ask(context, (connector, bounded) => connector.health(bounded))
  }

  /** Proves the rights of the connector's account on the test account that is named in the settings. Throws ConnectorError. */
  async permissionSelfTest(id: string, context: CallContext): Promise<PermissionReport> {
    return this.#get(id).ask(context, async (connector, bounded) => {
      if (!connector.permissionSelfTest) throw new ConnectorError('unsupported', 'this kind of directory has no rights to test')
      return connector.permissionSelfTest(bounded)
    })
  }

  /** Which of these attributes people may write about themselves there; null: it cannot be asked, or does not answer. */
  async selfWritable(id: string, attributes: readonly string[]): Promise<ReadonlyMap<string, boolean> | null> {
    const context = { deadline: new Date(Date.now() + this.settings.connectMs), correlationId: newId() }
    try {
      return await this.#get(id).ask(context, async (connector, bounded) => (await connector.selfWritable?.(attributes, bounded)) ?? null)
    } catch (error) {
      if (error instanceof ConnectorError) return null
      throw error
    }
  }

  /** The whole directory, or with a cursor what changed since. Throws ConnectorError or CursorExpired, between pages too. */
  feed(id: string, cursor: string | null, request: FeedRequest): AsyncGenerator<FeedPage> {
    return this.#get(id).stream(({ feed }) => {
      if (!feed) throw new ConnectorError('unsupported', 'this kind of directory cannot be read as a whole')
      return cursor === null ? feed.readAll(request) : feed.readChanges(cursor, request)
    })
  }

  /** Takes over what changed in the configuration. Others keep their connections, circuit and places. */
  reload(): Promise<void> {
    this.#reloading ??= this.#reload().finally(() => { this.#reloading = null })
    return this.#reloading
  }

  async #reload(): Promise<void> {
    const rows = await this.opener.list()
    const before = this.#open
    const after = new Map<string, OpenDirectory>()
    for (const { configured, openConnector } of rows) {
      const known = before.get(configured.id)
      after.set(configured.id, known?.configured.revision === configured.revision ? known : new OpenDirectory(configured, openConnector, this.settings, this.#clock))
    }
    await Promise.all([...after.values()].filter(({ connector, configured }) => !connector && configured.enabled).map((directory) => this.#tryOpen(directory)))
    this.#open = after
    for (const directory of before.values()) {
      if (after.get(directory.configured.id) !== directory) void directory.close()
    }
  }

  async #tryOpen(directory: OpenDirectory): Promise<void> {
    await directory.open().catch((error: unknown) => {
      const cause = error instanceof ConnectorError ? error.message : String(error)
      this.#log.error(`${directory.configured.name} cannot be opened: ${cause}`)
    })
  }

  #poll(): void {
    if (this.#stopped) return
    this.#timer = setTimeout(() => {
      this.#looking = this.#look().finally(() => this.#poll())
    }, this.settings.pollMs)
    this.#timer.unref()
  }

  async #look(): Promise<void> {
    try {
      if (await this.opener.hasChanged(new Map([...this.#open].map(([id, { configured }]) => [id, configured.revision])))) await this.reload()
    } catch (error) {
      // Postgres is away: what is open stays open
      this.#log.warn(`configuration not read: ${error instanceof Error ? error.message : String(error)}`)
    }
    // our own probe, so that the first person after an outage is not the one who finds out
    const due = [...this.#open.values()].filter(({ probeDue }) => probeDue)
    const context = { deadline: new Date(Date.now() + this.settings.operationMs), correlationId: newId() }
    await Promise.allSettled(due.map(({ configured }) => this.checkHealth(configured.id, context)))
  }

  /** To a caller one that was taken out, or that this process has not heard of yet, is one that does not answer. */
  #get(id: string): OpenDirectory {
    const found = this.#open.get(id)
    if (!found) throw new ConnectorError('unreachable', 'not among the configured directories')
    return found
  }
}

/** The revision is part of the key: what an earlier configuration declared is never shown for the present one. */
const keyOf = ({ configured }: OpenDirectory, ref: AccountRef | null): string => `${configured.id} ${configured.revision} ${ref?.nativeId ?? ''}`
