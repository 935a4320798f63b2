import { createPublicKey, type KeyObject } from 'node:crypto'
import type { KeyRing } from '../../../platform/crypto/keyring.js'
import type { Queryable } from '../../../platform/database/database.js'
import { listUnchained } from '../persistence/chain.store.js'
import { readCheckpointFile, readPublicKey } from '../persistence/checkpoint-file.js'
import { readInstallation } from '../persistence/checkpoint.store.js'
import { appendedPosition } from '../persistence/heartbeat.store.js'
import { ChainWalk } from './chain-walk.js'
import { CheckpointTrail } from './checkpoint-trail.js'
import { publicPem, verifyingKey } from './checkpoint.js'
import { Findings, type AuditVerification, type UnchainedRows } from './verification-findings.js'

export type VerifyAuditOptions = {
  readonly on: Queryable
  /** JSON lines kept outside the database. Without it a rebuilt chain cannot be told from the true one. */
  readonly checkpointFile?: string | null
  readonly keyring?: KeyRing
  /** PEM. Wins over the key ring: an auditor who brings the key need not trust this machine's. */
  readonly publicKey?: string
}

const UNCHAINED_LISTED = 20

/** Reads everything, changes nothing, in bounded memory, beside a running server. Throws when it cannot read. */
export async function verifyAudit(options: VerifyAuditOptions): Promise<AuditVerification> {
  const { on, checkpointFile = null, keyring, publicKey } = options
  const started = performance.now()
  const findings = new Findings()
  const key = await chooseKey(findings, checkpointFile, keyring, publicKey)
  const lines = checkpointFile && (await isThere(on, checkpointFile)) ? readCheckpointFile(checkpointFile) : null
  const walk = new ChainWalk(on, findings)
  const trail = new CheckpointTrail(on, findings, await readInstallation(on), key, lines)
  for (;;) {
    const after = walk.position
    const hashes = await walk.next()
    if (hashes) await trail.compare(hashes, after, walk.position)
    // The chain may have grown since the end was reached; then what was signed is there now.
    else if (!(await trail.beyond(walk.position)) || !(await grew(walk, trail))) break
  }
  await trail.closeAt(walk.position)
  const unchained = await lookAtUnchained(on, findings)
  return {
    intact: findings.count === 0,
    rows: walk.rows,
    head: walk.rows > 0 ? { position: walk.position.toString(), hash: walk.hash.toString('hex') } : null,
    firstBad: findings.first(),
    findings: findings.listed,
    findingCount: findings.count,
    checkpoints: {
      inDatabase: trail.inDatabase,
      inFile: checkpointFile ? trail.inFile : null,
      unreadableLines: trail.unreadableLines,
      signaturesChecked: key !== null,
      coveredUpTo: trail.covered.toString(),
    },
    unchained,
    cannotExclude: whatRemains(checkpointFile !== null, key !== null, trail, walk),
    seconds: (performance.now() - started) / 1_000,
  }
}

async function grew(walk: ChainWalk, trail: CheckpointTrail): Promise<boolean> {
  const after = walk.position
  const hashes = await walk.next()
  if (hashes) await trail.compare(hashes, after, walk.position)
  return hashes !== null
}

async function chooseKey(
  findings: Findings, file: string | null, keyring?: KeyRing, publicKey?: string,
): Promise<KeyObject | null> {
  const own = keyring ? publicPem(verifyingKey(keyring)) : null
  const given = publicKey === undefined ? null : publicPem(createPublicKey(publicKey))
  const beside = file ? await readPublicKey(file) : null
  const differs = (which: string): void => findings.add('wrong-key', {}, `${which} is not the one this installation signs with`)
  if (own && given && own !== given) differs('the public key given')
  if (own && beside && own !== beside) differs('the public key beside the checkpoint file')
  const pem = given ?? own ?? beside
  return pem === null ? null : createPublicKey(pem)
}

/**
 * Before the first line was appended there is no file; afterwards a missing file is an error, never "nothing to check".
 * The database is asked first: a line appended in between is no reason to worry.
 */
async function isThere(on: Queryable, file: string): Promise<boolean> {
  const appended = await appendedPosition(on)
  try {
    await readCheckpointFile(file).next()
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT' && appended === 0n) return false
    throw error
  }
}

async function lookAtUnchained(on: Queryable, findings: Findings): Promise<UnchainedRows> {
  const { count, oldest, rows } = await listUnchained(on, UNCHAINED_LISTED)
  for (const row of rows.filter(({ behind }) => behind)) {
    const detail = `audit row ${row.id} (${row.action}) stands among chained rows and was never chained`
    findings.add('inserted', { entryId: row.id }, detail)
  }
  return {
    count,
    oldestSeconds: oldest,
    first: rows.map(({ id, action, at, age_seconds: ageSeconds }) => ({ id, action, at, ageSeconds })),
  }
}

function whatRemains(hasFile: boolean, hasKey: boolean, trail: CheckpointTrail, walk: ChainWalk): string[] {
  const remains: string[] = []
  const neither = 'a rebuilt chain or a cut tail cannot be excluded'
  if (!hasFile) remains.push(`only the database was given: ${neither}`)
  else if (trail.inFile === 0) remains.push(`the checkpoint file holds no checkpoint: ${neither}`)
  else if (trail.covered < walk.position) {
    remains.push(`no checkpoint in the file covers positions ${trail.covered + 1n} to ${walk.position} yet: there ${neither}`)
  }
  if (hasFile && !hasKey) remains.push('no key was given: the signatures of the checkpoints were not checked')
  if (trail.unreadableLines > 0) remains.push(`${trail.unreadableLines} lines of the checkpoint file cannot be read`)
  return remains
}
