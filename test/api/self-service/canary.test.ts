import pg from 'pg'
import { readdir, readFile } from 'node:fs/promises'
import type { RequestView, SessionView, Suggestion } from '../../../src/contract/self-service.contract.js'
import { withSuperuser } from '../../medium/harness/roles.js'
import { OLD_PASSWORD, TestApp } from '../harness/test-app.js'
import { askForCode, settled, start, submit, verify } from '../harness/walk.js'

/** Passwords nobody else could have written anywhere: wherever one turns up, we put it there. */
const CANARY = 'Kanarie-vogel-91-x7Qz'
const REFUSED_CANARY = 'kanarie-refused-zzq'
const WRONG_CURRENT = 'Kanarie-wrong-old-33'
const TYPED_AS_NAME = 'Kanarie-as-name-55'
const GUESSED_CODE = '90817263'
let app: TestApp
beforeAll(async () => {
  app = await TestApp.open()
})
afterAll(() => app.close())

/** Every value of every column of every table, also of those that tests do not know of. */
async function everythingInTheDatabase(): Promise<string> {
  const client = new pg.Client({ connectionString: app.test.ownerUrl })
  await client.connect()
  try {
    const tables = await client.query<{ name: string }>(`SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')`)
    const rows: string[] = []
    for (const { name } of tables.rows) {
      const found = await client.query<Record<string, unknown>>(`SELECT * FROM ${name}`)
      rows.push(...found.rows.map((row) => Object.values(row).map(readable).join(' ')))
    }
    return rows.join('\n')
  } finally {
    await client.end()
  }
}
/** What Postgres wrote ahead and would ship to a replica or a backup. */
async function isInTheWriteAheadLog(text: string): Promise<boolean> {
  return withSuperuser('postgres', async (admin) => {
    const { rows } = await admin.query<{ found: boolean }>(
      `SELECT bool_or(position($1::bytea IN pg_read_binary_file('pg_wal/' || name)) > 0) AS found FROM pg_ls_waldir()`, [Buffer.from(text)],
    )
    return rows[0]!.found
  })
}
const readable = (value: unknown): string =>
  Buffer.isBuffer(value) ? `${value.toString('latin1')} ${value.toString('utf8')}` : typeof value === 'object' ? JSON.stringify(value) : String(value)

