import { randomUUID } from 'node:crypto'
import type { Subject } from '../../../src/modules/verification/index.js'
import { notThis, ProvingGround, type Known } from './proving-ground.js'

let ground: ProvingGround
let aino: Known

beforeAll(async () => {
  ground = await ProvingGround.open({ settings: { unprovedStartsDay: 1_000 } })
  aino = await ground.person('aino')
  for (const [index, name] of [
    'bertta', 'caius', 'daavid', 'elli', 'fanni', 'greta', 'hilla', 'iiris', 'joel', 'kerttu', 'lauri'].entries()) {
    const mails = [`${name}@${index % 3 === 0 ? 'koti.example' : 'posti.example'}`]
    if (index % 4 === 0) mails.push(`x${name}@vara.example`)
    await ground.person(name, mails)
  }
  await ground.person('mikko', ['mikko@work.example'], { behindAccount: true })
})
afterAll(() => ground.close())

const offersOf = (subject: Subject) => ground.verification.offers(ground.db.database, subject, 'password-reset')

/** What this work sends to Postgres for a person and for nobody. */
async function both(work: (subject: Subject) => Promise<unknown>): Promise<[string[], string[]]> {
  return [await ground.statementsOf(() => work(aino.subject)), await ground.statementsOf(() => work(ground.nobody()))]
}

describe('nobody', () => {
  it('is offered what people here are offered: as many, with their letters and domains', async () => {
    const offers = (await Promise.all(Array.from({ length: 200 }, () => offersOf(ground.nobody())))).filter(
      (each) => each.length > 0)
    expect(offers).toHaveLength(200)
    const masks = offers.flat().map(({ masked }) => masked)
    expect(masks.every((mask) => /^[a-lx]•••@(posti|koti|vara)\.example$/.test(mask))).toBe(true)
    const domains = new Set(masks.map((mask) => mask.split('@')[1]))
    expect(domains).toEqual(new Set(['posti.example', 'koti.example', 'vara.example']))
    // 12 people: 9 with one contact, 3 with two
    const two = offers.filter((each) => each.length === 2).length
    expect(two).toBeGreaterThan(20)
    expect(two).toBeLessThan(90)
    expect(offers.every((each) => new Set(each.map(({ masked }) => masked)).size === each.length)).toBe(true)
  })

  it('is offered the same tomorrow, in another process and after others have come', async () => {
    const subject = ground.nobody('tuntematon')
    const before = await offersOf(subject)
    await ground.person('zebediah', ['zebediah@zzz.example'])
    expect(await offersOf(subject)).toEqual(before)
    const masks = await Promise.all(Array.from({ length: 100 }, () => offersOf(ground.nobody())))
    expect(masks.flat().some(({ masked }) => masked.includes('zzz'))).toBe(false)
    await ground.verification.refreshDecoyShape(ground.db.database)
    const shape = await ground.db.owner.query<{ shape: { domains: [string, number][] } }>(
      'SELECT shape FROM verification_decoy_shape')
    expect(shape[0]!.shape.domains.map(([domain]) => domain)).toContain('zzz.example')
  })

  it('cannot be told by the ids: same form, different for each name', async () => {
    const real = await offersOf(aino.subject)
    const decoys = (await Promise.all(Array.from({ length: 50 }, () => offersOf(ground.nobody())))).flat()
    const form = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/
    for (const { target, ...rest } of [...real, ...decoys]) {
      expect(target).toMatch(form)
      expect(Object.keys(rest).sort()).toEqual(['available', 'masked', 'method'])
    }
    expect(new Set(decoys.map(({ target }) => target)).size).toBe(decoys.length)
  })

  it('who typed a mail address sees its own mask, as somebody found by that address would', async () => {
    for (const typed of ['bob@posti.example', 'ulla@unheard.example']) {
      const masks = (await offersOf(ground.nobody(typed))).map(({ masked }) => masked)
      expect(masks[0]).toBe(`${typed[0]}•••@${typed.split('@')[1]}`)
    }
  })

  it('who typed an address like those behind the accounts does not, because nobody here would', async () => {
    const masks = (await offersOf(ground.nobody('bob@work.example'))).map(({ masked }) => masked)
    expect(masks.length).toBeGreaterThan(0)
    expect(masks.join()).not.toContain('work.example')
  })

  it('is not drawn from a shape that fewer than ten people make, yet always has something to choose', async () => {
    const small = await ProvingGround.open()
    expect(await small.verification.offers(small.db.database, small.nobody(), 'password-reset')).toHaveLength(1)
    await small.person('aino')
    expect(await small.verification.offers(small.db.database, small.nobody(), 'password-reset')).toMatchObject(
      [{ masked: 'a•••@posti.example' }])
    expect(await small.count('verification_decoy_shape')).toBe(0)
    await small.close()
  })
})

