import { ConnectorError, type CallContext, type ConnectorReason, type DirectoryConnection } from './connector.js'

const WRITES = ['setPassword', 'unlock', 'activate', 'deactivate'] as const
const READS = ['lookup', 'verify'] as const

/**
 * A connection on a leash: each call ends in time, each failure is a ConnectorError, and after the caller has given up
 * nothing more can be sent through it. It remembers what the caller may have changed.
 */
export class GuardedConnection {
  #mayHaveWritten = false
  #answered = false
  #closed = false
  /** Calls the directory has not answered, those nobody waits for any more included. */
  readonly #underway = new Set<Promise<unknown>>()
  /** What the caller's work may use. Has exactly the methods that the connection has. */
  readonly connection: DirectoryConnection

  constructor(raw: DirectoryConnection, private readonly operationMs: number) {
    const methods: Partial<Record<string, unknown>> = {}
    for (const name of [...READS, ...WRITES]) {
      const method = raw[name] as ((...parts: unknown[]) => Promise<unknown>) | undefined
      if (!method) continue
      const isWrite = (WRITES as readonly string[]).includes(name)
      methods[name] = (...parts: unknown[]) => this.#call(isWrite, parts, (bounded) => method.apply(raw, bounded))
    }
    this.connection = methods as unknown as DirectoryConnection
  }

  /** A write was sent that has not certainly been refused. */
  get mayHaveWritten(): boolean {
    return this.#mayHaveWritten
  }
  /** The directory has answered something, if only a refusal. */
  get answered(): boolean {
    return this.#answered
  }
  /** A call is waiting for the directory right now. */
  get asking(): boolean {
    return this.#underway.size > 0
  }

  /** Resolves when the directory has answered every call, late or not. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.#underway)
  }

  /** From now on every call through the connection is refused: the caller has its answer. */
  close(): void {
    this.#closed = true
  }

  async #call(isWrite: boolean, parts: unknown[], run: (parts: unknown[]) => Promise<unknown>): Promise<unknown> {
    if (this.#closed) throw this.#error('timed-out', 'the call was given up before this step')
    const context = parts.at(-1) as CallContext
    const deadline = new Date(Math.min(context.deadline.getTime(), Date.now() + this.operationMs))
    const wroteBefore = this.#mayHaveWritten
    if (isWrite) this.#mayHaveWritten = true
    const asked = (async () => run([...parts.slice(0, -1), { ...context, deadline }]))()
    this.#underway.add(asked)
    const forget = (): void => { this.#underway.delete(asked) }
    asked.then(forget, forget)
    try {
      const answer = await withinDeadline(asked, deadline, () => {
        // the step may still arrive; nothing else may follow it
        this.close()
        return new ConnectorError('timed-out', 'no answer within the time of one operation', isWrite ? 'unknown' : 'no')
      })
      this.#answered = true
      return answer
    } catch (error) {
      const failure = asConnectorError(error, isWrite)
      if (!GONE.has(failure.reason)) this.#answered = true
      if (isWrite && failure.applied === 'no') this.#mayHaveWritten = wroteBefore
      // a failed read after a write says nothing about the write
      throw this.#mayHaveWritten && failure.applied === 'no' ? this.#error(failure.reason, failure.diagnostic, failure.violations) : failure
    }
  }

  #error(reason: ConnectorReason, diagnostic: string, violations: ConnectorError['violations'] = []): ConnectorError {
    return new ConnectorError(reason, diagnostic, this.#mayHaveWritten ? 'unknown' : 'no', violations)
  }
}

/** The reasons that say: it is not there. Everything else is an answer. */
export const GONE: ReadonlySet<ConnectorReason> = new Set(['unreachable', 'timed-out'])

/** Whatever a connector throws that is not of the closed list is `unknown`, and after a write it may have been applied. */
export function asConnectorError(error: unknown, isWrite: boolean): ConnectorError {
  if (error instanceof ConnectorError) return error
  const diagnostic = error instanceof Error ? `${error.name}: ${error.message}` : String(error)
  return new ConnectorError('unknown', diagnostic, isWrite ? 'unknown' : 'no')
}

/** The answer of `work`, or the error of `late` when the deadline comes first. What `work` does later is nobody's concern. */
export async function withinDeadline<T>(work: Promise<T>, deadline: Date, late: () => Error): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const lateness = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(late()), Math.max(0, deadline.getTime() - Date.now()))
  })
  work.catch(() => undefined)
  try {
    return await Promise.race([work, lateness])
  } finally {
    clearTimeout(timer)
  }
}
