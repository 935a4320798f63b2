import pg from 'pg'
import { writeFile } from 'node:fs/promises'
import type { SessionView } from '../../../src/contract/self-service.contract.js'
import { newId } from '../../../src/kernel/ids.js'
import { EpochGuard } from '../../../src/platform/database/epoch-guard.js'
import { OLD_PASSWORD, TestApp } from '../harness/test-app.js'
import { submit, verify } from '../harness/walk.js'

let app: TestApp
beforeAll(async () => {
  app = await TestApp.open()
})
afterAll(() => app.close())

it('a database restored from a backup runs nothing twice and honours no proof, code or session of its past', async () => {
  const person = await app.person({ login: 'was.restored' })
  const other = await app.person({ login: 'was.waiting' })
  const verified = app.browser()
  const flow = await verify(verified, app.smtp, other.login, other.mail)
  const signedIn = app.browser()
  await signedIn.post<SessionView>('/self-service/session', { identifier: person.login, password: OLD_PASSWORD })

  // a task that waits while the backup is taken, and has been carried out since
  const holder = new pg.Client({ connectionString: app.test.ownerUrl })
  await holder.connect()
  await holder.query('BEGIN')
  await holder.query('SELECT FROM local_account WHERE id = $1 FOR UPDATE', [person.nativeIds[0]])
  const browser = app.browser()
  const applying = await submit(browser, await verify(browser, app.smtp, person.login, person.mail), 'Puolukka-sateenvarjo-19')

  // a mail that waits while the backup is taken, and a code that has been sent since
  const [waiting] = await app.test.owner.query<{ id: string }>(
    `UPDATE outbox_message SET state = 'queued', settled_at = NULL, recipient = '\\x01', payload = '\\x02', run_at = now() + interval '1 hour'
     WHERE id = (SELECT id FROM outbox_message WHERE person_id = $1 AND state = 'sent' LIMIT 1) RETURNING id`, [other.id])

  // the machine has seen an epoch this database does not know
  await writeFile(`${app.folder}/epoch`, `999 ${newId()}\n`)
  expect(await app.app.get(EpochGuard).check()).toBe('restored')
  await holder.query('ROLLBACK')
  await holder.end()

  const [mail] = await app.test.owner.query('SELECT state, recipient, payload FROM outbox_message WHERE id = $1', [waiting!.id])
  expect(mail).toEqual({ state: 'dropped', recipient: null, payload: null })

  expect(await verified.get(`/self-service/password-resets/${flow.id}`)).toMatchObject({ status: 410 })
  expect(await signedIn.get('/self-service/session')).toMatchObject({ status: 401 })
  const { body } = await browser.get(`/self-service/password-resets/${applying.id}`)
  expect(body).toMatchObject({ state: 'failed', request: { state: 'failed', outcomes: [{ state: 'unknown', code: 'OUTCOME_UNKNOWN', mayTryAgain: false }] } })
  const [task] = await app.test.owner.query('SELECT state, sealed_secret FROM provisioning_task WHERE person_id = $1', [person.id])
  expect(task).toEqual({ state: 'failed', sealed_secret: null })
  const [trail] = await app.test.owner.query<{ count: string }>(`SELECT count(*) FROM audit_entry WHERE action = 'provisioning.task.voided' AND person_id = $1`, [person.id])
  expect(Number(trail!.count)).toBe(1)
})
