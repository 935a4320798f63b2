import { notThis, ProvingGround, type Known } from './proving-ground.js'

let ground: ProvingGround
let aino: Known

beforeEach(async () => {
  ground = await ProvingGround.open()
  aino = await ground.person('aino', ['aino@posti.example', 'a.korhonen@koti.example'])
})
afterEach(() => ground.close())

const minutesUntil = (iso: string | Date): number => Math.round((new Date(iso).getTime() - Date.now()) / 60_000)

describe('the offers', () => {
  it('are the mail contacts that may carry a reset, masked, in the order on record, under ids that tell nothing', async () => {
    const offers = await ground.verification.offers(ground.db.database, aino.subject, 'password-reset')
    expect(offers.map(({ masked }) => masked)).toEqual(['a•••@posti.example', 'a•••@koti.example'])
    const contacts = await ground.people.listContactPoints(ground.db.database, aino.personId)
    for (const offer of offers) {
      expect(offer).toMatchObject({ method: 'mail-code', available: true })
      expect(offer.target).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
      expect(contacts.map(({ id }) => id)).not.toContain(offer.target)
    }
    expect(await ground.verification.offers(ground.db.database, aino.subject, 'password-reset')).toEqual(offers)
  })

  it('do not show by their ids that two names are one person', async () => {
    const byMail = ground.subjectOf(aino.personId, 'aino@posti.example')
    const [one, other] = await Promise.all([aino.subject, byMail].map((subject) => (
      ground.verification.offers(ground.db.database, subject, 'password-reset'))))
    expect(one!.map(({ masked }) => masked)).toEqual(other!.map(({ masked }) => masked))
    expect(one!.some(({ target }) => other!.some((each) => each.target === target))).toBe(false)
  })

  it.each([
    ['behind the account', { behindAccount: true }], ['not verified', { verified: false }],
    ['changed an hour ago', { changedAt: new Date(Date.now() - 3_600_000) }],
  ])('leave out a contact that is %s', async (_what, more) => {
    const { subject } = await ground.person('timo', ['timo@posti.example'], more)
    expect(await ground.verification.offers(ground.db.database, subject, 'password-reset')).toEqual([])
  })

  it('are none for signing in and for changing, where the password itself is asked for', async () => {
    for (const purpose of ['self-service-sign-in', 'password-change'] as const) {
      expect(await ground.verification.offers(ground.db.database, aino.subject, purpose)).toEqual([])
    }
  })
})

describe('a code', () => {
  it('goes to the contact on record, sealed, for five minutes, and says what it is for', async () => {
    const proof = ground.proof('account-unlock')
    const started = await ground.start(aino.subject, proof)
    expect(started).toMatchObject({
      result: 'sent',
      challenge: { method: 'mail-code', masked: 'a•••@posti.example', codeLength: 8, validMinutes: 5, triesLeft: 5,
        resendsLeft: 3, resent: false },
    })
    if (started.result !== 'sent') return
    expect(minutesUntil(started.challenge.validUntil)).toBe(5)
    const [row] = await ground.outbox.claim(5, 30)
    expect(ground.payloads.openRecipient(row!.id, row!.recipient)).toBe('aino@posti.example')
    const { params, code } = ground.payloads.openPayload(row!.id, row!.payload)
    expect(params).toEqual({
      purpose: 'account-unlock', askedAt: started.challenge.sentAt, validUntil: started.challenge.validUntil, validMinutes: 5,
    })
    expect(code!.reveal()).toMatch(/^\d{8}$/)
    expect(await ground.verification.findChallenge(ground.db.database, proof.flowId)).toEqual(started.challenge)
  })

  it('is drawn from all of them: leading zeros too, and no two alike', async () => {
    const codes: string[] = []
    const many = await ProvingGround.open({ settings: { unprovedStartsDay: 500 } })
    const { subject } = await many.person('aino')
    for (let turn = 0; turn < 60; turn += 1) codes.push(await many.startedWith(subject, many.proof()))
    await many.close()
    expect(new Set(codes).size).toBe(60)
    expect(codes.every((code) => /^\d{8}$/.test(code))).toBe(true)
    expect(new Set(codes.map((code) => code[0])).size).toBeGreaterThan(4)
  })

  it('has the configured length', async () => {
    for (const codeLength of [6, 10]) {
      const other = await ProvingGround.open({ settings: { codeLength } })
      const { subject } = await other.person('aino')
      const proof = other.proof()
      const code = await other.startedWith(subject, proof)
      expect(code).toHaveLength(codeLength)
      expect(await other.answer(subject, proof, code)).toMatchObject({ result: 'verified' })
      await other.close()
    }
  })

  it('is not sent to a target that was not offered: not by contact id, not by address, not to somebody else', async () => {
    const timo = await ground.person('timo')
    const contacts = await ground.people.listContactPoints(ground.db.database, aino.personId)
    const [ofTimo] = await ground.verification.offers(ground.db.database, timo.subject, 'password-reset')
    for (const target of [contacts[0]!.id, 'evil@else.example', ofTimo!.target, '', ground.proof().flowId]) {
      await expect(ground.start(aino.subject, ground.proof(), { target })).rejects.toMatchObject({ code: 'REQUEST_INVALID' })
    }
    expect(await ground.count('outbox_message')).toBe(0)
    expect(await ground.count('verification_challenge')).toBe(0)
  })

  it('is not sent when the flow that asked for it is rolled back', async () => {
    const { database } = ground.db
    const proof = ground.proof()
    const [offer] = await ground.verification.offers(database, aino.subject, 'password-reset')
    await expect(database.transaction(async (tx) => {
      await ground.verification.start(
        tx, aino.subject, proof, { method: 'mail-code', target: offer!.target, resend: false, deviceToken: null }, 'c')
      throw new Error('the flow had moved')
    })).rejects.toThrow('the flow had moved')
    for (const table of ['outbox_message', 'verification_challenge', 'verification_budget', 'audit_entry']) {
      expect(await ground.count(table)).toBe(0)
    }
  })
})

