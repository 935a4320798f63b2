import { randomUUID } from 'node:crypto'
import { Checkpoints, type CheckpointLabel } from '../../../src/kernel/checkpoints.js'
import { SecretText } from '../../../src/kernel/secret-text.js'
import { AuditLog, AuditSettings, type AuditHealth } from '../../../src/modules/audit/index.js'
import { PersonKeys } from '../../../src/modules/audit/domain/person-keys.js'
import type { Directories, WorkflowStep } from '../../../src/modules/directories/index.js'
import { ExecutionGates } from '../../../src/modules/provisioning/domain/execution-gates.js'
import { Executor } from '../../../src/modules/provisioning/domain/executor.js'
import { Provisioning } from '../../../src/modules/provisioning/domain/provisioning.js'
import { ProvisioningHooks } from '../../../src/modules/provisioning/domain/provisioning-hooks.js'
import { ProvisioningSettings } from '../../../src/modules/provisioning/domain/provisioning-settings.js'
import { Reconciler } from '../../../src/modules/provisioning/domain/reconciler.js'
import { Settlement } from '../../../src/modules/provisioning/domain/settlement.js'
import { TaskAudit } from '../../../src/modules/provisioning/domain/task-audit.js'
import { TaskSecret } from '../../../src/modules/provisioning/domain/task-secret.js'
import type { ClaimedTask } from '../../../src/modules/provisioning/domain/task-view.js'
import { ProvisioningWorker } from '../../../src/modules/provisioning/jobs/provisioning-worker.js'
import { ClaimStore } from '../../../src/modules/provisioning/persistence/claim.store.js'
import { TaskStore } from '../../../src/modules/provisioning/persistence/task.store.js'
import type { Operation, Task } from '../../../src/modules/provisioning/index.js'
import { KeyRing } from '../../../src/platform/crypto/keyring.js'
import { QueueRunner, QueueSettings } from '../../../src/platform/queue/index.js'
import { Scheduler, SchedulerSettings } from '../../../src/platform/scheduler/index.js'
import { FaultyConnector } from '../../fakes/faulty-connector.js'
import { MemoryDirectory } from '../../fakes/memory-directory.js'
import { testDirectories } from '../../fakes/test-directories.js'
import { afterWholeFile } from '../../together/suite-of.js'
import { openTestDatabase, type TestDatabase } from '../harness/test-database.js'

/** Thrown at a checkpoint: the process is gone. Nothing in the product catches it, so nothing is settled or released. */
export class Died extends Error {}

/** Runs `at` when a label is reached; by default nothing happens. */
export class ScriptedCheckpoints extends Checkpoints {
  readonly reached: CheckpointLabel[] = []
  at: (label: CheckpointLabel) => void | Promise<void> = () => undefined
  override async reach(label: CheckpointLabel): Promise<void> {
    this.reached.push(label)
    await this.at(label)
  }
  dieAt(dying: CheckpointLabel): void {
    this.at = (label) => {
      if (label === dying) throw new Died(label)
    }
  }
}

const TEST_KEYS = new KeyRing([{ id: 1, key: Buffer.alloc(32, 7) }])
export const DIRECTORY = '0193aaaa-0000-7000-8000-000000000001'
export const NEW_PASSWORD = 'kirja-Lamppu-7-vesi'

/** One database a test file, emptied between its tests: a copy for each would cost more than the tests themselves. */
let shared: Promise<TestDatabase> | null = null
afterWholeFile(async () => {
  await (await shared)?.close()
})

/** Everything of provisioning on a real Postgres, with a memory directory behind a faulty connection. */
export class Workshop {
  readonly memory = new MemoryDirectory()
  readonly directory = new FaultyConnector(this.memory)
  /** Event tasks that are switched off in it. */
  readonly stepsOff = new Set<WorkflowStep>()
  readonly directories: Directories
  readonly keys = TEST_KEYS
  readonly health = { reason: null as string | null, whyNotWritable: () => this.health.reason }
  readonly hooks = new ProvisioningHooks()
  readonly secret = new TaskSecret(this.keys)
  readonly tasks = new TaskStore()
  readonly queue: QueueRunner
  readonly provisioning: Provisioning
  readonly settings: ProvisioningSettings

  private constructor(readonly db: TestDatabase, settings: Partial<ProvisioningSettings>, directories?: Directories) {
    this.directories = directories ?? testDirectories(new Map([[DIRECTORY, { name: 'Windows and email', connector: this.directory }]]), this.stepsOff)
    this.settings = Object.assign(new ProvisioningSettings(), settings)
    this.queue = new QueueRunner(db.database, Object.assign(new QueueSettings(), { works: false }))
    this.provisioning = this.makeProvisioning(this.queue)
  }

  /** With directories of the caller's the memory directory stands idle. */
  static async open(settings: Partial<ProvisioningSettings> = {}, openDirectories?: (db: TestDatabase, keys: KeyRing) => Promise<Directories>): Promise<Workshop> {
    shared ??= openTestDatabase()
    const db = await shared
    await db.owner.query('TRUNCATE provisioning_attempt, provisioning_task, password_change, password_record, audit_entry')
    return new Workshop(db, settings, await openDirectories?.(db, TEST_KEYS))
  }

  async close(): Promise<void> {
    await this.queue.stop()
  }

  audit(): TaskAudit {
    return new TaskAudit(new AuditLog(new PersonKeys(this.keys, new AuditSettings()), this.health as unknown as AuditHealth))
  }

