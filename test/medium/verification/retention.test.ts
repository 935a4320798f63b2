import { randomUUID } from 'node:crypto'
import { listenToStatements } from '../harness/sent-statements.js'
import { ProvingGround } from './proving-ground.js'

let ground: ProvingGround

beforeAll(async () => {
  ground = await ProvingGround.open({ settings: { retentionBatch: 7 } })
})
afterAll(() => ground.close())

describe('retention', () => {
  it('removes what no window needs, in batches, and leaves the rest', async () => {
    const { owner } = ground.db
    await owner.execute(`
      INSERT INTO verification_challenge (id, flow_id, purpose, subject_key, method, target, masked, code_hash, code_length,
        created_at, expires_at, most_tries, seq)
      SELECT gen_random_uuid(), gen_random_uuid(), 'password-reset', 'k', 'mail-code', gen_random_uuid(), 'm', 'h', 8,
             now() - n * interval '1 day', now() - n * interval '1 day', 5, 1 FROM generate_series(0, 29) n`)
    await owner.execute(`
      INSERT INTO verification_evidence (id, flow_id, purpose, person_id, method, assurance, created_at, expires_at)
      SELECT gen_random_uuid(), gen_random_uuid(), 'password-reset', gen_random_uuid(), 'mail-code', 'medium',
             now() - n * interval '1 day', now()
      FROM generate_series(0, 29) n`)
    await owner.execute(`
      INSERT INTO verification_budget (subject_key, touched_at)
      SELECT n::text::bytea, now() - n * interval '1 day' FROM generate_series(0, 29) n`)
    await owner.execute(`
      INSERT INTO verification_device (token_hash, person_id, expires_at)
      SELECT n::text::bytea, gen_random_uuid(), now() + (n - 15) * interval '1 day' FROM generate_series(0, 29) n`)
    await owner.execute(`
      INSERT INTO verification_password_budget (budget_key, tries, last_at, window_seconds)
      SELECT n::text::bytea, 1, now() - n * interval '1 hour', CASE WHEN n = 29 THEN 864000 ELSE 900 END
      FROM generate_series(0, 29) n`)
    await ground.old.remove()
    expect({
      challenges: await ground.count('verification_challenge'), evidence: await ground.count('verification_evidence'),
      budgets: await ground.count('verification_budget'), devices: await ground.count('verification_device'),
      passwords: await ground.count('verification_password_budget'),
    }).toEqual({ challenges: 7, evidence: 7, budgets: 7, devices: 14, passwords: 25 })
  })
})

describe('with a hundred thousand flows on record', () => {
  const flowId = randomUUID()

  beforeAll(async () => {
    const { owner } = ground.db
    await owner.execute(`
      INSERT INTO verification_challenge
        (id, flow_id, purpose, subject_key, person_id, method, target, masked, code_hash, code_length, expires_at, seq,
         most_tries)
      SELECT gen_random_uuid(), gen_random_uuid(), 'password-reset', decode(md5(n::text), 'hex'), gen_random_uuid(), 'mail-code',
             gen_random_uuid(), 'a•••@posti.example', decode(md5(n::text), 'hex'), 8, now() + interval '5 minutes', 1, 5
      FROM generate_series(1, 100000) n`)
    await owner.execute(`
      INSERT INTO verification_budget (subject_key, wrong_at)
      SELECT decode(md5(n::text), 'hex'), ARRAY[now()] FROM generate_series(1, 100000) n`)
    await owner.execute(`
      INSERT INTO verification_evidence (id, flow_id, purpose, person_id, method, assurance, expires_at)
      SELECT gen_random_uuid(), gen_random_uuid(), 'password-reset', gen_random_uuid(), 'mail-code', 'medium', now()
      FROM generate_series(1, 100000) n`)
    await owner.execute(`
      INSERT INTO outbox_message
        (id, template, channel, state, recipient, payload, language, useful_until, correlation_id, once_key)
      SELECT gen_random_uuid(), 'one-time-code', 'mail', CASE WHEN n % 100 = 0 THEN 'queued' ELSE 'decoy' END, 'r', 'p', 'en',
             now() + interval '5 minutes', 'c', CASE WHEN n % 2 = 0 THEN n::text END
      FROM generate_series(1, 100000) n`)
    for (const table of ['verification_challenge', 'verification_budget', 'verification_evidence', 'outbox_message']) {
      await owner.execute(`ANALYZE ${table}`)
    }
  }, 90_000) // four times a hundred thousand rows with their indexes, on a machine that does other things as well

  /** The statements this work really sends, each explained as the planner sees it now. */
  async function scans(work: () => Promise<unknown>): Promise<string[]> {
    const sent: [string, unknown[]][] = []
    const stop = listenToStatements(ground.db.database, (sql, values) => {
      if (/^\s*(SELECT|INSERT|UPDATE|DELETE|WITH)/i.test(sql)) sent.push([sql, values])
    })
    try {
      await work()
    } finally {
      stop()
    }
    expect(sent.length).toBeGreaterThan(0)
    const plans = []
    for (const [sql, params] of sent) {
      if (!/verification_(challenge|budget|evidence)|outbox_message/.test(sql)) continue
      const rows = await ground.db.database.query<{ 'QUERY PLAN': string }>(`EXPLAIN ${sql}`, params)
      plans.push(rows.map((row) => row['QUERY PLAN']).join('\n'))
    }
    return plans.filter((plan) => /Seq Scan on (verification_(challenge|budget|evidence)|outbox_message)/.test(plan))
  }

  it('no statement of the walk reads a whole table', async () => {
    const aino = await ground.person('aino')
    const proof = { flowId, purpose: 'password-reset' as const }
    expect(await scans(async () => {
      await ground.start(aino.subject, proof)
      await ground.start(aino.subject, proof, { resend: true })
      await ground.verification.findChallenge(ground.db.database, flowId)
      await ground.verification.presentChoice(ground.db.database, flowId)
      await ground.answer(aino.subject, proof, 'wrong')
      const answer = await ground.answer(aino.subject, proof, await ground.newestCode())
      if (answer.result !== 'verified') throw new Error(answer.result)
      await ground.db.database.transaction((tx) => ground.verification.consumeEvidence(tx, {
        evidenceId: answer.evidenceId, personId: aino.personId, ...proof }))
      await ground.db.database.transaction((tx) => ground.verification.restoreEvidence(tx, { personId: aino.personId, ...proof }))
    })).toEqual([])
  })

  it('no statement of the sender and of retention does', async () => {
    expect(await scans(async () => {
      const [row] = await ground.outbox.claim(4, 30)
      await ground.outbox.stillUseful(row!, 1_000, 30)
      await ground.outbox.postpone(row!, 1_000, 1_000, 'x')
      await ground.outbox.eraseDecoys(100)
      await ground.outbox.removeSettled(30, 100)
      await ground.old.remove()
    })).toEqual([])
  })
})
