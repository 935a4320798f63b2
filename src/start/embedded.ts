import { spawn } from 'node:child_process'
import { setTimeout as pause } from 'node:timers/promises'
import {
  DataDirectoryInUse, startEmbeddedPostgres, type EmbeddedOptions, type EmbeddedPostgres,
} from '../platform/database/embedded-postgres.js'

/** A predecessor that was just killed or asked to stop needs this long to let go. */
const PREDECESSOR_MS = 12_000
const RETRY_MS = 250

/** Prints for the person at the terminal; the log is for the operator. */
export type Tell = (line: string) => void

export async function openEmbedded(options: EmbeddedOptions, tell: Tell): Promise<EmbeddedPostgres> {
  const giveUpAt = Date.now() + PREDECESSOR_MS
  for (let told = false; ; told = true) {
    try {
      return await startEmbeddedPostgres(options)
    } catch (error) {
      if (!(error instanceof DataDirectoryInUse) || Date.now() > giveUpAt) throw error
      if (!told) tell(`${error.message}; waiting for it to end`)
      await pause(RETRY_MS)
    }
  }
}

/** The child has said why. */
export class PreparationFailed extends Error {
  constructor(readonly exitCode: number) {
    super('the database could not be prepared')
    this.name = 'PreparationFailed'
  }
}

/**
 * Creates the database if it is new and migrates it, in a process of its own that ends: the owner's password is never
 * in the memory of the one that serves. The server it started stays, and is adopted.
 */
export async function prepareEmbedded(main: string): Promise<void> {
  const child = spawn(process.execPath, [main, 'migrate', '--leave-running'], { stdio: ['ignore', 'inherit', 'inherit'] })
  const code = await new Promise<number | null>((resolve, reject) => child.once('exit', resolve).once('error', reject))
  if (code !== 0) throw new PreparationFailed(code ?? 1)
}
