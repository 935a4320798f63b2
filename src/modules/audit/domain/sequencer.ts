import { Injectable } from '@nestjs/common'
import { Checkpoints } from '../../../kernel/checkpoints.js'
import { newId } from '../../../kernel/ids.js'
import { Database, type Tx } from '../../../platform/database/database.js'
import {
  chainedUpTo, chainingHorizon, insertLinks, isRowAfter, lastLink, selectNext, trySequencerLock, type Candidates,
  type ChainedUpTo, type ChainLink,
} from '../persistence/chain.store.js'
import { beat, releaseLease } from '../persistence/heartbeat.store.js'
import { AuditSettings } from './audit-settings.js'
import { chainHash, GENESIS, type StoredEntry } from './canonical-form.js'

/** `last`: up to where it looked; undefined when nothing was there. `rows`: how many of them were not chained yet. */
type Batch = { readonly last: ChainedUpTo | undefined; readonly rows: number }

/**
 * Turns committed rows into the hash chain (decisions.md 13). Any worker process may do it; the one that holds the lease
 * in audit_heartbeat does, and a transaction advisory lock makes two at once impossible even when a lease is misjudged.
 * What a run was about to write is gone with its transaction, so the next one starts from what is really there.
 */
@Injectable()
export class Sequencer {
  readonly id = newId()
  /** Nothing up to here is unchained. Null: not leading. */
  #upTo: ChainedUpTo | null = null
  /** performance.now() of the next beat, or of the next try to lead. */
  #beatDue = 0
  #stopping = false
  #running: Promise<number> = Promise.resolve(0)

  constructor(
    private readonly database: Database,
    private readonly checkpoints: Checkpoints,
    private readonly settings: AuditSettings,
  ) {}

  /** Chains what is due. Answers the number of rows; 0 for a process that does not lead. */
  async run(): Promise<number> {
    const run = this.#work()
    this.#running = run.catch(() => 0)
    return run
  }

  get leads(): boolean {
    return this.#upTo !== null
  }

  /** Chains what is there and hands the lease back, so that the next process need not wait for it to run out. */
  async stop(): Promise<void> {
    this.#stopping = true
    await this.#running
    if (!this.leads) return
    await this.#drain()
    this.#upTo = null
    await releaseLease(this.database, this.id)
  }

  async #work(): Promise<number> {
    try {
      return (await this.#lead()) ? await this.#drain() : 0
    } catch (error) {
      this.#upTo = null
      this.#beatDue = 0
      throw error
    }
  }

  async #drain(): Promise<number> {
    const until = performance.now() + this.settings.longestRunMs
    let chained = 0
    while (this.#upTo !== null && performance.now() < until && await isRowAfter(this.database, this.#upTo)) {
      const batch = await this.#chainOnwards(this.#upTo)
      // Another process is at it, and its rows are these rows; or all that is there waits for a transaction to end.
      if (batch === 'busy' || batch.last === undefined) break
      this.#upTo = batch.last
      chained += batch.rows
      await this.#beatIfDue()
    }
    await this.#beatIfDue()
    return chained
  }

  async #lead(): Promise<boolean> {
    if (this.#upTo !== null) return true
    if (this.#stopping || performance.now() < this.#beatDue) return false
    this.#beatDue = performance.now() + this.settings.beatEveryMs
    if (!(await beat(this.database, this.id, this.settings.leaseSeconds, null))) return false
    const upTo = await chainedUpTo(this.database)
    for (let rows = 1; rows !== 0;) {
      const batch = await this.#chain(() => ({ foreign: true, limit: this.settings.batchRows }))
      if (batch === 'busy') return false
      rows = batch.rows
    }
    this.#upTo = upTo
    this.#beatDue = 0
    return true
  }

  /** Gives up leading when the lease went to another process, which then goes on. */
  async #beatIfDue(): Promise<void> {
    if (this.#upTo === null || performance.now() < this.#beatDue) return
    this.#beatDue = performance.now() + this.settings.beatEveryMs
    if (!(await beat(this.database, this.id, this.settings.leaseSeconds, this.#upTo))) this.#upTo = null
  }

  #chainOnwards(after: ChainedUpTo): Promise<Batch | 'busy'> {
    return this.#chain(async (tx) => ({ after, below: await chainingHorizon(tx), limit: this.settings.batchRows }))
  }

  async #chain(candidates: (tx: Tx) => Candidates | Promise<Candidates>): Promise<Batch | 'busy'> {
    return this.database.transaction(async (tx) => {
      // Each its own statement: their snapshots must be younger than the lock, and the rows' younger than the horizon.
      if (!(await trySequencerLock(tx))) return 'busy'
      const tail = await lastLink(tx)
      const next = await selectNext(tx, await candidates(tx))
      const entries = next.filter(({ chained }) => chained === null)
      if (entries.length > 0) {
        await insertLinks(tx, linksAfter(tail, entries))
        await this.checkpoints.reach('sequencer.before-commit')
      }
      const last = next.at(-1)
      return { last: last && { tx: last.tx, id: last.id }, rows: entries.length }
    })
  }
}

function linksAfter(tail: { position: bigint; hash: Buffer } | null, entries: readonly StoredEntry[]): ChainLink[] {
  let position = tail?.position ?? 0n
  let previous = tail?.hash ?? GENESIS
  return entries.map((entry) => {
    const hash = chainHash(previous, entry)
    if (!hash) throw new Error(`audit row ${entry.id} has hash version ${entry.hash_version}, which this program does not know`)
    position += 1n
    const prev_hash = previous
    previous = hash
    return { position: position.toString(), entry_id: entry.id, prev_hash, hash, hash_version: entry.hash_version }
  })
}
