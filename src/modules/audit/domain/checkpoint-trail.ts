import type { KeyObject } from 'node:crypto'
import type { Queryable } from '../../../platform/database/database.js'
import { hashAt } from '../persistence/chain.store.js'
import { selectCheckpoints } from '../persistence/checkpoint.store.js'
import type { WalkedHashes } from './chain-walk.js'
import { isSigned, type Checkpoint } from './checkpoint.js'
import type { Findings } from './verification-findings.js'

type FileLine = { line: number; checkpoint: Checkpoint | null }
const PAGE = 1_000

/**
 * Holds the chain to what was signed about it: beside the walk, batch by batch, in bounded memory. Lines come in order of
 * position; one that does not (two hosts' files put together) is looked up by itself.
 */
export class CheckpointTrail {
  inDatabase = 0
  inFile = 0
  unreadableLines = 0
  /** Last position at which a signature outside the database and the chain agree. */
  covered = 0n
  #agreed = 0n
  #signed = 0
  readonly #unsigned: { source: string; checkpoint: Checkpoint }[] = []
  #unsignedCount = 0
  #ahead: FileLine | null = null
  #fileDone: boolean

  constructor(
    private readonly on: Queryable,
    private readonly findings: Findings,
    private readonly installation: string,
    private readonly key: KeyObject | null,
    private readonly file: AsyncGenerator<FileLine> | null,
  ) {
    this.#fileDone = file === null
  }

  /** Checks what is signed about positions `after` < p ≤ `upTo`, whose stored hashes these are. */
  async compare(hashes: WalkedHashes, after: bigint, upTo: bigint): Promise<void> {
    const recorded = new Map<bigint, Checkpoint>()
    for (let from = after; ;) {
      const page = await selectCheckpoints(this.on, { after: from, upTo, limit: PAGE })
      for (const checkpoint of page) {
        this.inDatabase += 1
        recorded.set(checkpoint.position, checkpoint)
        if (this.#isGenuine(checkpoint, 'the database')) this.#hold(checkpoint, hashes.get(checkpoint.position) ?? null)
      }
      if (page.length < PAGE) break
      from = page.at(-1)!.position
    }
    for (let next = await this.#peek(); next && next.position <= upTo; next = await this.#peek()) {
      const source = `line ${this.#ahead!.line}`
      this.#ahead = null
      if (!this.#isGenuine(next, source)) continue
      const late = next.position <= after
      // The row is always older than the line, so a line newer than what was read above has its row by now.
      const known = recorded.get(next.position) ?? (await this.#recordedAt(next.position))
      if (!known) {
        const detail = `${source} of the checkpoint file is not in audit_checkpoint any more`
        this.findings.add('checkpoint-removed', { position: next.position }, detail)
      }
      const agrees = this.#hold(next, late ? await hashAt(this.on, next.position) : (hashes.get(next.position) ?? null))
      if (agrees && next.position > this.covered) this.covered = next.position
    }
  }

  async #recordedAt(position: bigint): Promise<Checkpoint | undefined> {
    return (await selectCheckpoints(this.on, { after: position - 1n, upTo: position, limit: 1 }))[0]
  }

  /** A position beyond the end of the chain that somebody signed; null when there is none. */
  async beyond(end: bigint): Promise<Checkpoint | null> {
    const line = await this.#peek()
    if (line && line.position > end) return line
    const [row] = await selectCheckpoints(this.on, { after: end, limit: 1 })
    return row ?? null
  }

  /** What is signed about rows that are not there. Only the greatest is named, with the first row missing. */
  async closeAt(end: bigint): Promise<void> {
    let greatest: Checkpoint | null = null
    const see = (checkpoint: Checkpoint, source: string): void => {
      if (this.#isGenuine(checkpoint, source) && (!greatest || checkpoint.position > greatest.position)) greatest = checkpoint
    }
    for (let from = end; ;) {
      const page = await selectCheckpoints(this.on, { after: from, limit: PAGE })
      for (const checkpoint of page) {
        this.inDatabase += 1
        see(checkpoint, 'the database')
      }
      if (page.length < PAGE) break
      from = page.at(-1)!.position
    }
    for (let next = await this.#peek(); next; next = await this.#peek()) {
      const source = `line ${this.#ahead!.line}`
      this.#ahead = null
      see(next, source)
    }
    const cut = greatest as Checkpoint | null
    // Beside a running server the chain may have grown since the walk came to its end.
    if (cut && !(await hashAt(this.on, cut.position))) {
      const detail = `the chain ends at position ${end}, but position ${cut.position} was signed at ${cut.at}: ` +
        `${cut.position - end} rows or more are gone`
      this.findings.add('cut-tail', { position: end + 1n }, detail)
    }
    this.#tellUnsigned()
  }

  /** False: says nothing about the chain. */
  #isGenuine(checkpoint: Checkpoint, source: string): boolean {
    if (source !== 'the database') this.inFile += 1
    if (this.key && !isSigned(checkpoint, this.key)) {
      this.#unsignedCount += 1
      if (this.#unsigned.length < 50) this.#unsigned.push({ source, checkpoint })
      return false
    }
    this.#signed += 1
    if (checkpoint.installation === this.installation) return true
    const detail = `${source} was signed for installation ${checkpoint.installation}`
    this.findings.add('foreign-checkpoint', { position: checkpoint.position }, detail)
    return false
  }

  #hold(checkpoint: Checkpoint, hash: Buffer | null): boolean {
    if (!hash) return false // the gap itself is a finding of the walk
    if (hash.equals(checkpoint.hash)) {
      this.#agreed = checkpoint.position > this.#agreed ? checkpoint.position : this.#agreed
      return true
    }
    this.findings.add('rebuilt', { position: this.#agreed + 1n, orUpTo: checkpoint.position },
      `the chain is not the one signed at position ${checkpoint.position} (${checkpoint.at}); up to ${this.#agreed} it is, ` +
        `so the first changed row is one of ${this.#agreed + 1n} to ${checkpoint.position}`)
    return false
  }

  #tellUnsigned(): void {
    if (this.#unsignedCount > 0 && this.#signed === 0) {
      const detail = `none of the ${this.#unsignedCount} checkpoints was signed by this key: the wrong key, or forged checkpoints`
      this.findings.add('wrong-key', {}, detail)
      return
    }
    for (const { source, checkpoint } of this.#unsigned) {
      const detail = `${source}: the signature of the checkpoint at position ${checkpoint.position} is wrong`
      this.findings.add('bad-signature', { position: checkpoint.position }, detail)
    }
  }

  async #peek(): Promise<Checkpoint | null> {
    while (!this.#ahead && !this.#fileDone && this.file) {
      const { done, value } = await this.file.next()
      if (done) this.#fileDone = true
      else if (value.checkpoint) this.#ahead = value
      else this.unreadableLines += 1
    }
    return this.#ahead?.checkpoint ?? null
  }
}
