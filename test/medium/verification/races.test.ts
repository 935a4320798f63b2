import { notThis, ProvingGround, type Known } from './proving-ground.js'

let ground: ProvingGround
let aino: Known

beforeEach(async () => {
  ground = await ProvingGround.open({ settings: { unprovedStartsDay: 1_000 }, poolSize: 30 })
  aino = await ground.person('aino')
})
afterEach(() => ground.close())

describe('at the same moment', () => {
  it('a right answer and a resend: one of them is first, and never both count', async () => {
    for (let round = 0; round < 10; round += 1) {
      const proof = ground.proof()
      const code = await ground.startedWith(aino.subject, proof)
      const [answer, resend] = await Promise.all([
        ground.answer(aino.subject, proof, code),
        ground.start(aino.subject, proof, { resend: true }),
      ])
      if (answer.result === 'verified') {
        // the flow has moved on; a code that was made after the proof proves a second time only with its own mail
        expect(await ground.count('verification_evidence', `flow_id = '${proof.flowId}'`)).toBe(1)
      } else {
        expect(['expired', 'wrong']).toContain(answer.result)
        expect(resend.result).toBe('sent')
        expect(await ground.count('verification_evidence', `flow_id = '${proof.flowId}'`)).toBe(0)
      }
      expect(await ground.count('verification_challenge', `flow_id = '${proof.flowId}' AND superseded_at IS NULL`)).toBe(1)
      await ground.db.owner.execute(`UPDATE verification_budget SET resent_at = '{}'`)
    }
  })

  it('answers, resends and starts of one person in many flows neither block nor break each other', async () => {
    const flows = []
    for (let turn = 0; turn < 8; turn += 1) {
      const proof = ground.proof()
      flows.push({ proof, code: await ground.startedWith(aino.subject, proof) })
    }
    const work = flows.flatMap(({ proof, code }) => [
      () => ground.answer(aino.subject, proof, code),
      () => ground.answer(aino.subject, proof, notThis(code)),
      () => ground.start(aino.subject, proof, { resend: true }),
      () => ground.start(aino.subject, ground.proof()),
    ])
    const settled = await Promise.allSettled(work.map((each) => each()))
    expect(settled.filter(({ status }) => status === 'rejected')).toEqual([])
  })

  it('first questions about masks by many keep one shape for all', async () => {
    for (let turn = 0; turn < 12; turn += 1) await ground.person(`person${turn}`)
    const nobody = ground.nobody('tuntematon')
    const offers = await Promise.all(Array.from({ length: 20 }, () => (
      ground.verification.offers(ground.db.database, nobody, 'password-reset'))))
    expect(new Set(offers.map((each) => JSON.stringify(each))).size).toBe(1)
    expect(await ground.count('verification_decoy_shape')).toBe(1)
  })

  it('starts of twenty flows of nobody known before make one budget', async () => {
    const nobody = ground.nobody()
    const started = await Promise.all(Array.from({ length: 20 }, () => ground.start(nobody, ground.proof())))
    expect(started.every(({ result }) => result === 'sent')).toBe(true)
    const [budget] = await ground.db.owner.query<{ sent: number }>(
      'SELECT cardinality(sent_at) AS sent FROM verification_budget WHERE subject_key = $1', [nobody.subjectKey])
    expect(budget!.sent).toBe(20)
  })
})

describe('while the audit trail cannot be kept', () => {
  it('nothing is started, answered or bound', async () => {
    const proof = ground.proof()
    const code = await ground.startedWith(aino.subject, proof)
    const [offer] = await ground.verification.offers(ground.db.database, aino.subject, 'password-reset')
    const refuse = () => {
      throw Object.assign(new Error('AUDIT_UNAVAILABLE'), { code: 'AUDIT_UNAVAILABLE' })
    }
    Object.defineProperty(ground.audit, 'assertWritable', { value: refuse })
    await expect(ground.start(aino.subject, ground.proof(), { target: offer!.target })).rejects.toMatchObject(
      { code: 'AUDIT_UNAVAILABLE' })
    await expect(ground.answer(aino.subject, proof, code)).rejects.toMatchObject({ code: 'AUDIT_UNAVAILABLE' })
    await expect(ground.knownPassword(aino.subject, 'the old password')).rejects.toMatchObject({ code: 'AUDIT_UNAVAILABLE' })
    expect(await ground.db.owner.query('SELECT tries FROM verification_challenge')).toEqual([{ tries: 0 }])
    expect(ground.memory.calls).toEqual([])
  })
})
