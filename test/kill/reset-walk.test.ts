import { setTimeout as pause } from 'node:timers/promises'
import { PasswordHasher } from '../../src/integrations/argon2/password-hasher.js'
import { CHECKPOINT_LABELS } from '../../src/kernel/checkpoints.js'
import { newId } from '../../src/kernel/ids.js'
import { verifyAudit } from '../../src/modules/audit/index.js'
import type { Lane } from './harness/lane.js'
import { runTrials, wantedTrials, type Scenario, type Trial } from './harness/run-trials.js'

const OLD_PASSWORD = 'Lokki-lautta-7-majakka'
const CHEAP = { memoryKib: 4_096, passes: 1, lanes: 1 }
const { trials, limitMs } = wantedTrials()
const API = '/api/v1/self-service'
/** Between two looks at a page that waits; what is waited for is the answer, never the time. */
const PAGE_POLLS_MS = 40

type Person = { id: string; accountId: string; nativeId: string; login: string; mail: string }
type Outcome = { person: Person; newPassword: string; flowState: string; restarts: number }

/** One person a trial, so that budgets are not what is tested; all of them have the same first password. */
async function insertPeople(lane: Lane, count: number): Promise<Person[]> {
  const on = lane.database.owner
  const directoryId = newId()
  const hash = await new PasswordHasher().hash(OLD_PASSWORD, CHEAP)
  await on.execute(
    `INSERT INTO directory (id, kind, name, settings, sign_in, position) VALUES ($1, 'local', 'Kill directory', $2, true, 0)`,
    [directoryId, JSON.stringify({ argon2: CHEAP })],
  )
  await on.execute(
    `INSERT INTO directory_event_task (directory_id, workflow, step, name, operation)
     VALUES ($1, 'admin-action', 'reset', 'Reset', 'reset'), ($1, 'service-request', 'verify', 'Verify', 'lookup')`, [directoryId])
  const people = Array.from({ length: count }, (_, n) => ({
    id: newId(), accountId: newId(), nativeId: newId(), login: `victim.${lane.index}.${n}`, mail: `victim.${lane.index}.${n}@posti.example`,
  }))
  const columns = (pick: (person: Person) => string): string[] => people.map(pick)
  const ids = [columns((p) => p.id), columns((p) => p.accountId), columns((p) => p.nativeId), columns((p) => p.login), columns((p) => p.mail)]
  const rows = `unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::text[]) AS p (id, account_id, native_id, login, mail)`
  await on.execute(
    `WITH p AS (SELECT * FROM ${rows}),
       person_rows AS (INSERT INTO person (id, display_name, given_name, family_name) SELECT id, login, 'Kill', 'Victim' FROM p),
       store AS (INSERT INTO local_account (id, directory_id, login, display_name, password_hash, password_marker, password_set_at)
                 SELECT native_id, $6::uuid, login, login, $7, 1, now() FROM p),
       history AS (INSERT INTO local_password_history (account_id, marker, password_hash) SELECT native_id, 1, $7 FROM p),
       accounts AS (INSERT INTO account (id, person_id, directory_id, native_id, login) SELECT account_id, id, $6::uuid, native_id::text, login FROM p),
       contacts AS (INSERT INTO contact_point (id, person_id, kind, value, source, verified_at) SELECT gen_random_uuid(), id, 'mail', mail, 'test', now() FROM p)
     INSERT INTO person_identifier (value, person_id, kind) SELECT login, id, 'login' FROM p`,
    [...ids, directoryId, hash],
  )
  return people
}

/** Digits of the number would be part of the person's login name, which no password may hold. */
const inLetters = (number: number): string => [...String(number)].map((digit) => 'kzqwxvjyfh'[Number(digit)]).join('')

/** As a stubborn person would: reads the newest mail, asks for another code, and in the end starts again. */
async function resetPassword(trial: Trial, person: Person, newPassword: string): Promise<{ flowState: string; restarts: number }> {
  for (let restarts = 0; restarts < 5; restarts++) {
    const flowState = await oneWalk(trial, person, newPassword)
    if (flowState) return { flowState, restarts }
  }
  throw new Error('five walks did not lead to an outcome')
}

async function oneWalk({ client, lane }: Trial, person: Person, newPassword: string): Promise<string | null> {
  const seen = lane.smtp.mails.filter((mail) => mail.to.includes(person.mail)).length
  const started = await client.post(`${API}/password-resets`, { identifier: person.login })
  if (started.status !== 201) throw new Error(`start: ${started.status} ${JSON.stringify(started.body)}`)
  const path = `${API}/password-resets/${String(started.body['id'])}`
  const [offer] = started.body['methods'] as { method: string; target: string }[]
  const sent = await client.post(`${path}/verification`, { method: offer!.method, target: offer!.target })
  if (sent.status === 401 || sent.status === 410) return null
  if (sent.status !== 202) throw new Error(`send: ${sent.status} ${JSON.stringify(sent.body)}`)
  if (!(await proved(client, lane, person, path, seen))) return null
  const submitted = await client.post(`${path}/password`, { newPassword, accounts: [person.accountId] })
  // 409 after a lost answer: the submit had gone through. What became of it says the flow.
  if (![202, 409].includes(submitted.status)) {
    if ([401, 410].includes(submitted.status)) return null
    throw new Error(`submit: ${submitted.status} ${JSON.stringify(submitted.body)}`)
  }
  for (;;) {
    const { status, body } = await client.get(path)
    if (status !== 200) return null
    if (body['state'] !== 'applying') return String(body['state'])
    await pause(PAGE_POLLS_MS)
  }
}

