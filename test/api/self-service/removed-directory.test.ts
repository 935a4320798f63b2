import type { RequestPage, RequestView } from '../../../src/contract/self-service.contract.js'
import { Directories } from '../../../src/modules/directories/index.js'
import type { FaultyConnector } from '../../fakes/faulty-connector.js'
import { hurry, spoilDirectory, away } from '../harness/spoil-directory.js'
import { OLD_PASSWORD, TestApp, type TestPerson } from '../harness/test-app.js'
import { until } from '../harness/until.js'
import { settled, submit, verify } from '../harness/walk.js'

const NEW_PASSWORD = 'Puolukka-sateenvarjo-19'
let app: TestApp
let archive: FaultyConnector
beforeEach(async () => {
  app = await TestApp.open()
  archive = await spoilDirectory(app, 1)
})
afterEach(() => app.close())

/** Takes the second directory out of the configuration, with the accounts that hang on it. */
async function removeArchive(): Promise<void> {
  const [, id] = app.directoryIds
  for (const table of ['account', 'local_account']) await app.test.owner.execute(`DELETE FROM ${table} WHERE directory_id = $1`, [id])
  await app.test.owner.execute('DELETE FROM directory WHERE id = $1', [id])
  await app.app.get(Directories).reload()
}

async function submitted(login: string) {
  const person = await app.person({ login, in: [0, 1] })
  const browser = app.browser()
  const flow = await verify(browser, app.smtp, person.login, person.mail)
  await submit(browser, flow, NEW_PASSWORD)
  return { person, browser, flow }
}
const taskState = async (person: TestPerson, state: string): Promise<void> =>
  until(async () => {
    const rows = await app.test.owner.query(
      'SELECT 1 FROM provisioning_task WHERE person_id = $1 AND directory_id = $2 AND state = $3', [person.id, app.directoryIds[1], state])
    return rows.length > 0 ? undefined : null
  })

describe('a directory that is taken out of the configuration', () => {
  it('while its write is under way: the request settles, and names it as the person knew it', async () => {
    let release!: () => void
    const held = new Promise<void>((resolve) => { release = resolve })
    let begun!: () => void
    const writing = new Promise<void>((resolve) => { begun = resolve })
    archive.plan('setPassword', { fault: 'after', first: async () => { begun(); await held } })
    const { person, browser, flow } = await submitted('removed.while.writing')
    await writing
    await removeArchive()
    release()
    await hurry(app, person.id, ', check_until = now()')
    const view = await settled(browser, flow)
    expect(view.request!.outcomes).toMatchObject([
      { directory: 'Windows and email', state: 'succeeded' }, { directory: 'Design archive' },
    ])
    const result = await app.smtp.nextMail({ to: person.mail, after: 1, withinMs: 15_000 })
    expect(result.text).toContain('Design archive')
  })

  it('before its write: the task ends by itself, and My requests still opens', async () => {
    archive.plan('use', away, away, away)
    const { person, browser, flow } = await submitted('removed.before.writing')
    await taskState(person, 'retrying')
    await removeArchive()
    await hurry(app, person.id, ', retry_until = now()')
    const view = await settled(browser, flow)
    expect(view).toMatchObject({
      state: 'partly-completed',
      request: { outcomes: [{ state: 'succeeded' }, { directory: 'Design archive', state: 'failed', code: 'CONNECTOR_UNAVAILABLE' }] },
    })

    const signedIn = app.browser()
    expect((await signedIn.post('/self-service/session', { identifier: person.login, password: NEW_PASSWORD })).status).toBe(201)
    const { status, body } = await signedIn.get<RequestPage>('/self-service/session/requests')
    expect(status).toBe(200)
    expect(body.requests[0]!.outcomes.map(({ directory }) => directory)).toEqual(['Windows and email', 'Design archive'])
    const one = await signedIn.get<RequestView>(`/self-service/session/requests/${body.requests[0]!.reference}`)
    expect(one.status).toBe(200)
  })

  it('after a lost reply: what nobody can ask any more closes as unknown at its time', async () => {
    archive.plan('setPassword', { fault: 'reply-lost' })
    const { person, browser, flow } = await submitted('removed.after.lost.reply')
    await taskState(person, 'checking')
    await removeArchive()
    await hurry(app, person.id, ', check_until = now()')
    const view = await settled(browser, flow)
    expect(view.request!.outcomes[1]).toMatchObject({ state: 'unknown', mayHaveChanged: true, directory: 'Design archive' })
  })

  it('is no reason to keep its people from signing in', async () => {
    const person = await app.person({ login: 'still.signs.in', in: [0, 1] })
    await removeArchive()
    const answer = await app.browser().post('/self-service/session', { identifier: person.login, password: OLD_PASSWORD })
    expect(answer.status).toBe(201)
  })
})
