import { Logger } from '@nestjs/common'
import { SecretText } from '../../../src/kernel/secret-text.js'
import { MisbehavingSmtp, type MisbehaviourRule } from '../../smtp/misbehaving-smtp.js'
import { ProvingGround, type Known } from './proving-ground.js'

// refusals are what these tests are about; their log lines are not
Logger.overrideLogger(false)

let smtp: MisbehavingSmtp
let ground: ProvingGround
let aino: Known

beforeEach(async () => {
  smtp = await MisbehavingSmtp.start()
  ground = await ProvingGround.open({ notifications: { demo: false, smtpUrl: new SecretText(smtp.url), sendWithinMs: 400 } })
  aino = await ground.person('aino')
})
afterEach(async () => {
  await ground.close()
  await smtp.close()
})

/** One round of the sender: what is due, now. */
async function send(): Promise<void> {
  await ground.db.owner.execute(`UPDATE outbox_message SET run_at = now() WHERE state = 'queued'`)
  for (const row of await ground.outbox.claim(20, 30)) await ground.delivery.deliver(row)
}
const codeIn = (text: string): string => /^ {4}(\d{8})$/m.exec(text)![1]!

describe('from the request to the answer, through a real mail server', () => {
  it('the code in the mail is the code that proves', async () => {
    const proof = ground.proof()
    await ground.start(aino.subject, proof)
    await send()
    const mail = await smtp.nextMail({ to: 'aino@posti.example' })
    expect(mail.subject).toBe('Code to reset your password')
    expect(await ground.answer(aino.subject, proof, codeIn(mail.text))).toMatchObject({ result: 'verified' })
  })

  it('nobody gets a mail for nobody', async () => {
    await ground.start(ground.nobody(), ground.proof())
    await send()
    expect(smtp.connections).toBe(0)
  })

  it.each([
    { at: 'greeting', how: 'drop' }, { at: 'greeting', how: 'refuse', code: 421 }, { at: 'recipient', how: 'refuse', code: 451 },
    { at: 'recipient', how: 'stall' }, { at: 'data', how: 'drop', accepted: false },
      { at: 'data', how: 'stall', accepted: false },
    { at: 'connection', how: 'slow', msPerByte: 50 },
  ] satisfies MisbehaviourRule[])('the code is not lost while it is of use: $at $how', async (rule) => {
    smtp.misbehave({ ...rule, times: 2 })
    const proof = ground.proof()
    await ground.start(aino.subject, proof)
    for (let turn = 0; turn < 4 && smtp.mails.length === 0; turn += 1) await send()
    const [mail] = smtp.mails
    expect(await ground.answer(aino.subject, proof, codeIn(mail!.text))).toMatchObject({ result: 'verified' })
    smtp.release()
  })

  it('the mail that was sent twice after a lost reply holds one code, which works', async () => {
    smtp.misbehave({ at: 'data', how: 'drop', accepted: true })
    const proof = ground.proof()
    await ground.start(aino.subject, proof)
    await send()
    await send()
    expect(smtp.mails).toHaveLength(2)
    expect(codeIn(smtp.mails[1]!.text)).toBe(codeIn(smtp.mails[0]!.text))
    expect(await ground.answer(aino.subject, proof, codeIn(smtp.mails[1]!.text))).toMatchObject({ result: 'verified' })
  })

  it('a code that has run out is never sent', async () => {
    smtp.misbehave({ at: 'greeting', how: 'drop', times: Infinity })
    await ground.start(aino.subject, ground.proof())
    await send()
    smtp.reset()
    await ground.db.owner.execute(`UPDATE outbox_message SET useful_until = now()`)
    await send()
    expect(smtp.mails).toHaveLength(0)
    expect(await ground.db.owner.query('SELECT state, payload FROM outbox_message')).toEqual(
      [{ state: 'dropped', payload: null }])
  })

  it('a server that is down closes the method to everyone alike, and opens it when it is back', async () => {
    smtp.misbehave({ at: 'greeting', how: 'drop', times: Infinity })
    const proof = ground.proof()
    await ground.start(aino.subject, proof)
    for (let turn = 0; turn < 3; turn += 1) await send()
    const nobody = ground.nobody()
    for (const subject of [aino.subject, nobody]) {
      expect(await ground.start(subject, ground.proof())).toEqual({ result: 'unavailable' })
      const offers = await ground.verification.offers(ground.db.database, subject, 'password-reset')
      expect(offers[0]).toMatchObject({ available: false, reason: 'METHOD_UNAVAILABLE' })
    }
    smtp.reset()
    await ground.health.probe()
    for (const subject of [aino.subject, nobody]) expect(await ground.start(subject, ground.proof())).toMatchObject(
      { result: 'sent' })
    await send()
    const first = smtp.mails.find(({ to }) => to.includes('aino@posti.example'))
    expect(await ground.answer(aino.subject, proof, codeIn(first!.text))).toMatchObject({ result: 'verified' })
  })
})