describe('the road of nobody', () => {
  it('has the same statements for the offers', async () => {
    const [real, decoy] = await both(offersOf)
    expect(decoy).toEqual(real)
    expect(real).toHaveLength(4)
  })

  it('has the same statements for a first code and for a second', async () => {
    for (const resends of [0, 1]) {
      const [real, decoy] = await both(async (subject) => {
        const proof = ground.proof()
        for (let turn = 0; turn <= resends; turn += 1) await ground.start(subject, proof, { resend: turn > 0 })
      })
      expect(decoy).toEqual(real)
    }
  })

  it('has the same statements for each wrong code, up to the lock and behind it', async () => {
    const road = async (subject: Subject): Promise<unknown[]> => {
      const answers: unknown[] = []
      for (let flow = 0; flow < 2; flow += 1) {
        const proof = ground.proof()
        await ground.start(subject, proof)
        const code = notThis(await ground.newestCode())
        for (let turn = 0; turn < 6; turn += 1) {
          const answer = await ground.answer(subject, proof, code)
          answers.push('until' in answer ? answer.result : answer)
        }
      }
      const last = await ground.start(subject, ground.proof())
      return [...answers, last.result]
    }
    const kerttu = await ground.person('kerttu2')
    const nobody = ground.nobody()
    let real: unknown
    let decoy: unknown
    const realStatements = await ground.statementsOf(async () => (real = await road(kerttu.subject)))
    const decoyStatements = await ground.statementsOf(async () => (decoy = await road(nobody)))
    expect(decoy).toEqual(real)
    expect(real).toEqual([
      ...[4, 3, 2, 1, 0, 0].map((triesLeft) => ({ result: 'wrong', triesLeft })),
      ...[4, 3, 2, 1].map((triesLeft) => ({ result: 'wrong', triesLeft })), 'locked', { result: 'wrong', triesLeft: 0 }, 'locked',
    ])
    expect(decoyStatements).toEqual(realStatements)
  })

  it('leaves rows of the same size that nothing sends', async () => {
    const sizes = async (subject: Subject) => {
      await ground.start(subject, ground.proof())
      const [row] = await ground.db.owner.query<{ state: string; recipient: number; payload: number; settled: boolean }>(
        `SELECT state, length(recipient) AS recipient, length(payload) AS payload, settled_at IS NOT NULL AS settled
         FROM outbox_message ORDER BY created_at DESC, id DESC LIMIT 1`)
      return row!
    }
    const real = await sizes(aino.subject)
    const decoy = await sizes(ground.nobody())
    expect(real.state).toBe('queued')
    expect(decoy).toEqual({ ...real, state: 'decoy' })
    expect(ground.woken.slice(-2)).toEqual(['outbox', 'outbox'])
    const claimed = await ground.outbox.claim(1_000, 30)
    const [states] = await ground.db.owner.query<{ n: number }>(
      `SELECT count(*)::int AS n FROM outbox_message WHERE state = 'sending'`)
    expect(claimed).toHaveLength(states!.n)
    expect(await ground.count('outbox_message', `state = 'decoy' AND fence > 0`)).toBe(0)
  })

  it('shows the same challenge, but for the mask', async () => {
    const shape = async (subject: Subject) => {
      const started = await ground.start(subject, ground.proof())
      if (started.result !== 'sent') throw new Error(started.result)
      const { masked, sentAt, validUntil, resendAt, ...rest } = started.challenge
      const lasts = (from: string, to: string) => new Date(to).getTime() - new Date(from).getTime()
      return { ...rest, life: lasts(sentAt, validUntil), pause: lasts(sentAt, resendAt!) }
    }
    const fresh = await ground.person(`fresh-${randomUUID()}`)
    expect(await shape(ground.nobody())).toEqual(await shape(fresh.subject))
  })

  it('ends nowhere: not even the code in its own message opens it', async () => {
    const nobody = ground.nobody()
    const proof = ground.proof()
    const code = await ground.startedWith(nobody, proof)
    expect(code).toMatch(/^\d{8}$/)
    const hashOf = (id: string) => ground.keys.hash('one-time-code', `${id} ${code}`)
    const [challenge] = await ground.db.owner.query<{ id: string; code_hash: Buffer }>(
      'SELECT id, code_hash FROM verification_challenge WHERE flow_id = $1', [proof.flowId])
    expect(challenge!.code_hash).toHaveLength(hashOf(challenge!.id).length)
    expect(challenge!.code_hash.equals(hashOf(challenge!.id))).toBe(false)
    expect(await ground.answer(nobody, proof, code)).toEqual({ result: 'wrong', triesLeft: 4 })
    // nor with a hash that fits, put there by somebody who can write to the table
    await ground.db.owner.execute(
      'UPDATE verification_challenge SET code_hash = $2 WHERE id = $1', [challenge!.id, hashOf(challenge!.id)])
    expect(await ground.answer(nobody, proof, code)).toEqual({ result: 'wrong', triesLeft: 3 })
    expect(await ground.count('verification_evidence', `flow_id = '${proof.flowId}'`)).toBe(0)
  })

  it('keeps no name: the trail has the keyed hash and nothing else', async () => {
    const nobody = ground.nobody('salasana-typed-by-mistake')
    const proof = ground.proof()
    await ground.start(nobody, proof)
    await ground.answer(nobody, proof, '00000000')
    const rows = await ground.db.owner.query<{ identifier_hash: Buffer; person_id: string | null }>(
      `SELECT * FROM audit_entry WHERE action LIKE 'verification.code.%' ORDER BY id DESC LIMIT 2`)
    for (const row of rows) {
      expect(row.person_id).toBeNull()
      expect(row.identifier_hash.equals(nobody.identifierKey)).toBe(true)
      expect(JSON.stringify(row)).not.toContain('mistake')
    }
  })
})
