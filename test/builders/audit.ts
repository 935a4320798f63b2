import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate as aTurn } from 'node:timers/promises'
import { Checkpoints, NoCheckpoints } from '../../src/kernel/checkpoints.js'
import { newId } from '../../src/kernel/ids.js'
import { AuditHealth } from '../../src/modules/audit/domain/audit-health.js'
import { AuditLog, type AuditEntry } from '../../src/modules/audit/domain/audit-log.js'
import { AuditReader } from '../../src/modules/audit/domain/audit-reader.js'
import { AuditSettings } from '../../src/modules/audit/domain/audit-settings.js'
import { Checkpointer } from '../../src/modules/audit/domain/checkpointer.js'
import { PersonKeys } from '../../src/modules/audit/domain/person-keys.js'
import { Sequencer } from '../../src/modules/audit/domain/sequencer.js'
import { KeyRing } from '../../src/platform/crypto/keyring.js'
import type { Database } from '../../src/platform/database/database.js'

/** The same in every test, so that a failure can be looked at twice. */
export const testKeyRing = (fill = 7): KeyRing => new KeyRing([{ id: 1, key: Buffer.alloc(32, fill) }])

export type AuditParts = {
  keyring: KeyRing
  settings: AuditSettings
  log: AuditLog
  reader: AuditReader
  keys: PersonKeys
  health: AuditHealth
  sequencer: Sequencer
  checkpointer: Checkpointer
}

/** One process's audit parts, put together as the module does, driven by hand instead of by the clock. */
export function auditParts(
  database: Database, overrides: { settings?: Partial<AuditSettings>; keyring?: KeyRing; checkpoints?: Checkpoints } = {},
): AuditParts {
  const keyring = overrides.keyring ?? testKeyRing()
  const settings: AuditSettings = { ...new AuditSettings(), ...overrides.settings }
  const checkpoints = overrides.checkpoints ?? new NoCheckpoints()
  const keys = new PersonKeys(keyring, settings)
  const health = new AuditHealth(database, settings)
  return {
    keyring,
    settings,
    keys,
    health,
    log: new AuditLog(keys, health),
    reader: new AuditReader(keyring),
    sequencer: new Sequencer(database, checkpoints, settings),
    checkpointer: new Checkpointer(database, checkpoints, settings, keyring),
  }
}

/**
 * An AuditLog for tests of other modules: it writes to the real tables, and accepts new actions for as long as the test
 * runs, because a sequencer has run and its last word does not age.
 */
export async function writableAuditLog(database: Database, keyring?: KeyRing): Promise<AuditLog> {
  const parts = auditParts(database, { settings: { refuseAfterSeconds: 86_400 }, keyring })
  await parts.sequencer.run()
  await parts.health.refresh()
  return parts.log
}

export const anEntry = (overrides: Partial<AuditEntry> = {}): AuditEntry => ({
  action: 'self-service.flow.started',
  outcome: 'info',
  channel: 'self-service',
  correlationId: newId(),
  actor: { kind: 'anonymous', id: null },
  ...overrides,
})

export async function temporaryFolder(): Promise<{ path: string; file: string; remove(): Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), 'latchkey-audit-'))
  return { path, file: join(path, 'checkpoints.jsonl'), remove: () => rm(path, { recursive: true, force: true }) }
}

/**
 * Runs the sequencer until it has chained this many rows. Other databases of the cluster belong to tests that run at the
 * same time: a transaction of theirs may hold a row back for a moment, and a row more than expected is an error at once.
 */
export async function untilChained(sequencer: Sequencer, rows: number): Promise<void> {
  const deadline = performance.now() + 10_000
  let chained = await sequencer.run()
  for (; chained < rows && performance.now() < deadline; await aTurn()) chained += await sequencer.run()
  if (chained !== rows) throw new Error(`chained ${chained} rows instead of ${rows}`)
}