/** Types codes as they arrive, newest last. A code that died with its answer makes the person ask for a new flow. */
async function proved(client: Trial['client'], lane: Lane, person: Person, path: string, seen: number): Promise<boolean> {
  for (let after = seen; after < seen + 4; after++) {
    const mail = await lane.smtp.nextMail({ to: person.mail, after, withinMs: 15_000 })
    const code = /(?<!\d)\d{4}[ \u00a0]?\d{4}(?!\d)/.exec(mail.text)?.[0].replace(/\D/g, '')
    if (!mail.subject.startsWith('Code') || !code) continue
    const answer = await client.post(`${path}/verification/answer`, { code })
    if (answer.status === 200) return true
    if (answer.status !== 422) return false
  }
  return false
}

const walk: Scenario<Person[], Outcome> = {
  labels: CHECKPOINT_LABELS,
  timed: ['checkpoint.before-append'],
  recurring: ['outbox.before-send', 'outbox.after-send', 'sequencer.before-commit'],
  prepare: (lane) => insertPeople(lane, trials),
  async walk(trial, people) {
    if (trial.label === 'reconcile.before-read') await dieTwice(trial)
    const person = people[trial.number]!
    const newPassword = `Uusi-salasana-${inLetters(trial.number)}-Qx7`
    return { person, newPassword, ...(await resetPassword(trial, person, newPassword)) }
  },
  async atRest({ lane }, { person }) {
    const [open] = await lane.database.owner.query<{ rest: boolean }>(
      `SELECT NOT EXISTS (SELECT FROM provisioning_task WHERE person_id = $1 AND state IN ('queued', 'running', 'retrying', 'checking'))
          AND NOT EXISTS (SELECT FROM outbox_message WHERE person_id = $1 AND state IN ('queued', 'sending'))
          AND NOT EXISTS (SELECT FROM audit_entry e WHERE e.person_id = $1 AND NOT EXISTS (SELECT FROM audit_chain c WHERE c.entry_id = e.id)) AS rest`,
      [person.id],
    )
    return open!.rest
  },
  check: whatIsWrong,
}

/** A lost reply is only asked after when a process died in the middle of a write: the first death makes the second possible. */
async function dieTwice({ lane }: Trial): Promise<void> {
  const first = await lane.arm({ label: 'task.before-write', left: 1 })
  void first.exited.then(() => lane.arm({ label: 'reconcile.before-read', left: 1 })).catch(() => {})
}

async function whatIsWrong({ lane }: Trial, { person, newPassword, flowState }: Outcome): Promise<string[]> {
  const on = lane.database.owner
  const wrong: string[] = []
  if (flowState !== 'completed') wrong.push(`the person saw ${flowState}`)
  const [account] = await on.query<{ marker: string; hash: string }>(
    'SELECT password_marker AS marker, password_hash AS hash FROM local_account WHERE id = $1', [person.nativeId],
  )
  if (account!.marker !== '2') wrong.push(`${Number(account!.marker) - 1} effective writes instead of one`)
  if (!(await new PasswordHasher().verify(account!.hash, newPassword))) wrong.push('the new password does not work')
  const tasks = await on.query<{ id: string; state: string; kept: boolean }>(
    'SELECT id, state, sealed_secret IS NOT NULL AS kept FROM provisioning_task WHERE person_id = $1', [person.id],
  )
  if (tasks.filter((task) => task.state === 'succeeded').length !== 1) wrong.push(`tasks: ${JSON.stringify(tasks)}`)
  if (tasks.some((task) => task.kept)) wrong.push('a secret was kept after the task settled')
  for (const outcome of ['intent', 'success']) {
    const [rows] = await on.query<{ count: string }>(`SELECT count(*) FROM audit_entry WHERE task_id = $1 AND outcome = $2`, [tasks[0]?.id, outcome])
    if (Number(rows!.count) < 1) wrong.push(`no audit row of the ${outcome}`)
  }
  const told = lane.smtp.mails.filter((mail) => mail.to.includes(person.mail) && mail.subject === 'Your password was changed').length
  // A death between hand-off and its note sends a mail a second time: SMTP knows no better, and twice is better than never.
  if (told < 1 || told > 2) wrong.push(`told ${told} times`)
  const [requests] = await on.query<{ open: string }>(`SELECT count(*) AS open FROM service_request WHERE person_id = $1 AND state = 'applying'`, [person.id])
  if (requests!.open !== '0') wrong.push('a request is still open')
  return wrong
}

it('kill -9 at every labelled point loses nothing, does nothing twice and leaves a whole trail', async () => {
  const chains: string[] = []
  const report = await runTrials(
    { ...walk, check: async (trial, outcome, people) => [...(await walk.check(trial, outcome, people)), ...(await chainProblems(trial, chains))] },
    { program: process.env['LATCHKEY_TEST_VICTIM']!, trials },
  )
  console.log(JSON.stringify({ trials: report.trials, seconds: Math.round(report.seconds), deaths: report.deaths }))
  expect(report.violations).toEqual([])
  expect(report.trials).toBe(trials)
  for (const label of CHECKPOINT_LABELS) expect([label, (report.deaths[label] ?? 0) > 0]).toEqual([label, true])
}, limitMs)

/** The whole chain is read at the end of every round, not after each death. */
async function chainProblems({ lane, number }: Trial, read: string[]): Promise<string[]> {
  if (number % CHECKPOINT_LABELS.length !== 0 || number === 0) return []
  const verification = await verifyAudit({ on: lane.database.owner, checkpointFile: `${lane.dataDir}/audit-checkpoints.jsonl` })
  read.push(String(verification.rows))
  return verification.intact ? [] : [`the audit chain: ${JSON.stringify(verification.firstBad)}`]
}
