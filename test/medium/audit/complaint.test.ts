import { jest } from '@jest/globals'
import { Logger } from '@nestjs/common'
import { AuditHealth } from '../../../src/modules/audit/domain/audit-health.js'
import { AuditSettings } from '../../../src/modules/audit/domain/audit-settings.js'
import { auditParts } from '../../builders/audit.js'
import { openTestDatabase, type TestDatabase } from '../harness/test-database.js'

let test: TestDatabase
let errors: string[]
let news: string[]
beforeAll(async () => {
  test = await openTestDatabase()
})
afterAll(() => test.close())
beforeEach(() => {
  errors = []
  news = []
  jest.spyOn(Logger.prototype, 'error').mockImplementation((line: unknown) => void errors.push(String(line)))
  jest.spyOn(Logger.prototype, 'log').mockImplementation((line: unknown) => void news.push(String(line)))
})

/** A process whose database knows of no sequencer: actions are refused until one has run. */
async function started(settings: Partial<AuditSettings>): Promise<AuditHealth> {
  const health = new AuditHealth(test.database, Object.assign(new AuditSettings(), { healthWhileRefusedMs: 5, ...settings }))
  await health.onApplicationBootstrap()
  return health
}

/** Resolves once the condition holds; the process under test looks by itself every few milliseconds. */
async function come(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve))
}

describe('a refused trail', () => {
  it('refuses at once, and raises no alarm in the moments before the first sequencer has run', async () => {
    const health = await started({ complainAfterMs: 60_000 })
    expect(health.whyNotWritable()).toContain('no audit sequencer has run yet')
    expect(errors).toEqual([])
    health.beforeApplicationShutdown()
  })

  it('raises the alarm once when it lasts, and says when it is over', async () => {
    const health = await started({ complainAfterMs: 20 })
    await come(() => errors.length > 0)
    await auditParts(test.database).sequencer.run()
    await come(() => news.length > 0)
    health.beforeApplicationShutdown()
    expect(errors).toEqual([expect.stringContaining('new actions are refused: no audit sequencer has run yet')])
    expect(news).toEqual(['new actions are accepted again'])
    expect(health.whyNotWritable()).toBeNull()
  })
})
