import { notThis, ProvingGround, type Known } from './proving-ground.js'
import type { Subject } from '../../../src/modules/verification/index.js'

let ground: ProvingGround
let aino: Known

beforeEach(async () => {
  ground = await ProvingGround.open()
  aino = await ground.person('aino')
})
afterEach(() => ground.close())

/** Types wrong codes in flow after flow until this many have been counted. */
async function mistype(subject: Subject, times: number, deviceToken: string | null = null) {
  const answers = []
  for (let left = times; left > 0; left -= 5) {
    const proof = ground.proof()
    const started = await ground.start(subject, proof, deviceToken === null ? {} : { deviceToken })
    if (started.result !== 'sent') return [...answers, started]
    const code = subject.personId ? await ground.newestCode() : '00000000'
    for (let turn = 0; turn < Math.min(5, left); turn += 1) answers.push(
      await ground.answer(subject, proof, notThis(code), deviceToken))
  }
  return answers
}
const hoursUntil = (date: Date): number => (date.getTime() - Date.now()) / 3_600_000

describe('ten wrong codes in a day', () => {
  it('close the account for codes for twenty-four hours, over all flows', async () => {
    const answers = await mistype(aino.subject, 10)
    expect(answers.slice(0, 9).map(({ result }) => result)).toEqual(Array(9).fill('wrong'))
    expect(answers[9]).toMatchObject({ result: 'locked' })
    const started = await ground.start(aino.subject, ground.proof())
    if (started.result !== 'locked') throw new Error(started.result)
    expect(hoursUntil(started.until)).toBeCloseTo(24, 1)
  })

  it('refuse the right code of a flow that was open already, without comparing it', async () => {
    const open = ground.proof()
    const code = await ground.startedWith(aino.subject, open)
    await mistype(aino.subject, 10)
    ground.checkpoints.reached.length = 0
    expect(await ground.answer(aino.subject, open, code)).toMatchObject({ result: 'locked' })
    expect(ground.checkpoints.reached).toEqual([])
    expect(await ground.count('verification_evidence')).toBe(0)
  })

  it('count when they come at the same moment in twenty flows: never an eleventh is compared', async () => {
    const roomy = await ProvingGround.open({ settings: { unprovedStartsDay: 100 } })
    const { subject } = await roomy.person('aino')
    const flows = Array.from({ length: 20 }, () => roomy.proof())
    for (const flow of flows) await roomy.start(subject, flow)
    await Promise.all(flows.map((flow) => roomy.answer(subject, flow, '00000000x')))
    expect(roomy.checkpoints.reached.filter((label) => label === 'answer.counted')).toHaveLength(10)
    expect(await roomy.count('audit_entry', `action = 'verification.account.locked'`)).toBe(1)
    await roomy.close()
  })

  it('slide: nine of yesterday are forgotten, and nothing is won at the edge of a window', async () => {
    await mistype(aino.subject, 9)
    await ground.ageBudgets('23 hours 59 minutes')
    const proof = ground.proof()
    const code = await ground.startedWith(aino.subject, proof)
    expect(await ground.answer(aino.subject, proof, notThis(code))).toMatchObject({ result: 'locked' })
    await ground.ageBudgets('23 hours 59 minutes')
    expect(await ground.start(aino.subject, ground.proof())).toMatchObject({ result: 'locked' })
    await ground.ageBudgets('2 minutes')
    expect((await mistype(aino.subject, 5)).map(({ result }) => result)).toEqual(Array(5).fill('wrong'))
  })

  it('are not forgiven by a right one in between', async () => {
    await mistype(aino.subject, 9)
    const proof = ground.proof()
    expect(await ground.answer(aino.subject, proof, await ground.startedWith(aino.subject, proof))).toMatchObject(
      { result: 'verified' })
    expect((await mistype(aino.subject, 1))[0]).toMatchObject({ result: 'locked' })
  })

  it('a right code as the tenth try verifies and closes nothing', async () => {
    await mistype(aino.subject, 9)
    const proof = ground.proof()
    const code = await ground.startedWith(aino.subject, proof)
    expect(await ground.answer(aino.subject, proof, code)).toMatchObject({ result: 'verified' })
    expect(await ground.start(aino.subject, ground.proof())).toMatchObject({ result: 'sent' })
  })

  it('of one person leave the next person alone', async () => {
    const timo = await ground.person('timo')
    await mistype(aino.subject, 10)
    const proof = ground.proof()
    expect(await ground.answer(timo.subject, proof, await ground.startedWith(timo.subject, proof))).toMatchObject(
      { result: 'verified' })
  })

  it('are told to the person on record, once a day', async () => {
    await mistype(aino.subject, 10)
    const notices = () => ground.db.owner.query<{ id: string; recipient: Buffer; payload: Buffer; state: string }>(
      `SELECT id, recipient, payload, state FROM outbox_message WHERE template = 'reset-attempts'`)
    const [notice] = await notices()
    expect(notice!.state).toBe('queued')
    expect(ground.payloads.openRecipient(notice!.id, notice!.recipient)).toBe('aino@posti.example')
    expect(ground.payloads.openPayload(notice!.id, notice!.payload)).toMatchObject({ params: { wrongCodes: 10 }, code: null })
    await ground.db.owner.execute(`UPDATE verification_budget SET wrong_at = '{}', sent_at = '{}'`)
    await mistype(aino.subject, 10)
    expect(await notices()).toHaveLength(1)
    expect(await ground.count('audit_entry', `action = 'verification.account.locked'`)).toBe(2)
  })
})

