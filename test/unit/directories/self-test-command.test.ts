import { randomUUID } from 'node:crypto'
import { runSelfTest, SELF_TEST_EXIT, type PermissionReport, type SelfTestEvent } from '../../../src/modules/directories/index.js'
import { ConnectorError } from '../../../src/modules/directories/index.js'

const report = (ok: boolean): PermissionReport => ({
  server: 'ldaps://ldap.example.test:636', identity: 'cn=latchkey', ok, rows: [
    { operation: 'reset', right: 'write userPassword', ok: true, howKnown: 'tried', found: 'accepted', remedy: null },
    ...(ok ? [] : [{ operation: 'unlock', right: 'write pwdAccountLockedTime', ok: false, howKnown: 'tried' as const, found: 'result 50', remedy: 'access to …' }]),
  ],
})
const directory = (name: string, kind = 'openldap') =>
  ({ id: randomUUID(), kind, name, description: '', signIn: false, enabled: true, position: 0, revision: 1 })

const run = async (answers: Record<string, PermissionReport | ConnectorError>, options: { only?: string; asJson?: boolean } = {}) => {
  const list = [directory('Built in', 'local'), ...Object.keys(answers).map((name) => directory(name))]
  const lines: string[] = []
  const events: SelfTestEvent[] = []
  const code = await runSelfTest({
    ...options, record: async (event) => void events.push(event), print: (line) => void lines.push(line),
    directories: {
      list: () => list,
      permissionSelfTest: async (id) => {
        const answer = answers[list.find((one) => one.id === id)!.name]!
        if (answer instanceof ConnectorError) throw answer
        return answer
      },
    },
  })
  return { code, lines, events, text: lines.join('\n') }
}

describe('latchkey self-test', () => {
  it('ends with 0 only when every directory is green, and passes over the built-in one', async () => {
    const { code, text } = await run({ Main: report(true), Other: report(true) })
    expect(code).toBe(SELF_TEST_EXIT.green)
    expect(text).toMatch(/Main: every right is there.*\n.*ok.*write userPassword: accepted/)
    expect(text).not.toContain('Built in')
  })
  it('ends with 1 and the remedy when a right is missing anywhere', async () => {
    const { code, text } = await run({ Main: report(true), Other: report(false) })
    expect(code).toBe(SELF_TEST_EXIT.notGreen)
    expect(text).toMatch(/MISSING +unlock +write pwdAccountLockedTime: result 50\n +→ access to/)
  })
  it('ends with 2 when one could not be asked, or there is none', async () => {
    expect(await run({ Main: report(true), Other: new ConnectorError('unreachable', 'ECONNREFUSED') })).toMatchObject({ code: 2, text: expect.stringContaining('Other: NOT ASKED: unreachable: ECONNREFUSED') })
    expect((await run({})).code).toBe(2)
    expect((await run({ Main: report(true) }, { only: 'Mian' })).code).toBe(2)
  })
  it('says in the trail that it will write, and what came of it', async () => {
    const { events } = await run({ Main: report(false), Gone: new ConnectorError('unreachable', 'ECONNREFUSED') })
    expect(events.map(({ outcome, facts }) => [outcome, facts])).toEqual([
      ['intent', undefined], ['failure', { missing: 1, notProved: 0 }], ['intent', undefined], ['unknown', undefined],
    ])
    expect(events[0]!.correlationId).toBe(events[1]!.correlationId)
  })
  it('asks one directory by name, and prints JSON for machines', async () => {
    const { code, lines } = await run({ Main: report(false), Other: report(true) }, { only: 'Other', asJson: true })
    expect(code).toBe(0)
    expect(JSON.parse(lines[0]!)).toEqual([expect.objectContaining({ name: 'Other', report: report(true), failure: null })])
  })
})