  makeProvisioning(queue: QueueRunner): Provisioning {
    return new Provisioning(this.tasks, this.directories, this.secret, this.audit(), this.hooks, queue, this.settings)
  }

  /** A worker of its own, as another process would have. It claims only when it is told to. */
  worker(queue: QueueRunner = this.queue): { worker: ProvisioningWorker; checkpoints: ScriptedCheckpoints; step(): Promise<number> } {
    const { db: { database }, directories, hooks, secret, settings, tasks } = this
    const checkpoints = new ScriptedCheckpoints()
    const claims = new ClaimStore()
    const audit = this.audit()
    const settlement = new Settlement(database, claims, hooks, audit, queue, checkpoints, settings)
    const gates = new ExecutionGates(database, directories, hooks, audit, secret)
    const executor = new Executor(database, directories, claims, gates, settlement, audit, checkpoints, settings)
    const reconciler = new Reconciler(database, directories, claims, secret, settlement, checkpoints, settings)
    const scheduler = new Scheduler(new SchedulerSettings())
    const worker = new ProvisioningWorker(database, queue, scheduler, claims, tasks, executor, reconciler, settings)
    const step = async (): Promise<number> => {
      const claimed = await worker.claim(10, settings.leaseSeconds)
      await Promise.all(claimed.map((task) => worker.handle(task)))
      return claimed.length
    }
    return { worker, checkpoints, step }
  }

  async claimOne(worker: ProvisioningWorker): Promise<ClaimedTask> {
    const [claimed] = await worker.claim(1, this.settings.leaseSeconds)
    if (!claimed) throw new Error('nothing to claim')
    return claimed
  }

  operation(ref: { nativeId: string; login: string }, wishes: Partial<Operation> = {}): Operation {
    const kind = wishes.kind ?? 'reset'
    const carries = kind === 'reset' || kind === 'change'
    return {
      kind, origin: 'SELF', requestId: randomUUID(), personId: randomUUID(), accountId: randomUUID(), directoryId: DIRECTORY, ref,
      mustChange: false,
      newPassword: carries ? new SecretText(NEW_PASSWORD) : null,
      currentPassword: kind === 'change' ? new SecretText('the old password') : null,
      secretTtlSeconds: 600, actor: { kind: 'person', id: 'p-1' }, correlationId: 'c-1', ...wishes,
    }
  }

  submit(ref: { nativeId: string; login: string }, wishes: Partial<Operation> = {}): Promise<Task> {
    return this.db.database.transaction((tx) => this.provisioning.submit(tx, this.operation(ref, wishes)))
  }

  rerun(id: string, newPassword: string | null = null): Promise<Task> {
    return this.db.database.transaction((tx) => this.provisioning.rerun(tx, id, newPassword === null ? null : new SecretText(newPassword)))
  }

  async task(id: string): Promise<Task> {
    const [row] = await this.db.owner.query<{ request_id: string }>('SELECT request_id FROM provisioning_task WHERE id = $1', [id])
    return (await this.provisioning.listByRequest(this.db.database, row!.request_id)).find((task) => task.id === id)!
  }

  attempts(id: string) {
    return this.db.owner.query<{ no: number; run: number; phase: string; result: string | null; code: string | null; ended_at: Date | null; probes: number }>(
      'SELECT no, run, phase, result, code, ended_at, probes FROM provisioning_attempt WHERE task_id = $1 ORDER BY no', [id])
  }

  /** The trail of one task as `action outcome`. */
  async trail(id: string): Promise<string[]> {
    const rows = await this.db.owner.query<{ action: string; outcome: string }>(
      'SELECT action, outcome FROM audit_entry WHERE task_id = $1 ORDER BY id', [id])
    return rows.map(({ action, outcome }) => `${action} ${outcome}`)
  }

  async sealedSecret(id: string): Promise<Buffer | null> {
    const [row] = await this.db.owner.query<{ sealed_secret: Buffer | null }>('SELECT sealed_secret FROM provisioning_task WHERE id = $1', [id])
    return row!.sealed_secret
  }

  /** Time passes: leases run out, back-offs end, late writes would have landed. Ends of tries and secrets stay ahead. */
  async letLeasesRunOut(): Promise<void> {
    await this.db.owner.execute(`UPDATE provisioning_task SET lease_until = now() - interval '1 second' WHERE lease_until IS NOT NULL`)
    await this.skipWaiting()
  }
  async skipWaiting(): Promise<void> {
    await this.db.owner.execute(`UPDATE provisioning_task SET run_at = now() - interval '1 second' WHERE settled_at IS NULL`)
    await this.db.owner.execute(`UPDATE provisioning_attempt SET write_until = now() - interval '1 second' WHERE ended_at IS NULL AND phase = 'writing'`)
  }
  async endOf(column: 'retry_until' | 'check_until' | 'secret_until', id: string): Promise<void> {
    await this.db.owner.execute(`UPDATE provisioning_task SET ${column} = now() - interval '1 second' WHERE id = $1`, [id])
  }

  /** Steps this worker through time until the task has ended. */
  async settle(step: () => Promise<number>, id: string, rounds = 30): Promise<Task> {
    for (let round = 0; round < rounds; round += 1) {
      const task = await this.task(id)
      if (task.settledAt) return task
      await this.letLeasesRunOut()
      await step()
    }
    throw new Error(`not settled after ${rounds} rounds: ${(await this.task(id)).state}`)
  }
}
