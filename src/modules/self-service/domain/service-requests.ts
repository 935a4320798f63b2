import { Injectable } from '@nestjs/common'
import type { AccountOutcome, OutcomeState, RequestPage, RequestState, RequestView } from '../../../contract/self-service.contract.js'
import { DomainError } from '../../../kernel/domain-error.js'
import { Database, type Queryable } from '../../../platform/database/database.js'
import { People } from '../../identity/index.js'
import { OPEN_TASK_STATES, Provisioning, type Task, type TaskState } from '../../provisioning/index.js'
import { ServiceRequestStore, type ServiceRequestRow } from '../persistence/service-request.store.js'
import { SelfServiceSettings } from '../self-service-settings.js'

const PREFIX = 'SR-'

/** What people see of their requests: one view for the page that waits and for the list of all. */
@Injectable()
export class ServiceRequests {
  constructor(
    private readonly database: Database,
    private readonly store: ServiceRequestStore,
    private readonly provisioning: Provisioning,
    private readonly people: People,
    private readonly settings: SelfServiceSettings,
  ) {}

  async view(requestId: string): Promise<RequestView> {
    const row = await this.store.find(this.database, requestId)
    if (!row) throw new DomainError('NOT_FOUND')
    return this.withOutcomes(row)
  }

  /** Somebody else's reference and one that never was answer alike. */
  async viewOwn(personId: string, reference: string): Promise<RequestView> {
    return this.withOutcomes(await this.getOwn(personId, reference))
  }

  async getOwn(personId: string, reference: string): Promise<ServiceRequestRow> {
    const number = /^SR-(\d{1,18})$/.exec(reference)?.[1]
    const row = number && (await this.store.findByNumber(this.database, personId, number))
    if (!row) throw new DomainError('NOT_FOUND')
    return row
  }

  /** `cursor` is the last reference of the page before. Two statements, whatever the page holds. */
  async page(personId: string, cursor: string | null): Promise<RequestPage> {
    const before = cursor ? cursor.slice(PREFIX.length) : null
    const rows = await this.store.page(this.database, personId, before, this.settings.requestPageSize + 1)
    const shown = rows.slice(0, this.settings.requestPageSize)
    const tasks = await this.provisioning.listByRequests(this.database, shown.map((row) => row.id))
    const last = shown.at(-1)
    return {
      requests: shown.map((row) => this.compose(row, tasks.get(row.id) ?? [], null)),
      next: rows.length > shown.length && last ? `${PREFIX}${last.number}` : null,
    }
  }

  private async withOutcomes(row: ServiceRequestRow): Promise<RequestView> {
    const tasks = await this.provisioning.listByRequest(this.database, row.id)
    return this.compose(row, tasks, await this.answerAt(this.database, row.person_id))
  }

  /** Masked contact that hears of the result. */
  private async answerAt(on: Queryable, personId: string): Promise<string | null> {
    const contacts = await this.people.listContactPoints(on, personId)
    const told = contacts.find((contact) => contact.kind === 'mail' && contact.verified && !contact.behindAccount)
      ?? contacts.find((contact) => contact.kind === 'mail' && contact.verified)
    return told?.masked ?? null
  }

  private compose(row: ServiceRequestRow, tasks: readonly Task[], answerAt: string | null): RequestView {
    const kept = tasks.map((task) => (task.hasSecret ? task.secretUntil : null)).filter((until) => until !== null)
    return {
      reference: `${PREFIX}${row.number}`,
      kind: row.kind,
      state: row.state,
      createdAt: row.created_at.toISOString(),
      byYourself: true,
      proof: row.proof,
      outcomes: [...tasks].sort(asPeopleKnowThem).map((task) => outcomeOf(task)),
      secretKeptUntil: kept.length ? new Date(Math.min(...kept.map(Number))).toISOString() : null,
      answerAt,
    }
  }
}

/** The same order on every page. */
const asPeopleKnowThem = (a: Task, b: Task): number => a.directoryPosition - b.directoryPosition

function outcomeOf(task: Task): AccountOutcome {
  const { accountId, login, code, attempts, mayHaveChanged, directoryName: directory } = task
  const keepsTrying = task.state === 'retrying' || task.state === 'checking'
  return {
    accountId, directory, login, code, attempts, mayHaveChanged,
    state: outcomeState(task),
    params: { directory, ...task.params },
    settledAt: task.settledAt?.toISOString() ?? null,
    keepsTryingUntil: keepsTrying ? (task.keepsTryingUntil?.toISOString() ?? null) : null,
    mayTryAgain: mayTryAgain(task),
    noChangeNeeded: task.state === 'succeeded' && task.changed === false,
  }
}

const SHOWN_AS: Readonly<Record<TaskState, OutcomeState>> = {
  queued: 'waiting', running: 'writing', retrying: 'retrying', checking: 'checking', succeeded: 'succeeded', refused: 'refused', failed: 'failed',
}
const outcomeState = (task: Task): OutcomeState => (task.state === 'failed' && task.mayHaveChanged ? 'unknown' : SHOWN_AS[task.state])

/** The same password again: it was certainly not applied, and it is still kept (or none is needed). */
export function mayTryAgain(task: Task): boolean {
  return task.state === 'failed' && !task.mayHaveChanged && (task.hasSecret || task.kind === 'unlock')
}

/** Null while anything of the request is still open. */
export function settledState(tasks: readonly Task[]): Exclude<RequestState, 'applying'> | null {
  const open: readonly TaskState[] = OPEN_TASK_STATES
  if (tasks.length === 0 || tasks.some((task) => open.includes(task.state))) return null
  const succeeded = tasks.filter((task) => task.state === 'succeeded').length
  if (succeeded === tasks.length) return 'completed'
  return succeeded > 0 ? 'partly-completed' : 'failed'
}
