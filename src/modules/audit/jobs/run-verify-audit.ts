import { readFile } from 'node:fs/promises'
import type { KeyRing } from '../../../platform/crypto/keyring.js'
import type { Queryable } from '../../../platform/database/database.js'
import type { AuditVerification, Finding } from '../domain/verification-findings.js'
import { verifyAudit } from '../domain/verify-audit.js'

/**
 * Exit codes of `latchkey verify-audit`, a stable interface for whoever watches it:
 * 0 intact, and held by signed checkpoints outside the database · 1 tampered with (the first bad row is named) ·
 * 2 could not be checked · 3 consistent, but only with itself: no checkpoint file, none in it, or no key
 */
export const VERIFY_EXIT = { intact: 0, tampered: 1, notChecked: 2, notAnchored: 3 } as const

export type RunVerifyAuditOptions = {
  readonly on: Queryable
  readonly checkpointFile?: string | null
  readonly keyring?: KeyRing
  /** A PEM file that the auditor brings along. */
  readonly publicKeyFile?: string
  readonly print?: (line: string) => void
}

/** The command: prints the report, answers the exit code, throws nothing. */
export async function runVerifyAudit(options: RunVerifyAuditOptions): Promise<number> {
  const { on, checkpointFile, keyring, publicKeyFile, print = (line) => void process.stdout.write(`${line}\n`) } = options
  try {
    const publicKey = publicKeyFile === undefined ? undefined : await readFile(publicKeyFile, 'utf8')
    const verification = await verifyAudit({ on, checkpointFile, keyring, publicKey })
    for (const line of reportOf(verification)) print(line)
    return exitCodeOf(verification)
  } catch (error) {
    print(`NOT CHECKED: ${error instanceof Error ? error.message : String(error)}`)
    return VERIFY_EXIT.notChecked
  }
}

export function exitCodeOf({ intact, checkpoints }: AuditVerification): number {
  if (!intact) return VERIFY_EXIT.tampered
  return checkpoints.inFile && checkpoints.signaturesChecked ? VERIFY_EXIT.intact : VERIFY_EXIT.notAnchored
}

const placeOf = ({ position, entryId }: Finding): string =>
  [position && `position ${position}`, entryId && `row ${entryId}`].filter(Boolean).join(', ') || 'none (about the keys)'

export function reportOf(verification: AuditVerification): string[] {
  const { intact, rows, head, firstBad, findings, findingCount, checkpoints, unchained, cannotExclude, seconds } = verification
  return [
    intact
      ? `INTACT: ${rows} rows, every hash recomputed in ${seconds.toFixed(1)} s`
      : `TAMPERED WITH: ${findingCount} findings in ${rows} rows`,
    ...(firstBad ? [`first bad row: ${placeOf(firstBad)}`] : []),
    ...findings.map(({ kind, detail }) => `  ${kind}: ${detail}`),
    ...(findingCount > findings.length ? [`  and ${findingCount - findings.length} more`] : []),
    head ? `head: position ${head.position}, ${head.hash}` : 'head: the chain is empty',
    `checkpoints: ${checkpoints.inDatabase} in the database, ${checkpoints.inFile ?? 'no file given, so none'} in the file` +
      (checkpoints.signaturesChecked ? ', signatures checked' : ''),
    unchained.count === 0
      ? 'not chained yet: none'
      : `not chained yet, so not protected: ${unchained.count} rows, the oldest ${unchained.oldestSeconds.toFixed(1)} s old`,
    ...unchained.first.map(({ id, action, ageSeconds }) => `  row ${id}, ${action}, ${ageSeconds.toFixed(1)} s old`),
    ...cannotExclude.map((line) => `cannot exclude: ${line}`),
  ]
}