it('a password driven through every path is found in no table, log, mail or file afterwards', async () => {
  const answers: string[] = []
  const keep = <T extends { body: unknown; headers: object }>(answer: T): T => {
    answers.push(JSON.stringify(answer.body) + JSON.stringify(answer.headers))
    return answer
  }
  const person = await app.person({ login: 'canary.person', in: [0, 1] })

  // typed where it does not belong
  await start(app.browser(), TYPED_AS_NAME)
  keep(await app.browser().post('/self-service/session', { identifier: TYPED_AS_NAME, password: CANARY }))
  keep(await app.browser().post('/self-service/password-resets', { identifier: 'x', password: CANARY }))
  keep(await app.browser().get(`/self-service/password-resets/${encodeURIComponent(CANARY)}?password=${CANARY}`))

  // a reset: checked, refused by policy, refused by the directory, accepted
  const browser = app.browser()
  const guessing = await askForCode(browser, await start(browser, person.login))
  await app.smtp.nextMail({ to: person.mail })
  keep(await browser.post(`/self-service/password-resets/${guessing.id}/verification/answer`, { code: GUESSED_CODE }))
  const flow = await verify(browser, app.smtp, person.login, person.mail)
  const accounts = flow.accounts!.map((account) => account.id)
  const reset = `/self-service/password-resets/${flow.id}`
  keep(await browser.post(`${reset}/password-check`, { password: CANARY, accounts }))
  const suggestion = await browser.post<Suggestion>(`${reset}/password-suggestion`, { accounts, kind: 'passphrase' })
  expect(keep(await browser.post(`${reset}/password`, { newPassword: REFUSED_CANARY, accounts })).status).toBe(422)
  keep(await browser.post(`${reset}/password`, { newPassword: CANARY, accounts: ['not-a-uuid'] }))
  const outcome = await settled(browser, await submit(browser, flow, CANARY))
  expect(outcome.state).toBe('completed')
  keep({ body: outcome, headers: {} })
  keep(await browser.post(`${reset}/password`, { newPassword: CANARY, accounts }))

  // a change: wrong current, then right
  const signedIn = app.browser()
  const session = await signedIn.post<SessionView>('/self-service/session', { identifier: person.login, password: CANARY })
  expect(session.status).toBe(201)
  const own = session.body.accounts.slice(0, 1).map((account) => account.id)
  keep(await signedIn.post('/self-service/session/password', { currentPassword: WRONG_CURRENT, newPassword: `${CANARY}-2`, accounts: own }))
  const changed = keep(await signedIn.post<RequestView>('/self-service/session/password', { currentPassword: CANARY, newPassword: `${CANARY}-2`, accounts: own }))
  expect(changed.status).toBe(202)
  await app.smtp.nextMail({ to: person.mail, after: 3, withinMs: 15_000 })
  expect(await app.signsIn(person, `${CANARY}-2`)).toBe(true)

  // a refused reset whose secret is not kept, and one that waits in a task while we look
  const refusing = app.browser()
  const again = await verify(refusing, app.smtp, person.login, person.mail)
  const refused = await settled(refusing, await submit(refusing, again, `${CANARY}-2`))
  expect(refused.request!.outcomes[0]!.state).toBe('refused')

  const secrets = [CANARY, REFUSED_CANARY, WRONG_CURRENT, TYPED_AS_NAME, OLD_PASSWORD, suggestion.body.password]
  const codes = app.smtp.mails.filter((mail) => mail.subject.startsWith('Code')).map((mail) => /(?<!\d)\d{4}[ \u00a0]?\d{4}(?!\d)/.exec(mail.text)![0].replace(/\D/g, ''))
  expect(codes.length).toBeGreaterThan(1)
  const database = await everythingInTheDatabase()
  const log = app.logLines.join('\n')
  const mails = app.smtp.mails.map((mail) => `${mail.subject}\n${mail.text}\n${mail.html}`).join('\n')
  const files = (await Promise.all((await readdir(app.folder)).map((name) => readFile(`${app.folder}/${name}`, 'utf8')))).join('\n')
  const places: [string, string][] = [['database', database], ['log', log], ['mail', mails], ['answer', answers.join('\n')], ['file', files]]
  for (const [place, text] of places) {
    for (const secret of secrets) {
      const encodings = [secret, Buffer.from(secret).toString('base64').replace(/=+$/, ''), Buffer.from(secret).toString('hex'), encodeURIComponent(secret)]
      for (const encoding of encodings) expect([place, encoding, text.includes(encoding)]).toEqual([place, encoding, false])
    }
    if (place === 'mail') continue
    for (const code of codes) expect([place, code, text.includes(code)]).toEqual([place, code, false])
  }
  expect(await isInTheWriteAheadLog('canary.person')).toBe(true)
  for (const secret of secrets) expect([secret, await isInTheWriteAheadLog(secret)]).toEqual([secret, false])
  expect(log).toContain('/api/v1/self-service/password-resets')
})

it('a sealed password waits in its row as ciphertext that opens on that row alone', async () => {
  const person = await app.person({ login: 'sealed.person' })
  const browser = app.browser()
  const flow = await verify(browser, app.smtp, person.login, person.mail)
  // The worker cannot take the task while its account row is held, so the secret must lie in the queue.
  const holder = new pg.Client({ connectionString: app.test.ownerUrl })
  await holder.connect()
  await holder.query('BEGIN')
  await holder.query('SELECT FROM local_account WHERE id = $1 FOR UPDATE', [person.nativeIds[0]])
  const applying = await submit(browser, flow, CANARY)
  const database = await everythingInTheDatabase()
  expect(database).not.toContain(CANARY)
  await holder.query('COMMIT')
  await holder.end()
  expect((await settled(browser, applying)).state).toBe('completed')
  const [row] = await app.test.owner.query<{ kept: boolean }>('SELECT sealed_secret IS NOT NULL AS kept FROM provisioning_task WHERE person_id = $1', [person.id])
  expect(row!.kept).toBe(false)
})
