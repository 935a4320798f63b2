import type { KeyObject } from 'node:crypto'
import { resolve } from 'node:path'
import { Injectable, Logger } from '@nestjs/common'
import { Checkpoints } from '../../../kernel/checkpoints.js'
import { KeyRing } from '../../../platform/crypto/keyring.js'
import { Database, type Queryable } from '../../../platform/database/database.js'
import { appendCheckpoints, lastCheckpointIn, writePublicKey } from '../persistence/checkpoint-file.js'
import {
  findDueCheckpoint, insertCheckpoint, lastCheckpointPosition, selectCheckpoints, tryFileLock,
} from '../persistence/checkpoint.store.js'
import { noteAppended } from '../persistence/heartbeat.store.js'
import { AuditSettings } from './audit-settings.js'
import { publicPem, signCheckpoint, signingKey, verifyingKey, type Checkpoint } from './checkpoint.js'

const LINES_AT_ONCE = 500

/**
 * Signs the head of the chain every 1,000 rows or 60 s and carries the signatures out of the database. The row comes
 * first, then the line: a process that dies in between leaves a row whose line the next run appends, in any process. Each
 * host's file gets every checkpoint, whoever signed it.
 */
@Injectable()
export class Checkpointer {
  readonly #log = new Logger('Audit')
  readonly #key: KeyObject
  /** Last position this process knows to be in its file. Null: the file has not been looked at. */
  #inFile: bigint | null = null

  constructor(
    private readonly database: Database,
    private readonly checkpoints: Checkpoints,
    private readonly settings: AuditSettings,
    private readonly keyring: KeyRing,
  ) {
    this.#key = signingKey(keyring)
  }

  async run(): Promise<void> {
    const due = await findDueCheckpoint(this.database, this.settings.checkpointRows, this.settings.checkpointSeconds)
    if (due) await insertCheckpoint(this.database, signCheckpoint(due, this.#key))
    await this.#carryOut()
  }

  async #carryOut(): Promise<void> {
    const last = await lastCheckpointPosition(this.database)
    if (last === 0n || last === this.#inFile) return
    const { checkpointFile } = this.settings
    if (checkpointFile === null) {
      await noteAppended(this.database, last)
      this.#inFile = last
      return
    }
    await this.#appendMissing(resolve(checkpointFile), last)
  }

  async #appendMissing(file: string, last: bigint): Promise<void> {
    if (this.#inFile === null) await writePublicKey(file, publicPem(verifyingKey(this.keyring)))
    await this.database.transaction(async (tx) => {
      if (!(await tryFileLock(tx, file))) return
      let position = await this.#positionOf(tx, file, last)
      for (;;) {
        const missing = await selectCheckpoints(tx, { after: position, limit: LINES_AT_ONCE })
        if (missing.length === 0) break
        await this.checkpoints.reach('checkpoint.before-append')
        await appendCheckpoints(file, missing)
        position = missing.at(-1)!.position
      }
      await noteAppended(tx, position)
      this.#inFile = position
    })
  }

  /** Where to go on. Read from the file each time: another process of this host may have appended. */
  async #positionOf(on: Queryable, file: string, last: bigint): Promise<bigint> {
    const end = await lastCheckpointIn(file)
    if (!end) return 0n
    if (await isOnRecord(on, end)) return end.position
    // Nothing is hidden by going on: the line stays, and verify-audit holds the chain to it.
    this.#log.error(
      `the checkpoint file ends with position ${end.position}, which the database does not know: ` +
        'a restored backup (move the file away and keep it) or a cut trail (run verify-audit)',
    )
    return last - 1n
  }
}

async function isOnRecord(on: Queryable, end: Checkpoint): Promise<boolean> {
  const [known] = await selectCheckpoints(on, { after: end.position - 1n, limit: 1 })
  return known?.position === end.position && known.hash.equals(end.hash)
}
