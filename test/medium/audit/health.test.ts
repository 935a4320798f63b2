import { Test } from '@nestjs/testing'
import { Module } from '@nestjs/common'
import { Checkpoints, NoCheckpoints } from '../../../src/kernel/checkpoints.js'
import { DomainError } from '../../../src/kernel/domain-error.js'
import { AuditLog, AuditModule, AuditReader, AuditSettings } from '../../../src/modules/audit/index.js'
import { KeyRing } from '../../../src/platform/crypto/keyring.js'
import { Database } from '../../../src/platform/database/database.js'
import { SchedulerModule, SchedulerSettings } from '../../../src/platform/scheduler/index.js'
import { Metrics } from '../../../src/platform/telemetry/index.js'
import { anEntry, auditParts, testKeyRing, untilChained, writableAuditLog } from '../../builders/audit.js'
import { openTestDatabase, type TestDatabase } from '../harness/test-database.js'

let db: TestDatabase
beforeEach(async () => {
  db = await openTestDatabase()
})
afterEach(() => db.close())

const refusal = (log: AuditLog): DomainError | null => {
  try {
    log.assertWritable()
    return null
  } catch (error) {
    return error as DomainError
  }
}

describe('the gate', () => {
  it('is closed before the state was read, and where no sequencer has ever run', async () => {
    const { log, health } = auditParts(db.database)
    const refusedBecause = (words: string) =>
      expect(refusal(log)).toMatchObject({ code: 'AUDIT_UNAVAILABLE', detail: { diagnostic: expect.stringContaining(words) } })
    refusedBecause('has not been read yet')
    await health.refresh()
    refusedBecause('no audit sequencer has run yet')
  })

  it('opens for a process that has just started when the database says a sequencer runs elsewhere', async () => {
    await auditParts(db.database).sequencer.run()
    const { log, health } = auditParts(db.database)
    await health.refresh()
    expect(refusal(log)).toBeNull()
  })

  it.each([[4, true], [6, false]])('with a sequencer silent for %i s is open: %s', async (seconds, open) => {
    const { log, health, sequencer } = auditParts(db.database)
    await sequencer.run()
    await db.owner.execute('UPDATE audit_heartbeat SET ran_at = ran_at - make_interval(secs => $1)', [seconds])
    await health.refresh()
    expect(refusal(log) === null).toBe(open)
  })

  it.each([[4, true], [6, false]])('with a row unchained for %i s is open: %s', async (seconds, open) => {
    const { log, health, sequencer } = auditParts(db.database, { settings: { beatEveryMs: 0 } })
    await sequencer.run()
    let release = () => {}
    const held = new Promise<void>((resolve) => { release = resolve })
    let started = () => {}
    const begun = new Promise<void>((resolve) => { started = resolve })
    const slow = db.database.transaction(async (tx) => {
      await tx.query('SELECT pg_current_xact_id()')
      started()
      await held
    })
    await begun
    await db.database.transaction((tx) => log.record(tx, anEntry()))
    await db.owner.execute('UPDATE audit_entry SET at = at - make_interval(secs => $1)', [seconds])
    await sequencer.run()
    await health.refresh()
    expect(refusal(log) === null).toBe(open)
    expect(health.gauges().oldestUnchainedSeconds).toBeGreaterThanOrEqual(seconds)
    release()
    await slow
    await untilChained(sequencer, 1)
    await health.refresh()
    expect(refusal(log)).toBeNull()
    expect(health.gauges().oldestUnchainedSeconds).toBe(0)
  })

  it('closes when the state could not be read for too long', async () => {
    const { log, health, sequencer } = auditParts(db.database, { settings: { refuseAfterSeconds: 0.05 } })
    await sequencer.run()
    await health.refresh()
    const deadline = performance.now() + 5_000
    while (refusal(log) === null && performance.now() < deadline);
    expect(refusal(log)).toMatchObject({ code: 'AUDIT_UNAVAILABLE' })
  })

  it('stays open for tests of other modules', async () => {
    const log = await writableAuditLog(db.database)
    await db.owner.execute(`UPDATE audit_heartbeat SET ran_at = ran_at - interval '1 hour'`)
    expect(refusal(log)).toBeNull()
  })
})

describe('the module', () => {
  const start = async (works: boolean) => {
    @Module({})
    class Platform {}
    const platform = [
      { provide: Database, useValue: db.database },
      { provide: KeyRing, useValue: testKeyRing() },
      { provide: Checkpoints, useClass: NoCheckpoints },
      Metrics,
    ]
    const app = await Test.createTestingModule({
      imports: [
        { module: Platform, global: true, providers: platform, exports: [Database, KeyRing, Checkpoints, Metrics] },
        SchedulerModule.with({ ...new SchedulerSettings(), works }),
        AuditModule.with(new AuditSettings()),
      ],
    }).compile()
    app.enableShutdownHooks()
    await app.init()
    return app
  }
  const until = async (condition: () => Promise<boolean> | boolean) => {
    const deadline = performance.now() + 10_000
    while (!(await condition()) && performance.now() < deadline) await db.owner.query('SELECT 1')
    expect(await condition()).toBe(true)
  }

  it('chains by itself in a worker, tells an API process over the database, and shows both on the metrics page', async () => {
    const api = await start(false)
    expect(refusal(api.get(AuditLog))).not.toBeNull()
    const worker = await start(true)
    await until(() => refusal(worker.get(AuditLog)) === null)
    await until(() => refusal(api.get(AuditLog)) === null)
    await db.database.transaction((tx) => api.get(AuditLog).record(tx, anEntry({ requestId: 'SR-1' })))
    await until(async () => (await api.get(AuditReader).findByRequest(db.database, 'SR-1'))[0]?.position === '1')
    const page = await api.get(Metrics).page()
    expect(page).toMatch(/^latchkey_audit_oldest_unchained_seconds 0$/m)
    expect(page).toMatch(/^latchkey_audit_writable 1$/m)
    await worker.close()
    await api.close()
    expect(await db.owner.query('SELECT leader FROM audit_heartbeat')).toEqual([{ leader: null }])
  })
})