describe('asking again', () => {
  it('makes a new code and ends the old one, keeping its end and its used tries', async () => {
    const proof = ground.proof()
    const first = await ground.startedWith(aino.subject, proof)
    await ground.answer(aino.subject, proof, notThis(first))
    await ground.age('verification_challenge', '2 minutes')
    const again = await ground.start(aino.subject, proof, { resend: true })
    expect(again).toMatchObject({ result: 'sent', challenge: { triesLeft: 4, resendsLeft: 2, resent: true, validMinutes: 2 } })
    if (again.result === 'sent') expect(minutesUntil(again.challenge.validUntil)).toBe(3)
    const second = await ground.newestCode()
    expect(await ground.answer(aino.subject, proof, first)).toEqual({ result: 'wrong', triesLeft: 3 })
    expect(await ground.answer(aino.subject, proof, second)).toMatchObject({ result: 'verified' })
  })

  it('by another contact gains no tries either', async () => {
    const proof = ground.proof()
    const code = await ground.startedWith(aino.subject, proof)
    await ground.answer(aino.subject, proof, notThis(code))
    const [, other] = await ground.verification.offers(ground.db.database, aino.subject, 'password-reset')
    expect(await ground.start(aino.subject, proof, { target: other!.target })).toMatchObject({
      result: 'sent', challenge: { masked: 'a•••@koti.example', triesLeft: 4, resent: true, resendsLeft: 2 },
    })
  })

  it('after the code ran out starts a new life with new tries', async () => {
    const proof = ground.proof()
    const code = await ground.startedWith(aino.subject, proof)
    await ground.answer(aino.subject, proof, notThis(code))
    await ground.age('verification_challenge', '6 minutes')
    expect(await ground.start(aino.subject, proof, { resend: true })).toMatchObject(
      { result: 'sent', challenge: { triesLeft: 5, validMinutes: 5 } })
  })

  it('when the tries are used up waits for the end of that code', async () => {
    const proof = ground.proof()
    const code = await ground.startedWith(aino.subject, proof)
    for (let turn = 0; turn < 5; turn += 1) await ground.answer(aino.subject, proof, notThis(code))
    const refused = await ground.start(aino.subject, proof, { resend: true })
    expect(refused).toMatchObject({ result: 'limited' })
    const view = await ground.verification.findChallenge(ground.db.database, proof.flowId)
    expect(view).toMatchObject({ triesLeft: 0, resendAt: view!.validUntil })
    if (refused.result === 'limited') expect(refused.retryAt.toISOString()).toBe(view!.validUntil)
    await ground.age('verification_challenge', '5 minutes 1 second')
    expect(await ground.start(aino.subject, proof, { resend: true })).toMatchObject(
      { result: 'sent', challenge: { triesLeft: 5 } })
  })

  it('works three times in fifteen minutes, over all flows of the person', async () => {
    const proof = ground.proof()
    await ground.start(aino.subject, proof)
    const other = ground.proof()
    await ground.start(aino.subject, other)
    for (const [flow, resendsLeft] of [[proof, 2], [other, 1], [proof, 0]] as const) {
      expect(await ground.start(aino.subject, flow, { resend: true })).toMatchObject(
        { result: 'sent', challenge: { resendsLeft } })
    }
    const refused = await ground.start(aino.subject, other, { resend: true })
    if (refused.result !== 'limited') throw new Error(refused.result)
    expect(minutesUntil(refused.retryAt)).toBe(15)
    await ground.ageBudgets('15 minutes 1 second')
    expect(await ground.start(aino.subject, other, { resend: true })).toMatchObject({ result: 'sent' })
  })

  it('works five times a day and then shows no further time', async () => {
    const proof = ground.proof()
    await ground.start(aino.subject, proof)
    for (let turn = 0; turn < 5; turn += 1) {
      expect(await ground.start(aino.subject, proof, { resend: true })).toMatchObject({ result: 'sent' })
      await ground.ageBudgets('16 minutes')
    }
    const view = await ground.verification.findChallenge(ground.db.database, proof.flowId)
    expect(view).toMatchObject({ resendsLeft: 0, resendAt: null })
    const refused = await ground.start(aino.subject, proof, { resend: true })
    if (refused.result !== 'limited') throw new Error(refused.result)
    expect(minutesUntil(refused.retryAt)).toBe(24 * 60 - 5 * 16)
    await ground.ageBudgets('22 hours 41 minutes')
    expect(await ground.start(aino.subject, proof, { resend: true })).toMatchObject({ result: 'sent' })
  })

  it('by twenty browsers at once sends three codes and leaves one of them living', async () => {
    const flows = Array.from({ length: 20 }, () => ground.proof())
    const roomy = await ProvingGround.open({ settings: { unprovedStartsDay: 500 } })
    const { subject } = await roomy.person('aino')
    for (const flow of flows) await roomy.start(subject, flow)
    const sent = await Promise.all(flows.map((flow) => roomy.start(subject, flow, { resend: true })))
    expect(sent.filter(({ result }) => result === 'sent')).toHaveLength(3)
    expect(await roomy.count('outbox_message')).toBe(23)
    await roomy.close()
  })

  it('twice at once in one flow leaves one newest code', async () => {
    const proof = ground.proof()
    await ground.start(aino.subject, proof)
    await Promise.all([1, 2].map(() => ground.start(aino.subject, proof, { resend: true }).catch(() => null)))
    expect(await ground.count('verification_challenge', 'superseded_at IS NULL')).toBe(1)
    expect(await ground.answer(aino.subject, proof, await ground.newestCode())).toMatchObject({ result: 'verified' })
  })

  it('is counted as such whatever the request calls itself', async () => {
    const proof = ground.proof()
    await ground.start(aino.subject, proof)
    for (let turn = 0; turn < 3; turn += 1) await ground.start(aino.subject, proof, { resend: false })
    expect(await ground.start(aino.subject, proof, { resend: false })).toMatchObject({ result: 'limited' })
  })
})

