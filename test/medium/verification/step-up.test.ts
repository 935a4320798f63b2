import { notThis, ProvingGround, type Known } from './proving-ground.js'
import type { Subject } from '../../../src/modules/verification/index.js'

let ground: ProvingGround
let aino: Known
beforeEach(async () => {
  ground = await ProvingGround.open()
  aino = await ground.person('aino')
})
afterEach(() => ground.close())

const pull = () => ground.db.owner.execute(`UPDATE verification_brake SET active_until = now() + interval '15 minutes'`)
const release = () => ground.db.owner.execute('UPDATE verification_brake SET active_until = now()')
const challenges = () => ground.db.owner.query<{ code_length: number; long_code: boolean; tries: number }>(
  'SELECT code_length, long_code, tries FROM verification_challenge ORDER BY created_at, id')
const spend = (evidenceId: string, proof: { flowId: string }) => ground.db.database.transaction((tx) =>
  ground.verification.consumeEvidence(tx, { evidenceId, flowId: proof.flowId, purpose: 'password-reset', personId: aino.personId }))

async function proved(subject: Subject) {
  const proof = ground.proof()
  const code = await ground.startedWith(subject, proof)
  const answer = await ground.answer(subject, proof, code)
  if (answer.result !== 'verified') throw new Error(answer.result)
  return { code, proof, spent: await spend(answer.evidenceId, proof) }
}

describe('while the brake is on', () => {
  it('codes have ten digits, still prove their person, and the proof says that it was long', async () => {
    expect(await proved(aino.subject)).toMatchObject({ code: expect.stringMatching(/^\d{8}$/), spent: { longCode: false } })
    await pull()
    expect(await proved(aino.subject)).toMatchObject({
      code: expect.stringMatching(/^\d{10}$/), spent: { method: 'mail-code', assurance: 'medium', longCode: true },
    })
    await release()
    expect(await proved(aino.subject)).toMatchObject({ code: expect.stringMatching(/^\d{8}$/), spent: { longCode: false } })
  })

  it('a short code that is on its way is over, also the right one, and costs no try', async () => {
    const proof = ground.proof()
    const code = await ground.startedWith(aino.subject, proof)
    await pull()
    expect(await ground.answer(aino.subject, proof, code)).toEqual({ result: 'expired' })
    expect(await ground.answer(aino.subject, proof, notThis(code))).toEqual({ result: 'expired' })
    expect(await challenges()).toEqual([{ code_length: 8, long_code: false, tries: 0 }])
    expect(await ground.count('verification_evidence')).toBe(0)
    expect(await ground.count('verification_budget', 'cardinality(wrong_at) > 0')).toBe(0)
  })

  it('asking again in the same flow leads on', async () => {
    const proof = ground.proof()
    await ground.startedWith(aino.subject, proof)
    await pull()
    expect(await ground.start(aino.subject, proof, { resend: true })).toMatchObject({ result: 'sent', challenge: { codeLength: 10 } })
    expect(await ground.answer(aino.subject, proof, await ground.newestCode())).toMatchObject({ result: 'verified' })
  })

  it('a long code goes on working when the brake is released meanwhile', async () => {
    await pull()
    const proof = ground.proof()
    const code = await ground.startedWith(aino.subject, proof)
    await release()
    expect(await ground.answer(aino.subject, proof, code)).toMatchObject({ result: 'verified' })
  })

  it('an unknown name sees what a known one sees', async () => {
    const unknown = ground.nobody()
    const walk = async (subject: Subject) => {
      const proof = ground.proof()
      const before = await ground.start(subject, proof)
      await pull()
      const short = await ground.answer(subject, proof, '00000000x')
      const again = await ground.start(subject, proof, { resend: true })
      const long = await ground.answer(subject, proof, '0000000000x')
      await release()
      const lengths = [before, again].map((each) => each.result === 'sent' ? each.challenge.codeLength : each.result)
      return { lengths, short, long }
    }
    const known = await walk(aino.subject)
    expect(known).toEqual({ lengths: [8, 10], short: { result: 'expired' }, long: { result: 'wrong', triesLeft: 4 } })
    expect(await walk(unknown)).toEqual(known)
  })

  it('strangers who pull it with made-up names end nobody’s reset', async () => {
    const strangers = Array.from({ length: 4 }, () => ground.nobody())
    for (const stranger of strangers) {
      for (let flow = 0; flow < 2; flow += 1) {
        const proof = ground.proof()
        await ground.start(stranger, proof)
        for (let turn = 0; turn < 5; turn += 1) await ground.answer(stranger, proof, '00000000x')
      }
    }
    expect(await ground.brake.active()).toBe(true)
    expect((await proved(aino.subject)).spent).toMatchObject({ longCode: true })
  })
})