describe('a browser that has proved the person before', () => {
  const remember = (known: Known) => ground.db.database.transaction(
    (tx) => ground.verification.rememberDevice(tx, known.personId))

  it('keeps five tries of its own when strangers have spent the shared ones', async () => {
    const device = await remember(aino)
    await mistype(aino.subject, 10)
    expect(await ground.start(aino.subject, ground.proof())).toMatchObject({ result: 'locked' })
    const proof = ground.proof()
    expect(await ground.start(aino.subject, proof, { deviceToken: device })).toMatchObject({ result: 'sent' })
    const code = await ground.newestCode()
    for (const triesLeft of [4, 3, 2, 1]) {
      expect(await ground.answer(aino.subject, proof, notThis(code), device)).toEqual({ result: 'wrong', triesLeft })
    }
    expect(await ground.answer(aino.subject, proof, code, device)).toMatchObject({ result: 'verified' })
  })

  it('is closed too when its own five are spent', async () => {
    const device = await remember(aino)
    await mistype(aino.subject, 10)
    expect((await mistype(aino.subject, 5, device)).map(({ result }) => result)).toEqual(Array(5).fill('wrong'))
    expect(await ground.start(aino.subject, ground.proof(), { deviceToken: device })).toMatchObject({ result: 'locked' })
  })

  it('may still be sent codes when strangers have used up the day', async () => {
    const device = await remember(aino)
    for (let turn = 0; turn < 20; turn += 1) await ground.start(aino.subject, ground.proof())
    expect(await ground.start(aino.subject, ground.proof())).toMatchObject({ result: 'limited' })
    for (let turn = 0; turn < 5; turn += 1) {
      expect(await ground.start(aino.subject, ground.proof(), { deviceToken: device })).toMatchObject({ result: 'sent' })
    }
    expect(await ground.start(aino.subject, ground.proof(), { deviceToken: device })).toMatchObject({ result: 'limited' })
  })

  it('helps only its own person, only with its own token, and not after half a year', async () => {
    const timo = await ground.person('timo')
    const ofTimo = await remember(timo)
    const device = await remember(aino)
    await mistype(aino.subject, 10)
    for (const deviceToken of [ofTimo, 'guessed', '', `${device}x`]) {
      expect(await ground.start(aino.subject, ground.proof(), { deviceToken })).toMatchObject({ result: 'locked' })
    }
    await ground.db.owner.execute(`UPDATE verification_device SET expires_at = now() - interval '1 second'`)
    expect(await ground.start(aino.subject, ground.proof(), { deviceToken: device })).toMatchObject({ result: 'locked' })
  })

  it('is kept as a hash, and only the ten newest of a person', async () => {
    const tokens = []
    for (let turn = 0; turn < 12; turn += 1) tokens.push(await remember(aino))
    const [dump] = await ground.db.owner.query<{ all: string; n: number }>(
      `SELECT string_agg(d::text, ' ') AS all, count(*)::int AS n FROM verification_device d`)
    expect(dump!.n).toBe(10)
    for (const token of tokens) expect(dump!.all).not.toContain(token)
    expect(tokens[0]).toMatch(/^[\w-]{43}$/)
  })
})

describe('wrong codes over the whole tenant', () => {
  it('above fifty a minute raise the flag, once, with an audit row', async () => {
    expect(await ground.brake.active()).toBe(false)
    const raise = async (wrong: number) => {
      for (let turn = 0; turn < wrong; turn += 1) await ground.db.database.transaction(
        (tx) => ground.brake.count(tx, 'wrong', 'c'))
    }
    await ground.db.owner.execute(
      `INSERT INTO verification_minute (minute, correct) VALUES (date_trunc('minute', now()) - interval '1 minute', 100)`)
    // a minute that ends meanwhile would begin a new count: fill both of them
    await ground.db.owner.execute(
      `INSERT INTO verification_minute (minute, wrong) SELECT date_trunc('minute', now()) + m * interval '1 minute', 48 FROM
        generate_series(0, 1) m`)
    await raise(2)
    expect(await ground.brake.active()).toBe(false)
    await raise(4)
    expect(await ground.brake.active()).toBe(true)
    expect(await ground.actions()).toEqual([{ action: 'verification.step-up.activated', outcome: 'info' }])
    await ground.db.owner.execute(`UPDATE verification_brake SET active_until = now()`)
    expect(await ground.brake.active()).toBe(false)
  })

  it('more than five for each right one in ten minutes raise it too, when there are enough to mean something', async () => {
    const minute = (ago: number, wrong: number, correct: number) => ground.db.owner.execute(
      `INSERT INTO verification_minute (minute, wrong, correct) VALUES (date_trunc('minute', now()) - make_interval(mins =>
        $1), $2, $3)`,
      [ago, wrong, correct])
    const count = (kind: 'wrong' | 'correct') => ground.db.database.transaction((tx) => ground.brake.count(tx, kind, 'c'))
    await minute(11, 1_000, 0)
    await minute(5, 20, 4)
    await count('wrong')
    expect(await ground.brake.active()).toBe(false)
    await minute(4, 8, 1)
    await minute(3, 1, 1)
    await count('wrong') // 31 wrong to 6 right
    expect(await ground.brake.active()).toBe(true)
  })

  it('are counted for unknown names as well', async () => {
    await mistype(ground.nobody(), 5)
    const [sum] = await ground.db.owner.query<{ wrong: number }>('SELECT sum(wrong)::int AS wrong FROM verification_minute')
    expect(sum!.wrong).toBe(5)
  })
})
