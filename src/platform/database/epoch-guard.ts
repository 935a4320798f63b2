import { readFile } from 'node:fs/promises'
import { Injectable, Logger, type OnModuleInit } from '@nestjs/common'
import { replaceFile } from '../files/write-file.js'
import { Database, type Tx } from './database.js'

/** Where this machine remembers the newest epoch it has seen: beside the key, so never inside the same backup. */
export class EpochSettings {
  constructor(
    readonly file: string,
    /** A restore of a backup younger than this is not seen. Shorter than the life of a flow. */
    readonly rotateEveryMs: number = 10 * 60_000,
  ) {}
}

export type EpochCheck = 'same' | 'new-machine' | 'restored'
type Epoch = { readonly epoch: string; readonly tag: string }

/** "epch": one process at a time looks and rotates. Released with the transaction. */
const EPOCH_LOCK = 0x65706368
/** A machine that was off for longer voids what is open when it comes back, which harms nobody. */
const KEPT_DAYS = 400

/**
 * Notices that the database was restored from a backup (decisions.md 23). The database keeps a growing list of epochs;
 * each machine notes the newest one it saw in a file. A database that does not know that epoch has gone back in time:
 * codes, links and flows in it may have been used since, so they are all void. A database that is ahead of the file is
 * only another replica's doing.
 */
@Injectable()
export class EpochGuard implements OnModuleInit {
  readonly #log = new Logger('Epoch')
  readonly #invalidations = new Map<string, (tx: Tx) => Promise<void>>()

  constructor(
    private readonly database: Database,
    private readonly settings: EpochSettings,
  ) {}

  /** What a module voids after a restore. Call it in the constructor: the check runs before anything else starts. */
  register(name: string, voidWhatIsOpen: (tx: Tx) => Promise<void>): void {
    if (this.#invalidations.has(name)) throw new Error(`${name} is registered twice`)
    this.#invalidations.set(name, voidWhatIsOpen)
  }

  async onModuleInit(): Promise<void> {
    await this.check()
  }

  /** Compares, voids when needed, and moves on to a fresh epoch when the present one is old. Also run by a schedule. */
  async check(): Promise<EpochCheck> {
    const remembered = await this.#remembered()
    const { answer, newest } = await this.database.transaction(async (tx) => {
      await tx.query('SELECT pg_advisory_xact_lock($1)', [EPOCH_LOCK])
      const answer = await compare(tx, remembered)
      if (answer === 'restored') for (const voidWhatIsOpen of this.#invalidations.values()) await voidWhatIsOpen(tx)
      return { answer, newest: await this.#advance(tx, answer, remembered) }
    })
    // After the commit: killed in between, the next start finds the old note and voids once more.
    if (newest.epoch !== remembered?.epoch || newest.tag !== remembered.tag) {
      await replaceFile(this.settings.file, `${newest.epoch} ${newest.tag}\n`, 0o600)
    }
    if (answer === 'restored') this.#log.warn('the database was restored from a backup: open flows, codes and links are void')
    return answer
  }

  async #advance(tx: Tx, answer: EpochCheck, remembered: Epoch | null): Promise<Epoch> {
    const after = answer === 'restored' ? remembered!.epoch : '0'
    const [started] = await tx.query<Epoch>(
      `INSERT INTO install_epoch (epoch, reason)
       SELECT greatest(coalesce(max(epoch), 0), $1::bigint) + 1, $2 FROM install_epoch
       HAVING $2 = 'restored' OR coalesce(max(started_at), '-infinity') < now() - $3 * interval '1 millisecond'
       RETURNING epoch, tag`,
      [after, answer === 'restored' ? 'restored' : 'rotated', this.settings.rotateEveryMs])
    if (started) {
      await tx.execute('DELETE FROM install_epoch WHERE started_at < now() - make_interval(days => $1)', [KEPT_DAYS])
      return started
    }
    const [newest] = await tx.query<Epoch>('SELECT epoch, tag FROM install_epoch ORDER BY epoch DESC LIMIT 1')
    return newest!
  }

  async #remembered(): Promise<Epoch | null> {
    const text = await readFile(this.settings.file, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return null
      throw error
    })
    if (text === null) return null
    const [, epoch, tag] = /^(\d{1,18}) ([0-9a-f-]{36})\s*$/.exec(text) ?? []
    if (!epoch || !tag) throw new Error(`${this.settings.file} is damaged; without it the next start counts as a new machine`)
    return { epoch, tag }
  }
}

async function compare(tx: Tx, remembered: Epoch | null): Promise<EpochCheck> {
  if (!remembered) return 'new-machine'
  const sql = 'SELECT 1 AS known FROM install_epoch WHERE epoch = $1 AND tag = $2'
  const [known] = await tx.query(sql, [remembered.epoch, remembered.tag])
  return known ? 'same' : 'restored'
}