describe('flows that prove nobody', () => {
  it('cannot fill a mailbox: twenty first codes a day, known or not', async () => {
    for (const subject of [aino.subject, ground.nobody('nobody-at-all')]) {
      for (let turn = 0; turn < 20; turn += 1) {
        expect(await ground.start(subject, ground.proof())).toMatchObject({ result: 'sent' })
      }
      const refused = await ground.start(subject, ground.proof())
      if (refused.result !== 'limited') throw new Error(refused.result)
      expect(minutesUntil(refused.retryAt)).toBe(24 * 60)
    }
    await ground.ageBudgets('24 hours 1 second')
    expect(await ground.start(aino.subject, ground.proof())).toMatchObject({ result: 'sent' })
  })

  it('stop counting when the person proves who they are', async () => {
    let proof = ground.proof()
    for (let turn = 0; turn < 20; turn += 1) {
      proof = ground.proof()
      await ground.start(aino.subject, proof)
    }
    expect(await ground.start(aino.subject, ground.proof())).toMatchObject({ result: 'limited' })
    expect(await ground.answer(aino.subject, proof, await ground.newestCode())).toMatchObject({ result: 'verified' })
    expect(await ground.start(aino.subject, ground.proof())).toMatchObject({ result: 'sent' })
  })
})

describe('when mail is down', () => {
  it('the method shows as unavailable to everyone alike, and starting it sends nothing', async () => {
    await ground.db.owner.execute(`UPDATE outbox_health SET failures = 3`)
    const nobody = ground.nobody()
    for (const subject of [aino.subject, nobody]) {
      const offers = await ground.verification.offers(ground.db.database, subject, 'password-reset')
      expect(offers.length).toBeGreaterThan(0)
      for (const offer of offers) expect(offer).toMatchObject({ available: false, reason: 'METHOD_UNAVAILABLE' })
      expect(await ground.start(subject, ground.proof())).toEqual({ result: 'unavailable' })
    }
    expect(await ground.count('outbox_message')).toBe(0)
    expect(await ground.count('verification_budget')).toBe(0)
  })

  it('and not when none is configured in production', async () => {
    const production = await ProvingGround.open({ notifications: { demo: false } })
    const { subject } = await production.person('aino')
    expect(await production.verification.offers(production.db.database, subject, 'password-reset')).toMatchObject(
      [{ available: false }])
    await production.close()
  })
})
