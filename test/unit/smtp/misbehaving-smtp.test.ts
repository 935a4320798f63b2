import nodemailer from 'nodemailer'
import { createTestAuthority } from '../../smtp/certificates.js'
import { MisbehavingSmtp, type SmtpOptions } from '../../smtp/misbehaving-smtp.js'

const authority = createTestAuthority()
const certificate = authority.issue(['localhost', '127.0.0.1'])
const message = { from: 'portal@example.test', to: 'aino@example.test', subject: 'Koodi – ääkköset 🔑', text: 'Koodisi: 12345678\nhei' }

let smtp: MisbehavingSmtp
afterEach(() => smtp.close())

async function start(options: SmtpOptions = {}, transport: object = {}) {
  smtp = await MisbehavingSmtp.start(options)
  const shared = { host: '127.0.0.1', port: smtp.port, tls: { ca: authority.ca }, socketTimeout: 400, greetingTimeout: 400 }
  return nodemailer.createTransport({ ...shared, ...transport })
}

describe('the misbehaving mail server, behaving', () => {
  it('keeps what a person would read: decoded subject, text and html', async () => {
    const client = await start()
    await client.sendMail({ ...message, html: '<p>Koodisi: <b>12345678</b> ääkköset</p>' })
    const mail = await smtp.nextMail({ to: 'aino@example.test' })
    expect(mail).toMatchObject({ from: 'portal@example.test', to: ['aino@example.test'], secure: false, subject: message.subject })
    expect(mail.text.replace(/\r\n/g, '\n').trim()).toBe(message.text)
    expect(mail.html).toContain('ääkköset')
    expect(mail.header('From')).toBe('portal@example.test')
  })

  it.each(['offered', 'required'] as const)('speaks STARTTLS under its own authority when it is %s', async (tls) => {
    const client = await start({ tls, certificate }, { requireTLS: true })
    await client.sendMail(message)
    expect((await smtp.nextMail()).secure).toBe(true)
  })

  it('speaks TLS from the first byte when told so', async () => {
    const client = await start({ tls: 'implicit', certificate }, { secure: true })
    await client.sendMail(message)
    expect((await smtp.nextMail()).secure).toBe(true)
  })

  it('refuses plain text where STARTTLS is required', async () => {
    const client = await start({ tls: 'required', certificate }, { ignoreTLS: true })
    await expect(client.sendMail(message)).rejects.toMatchObject({ responseCode: 530 })
  })

  it.each([
    ['an authority the client does not know', () => createTestAuthority().issue(['127.0.0.1'])],
    ['another name', () => authority.issue(['mail.example.test'])],
    ['a lapsed date', () => authority.issue(['127.0.0.1'], { expired: true })],
  ])('shows a certificate with %s, which a checking client refuses', async (_fault, make) => {
    const client = await start({ tls: 'offered', certificate: make() }, { requireTLS: true })
    await expect(client.sendMail(message)).rejects.toThrow()
    expect(smtp.mails).toEqual([])
  })

  it('wants the sign-in it was given', async () => {
    const client = await start({ auth: { user: 'portal', password: 'right' } }, { auth: { user: 'portal', pass: 'right' } })
    await client.sendMail(message)
    expect((await smtp.nextMail()).user).toBe('portal')
    const wrong = nodemailer.createTransport({ host: '127.0.0.1', port: smtp.port, auth: { user: 'portal', pass: 'wrong' } })
    await expect(wrong.sendMail(message)).rejects.toMatchObject({ responseCode: 535 })
  })
})

describe('the misbehaving mail server, misbehaving', () => {
  it.each([550, 451])('refuses the recipient with %i once, and takes the next message', async (code) => {
    const client = await start()
    smtp.misbehave({ at: 'recipient', how: 'refuse', code })
    await expect(client.sendMail(message)).rejects.toMatchObject({ responseCode: code })
    await client.sendMail(message)
    expect(smtp.mails).toHaveLength(1)
  })

  it('refuses one recipient and serves the others', async () => {
    const client = await start()
    smtp.misbehave({ at: 'recipient', how: 'refuse', code: 550, to: 'eero@example.test', times: Infinity })
    await client.sendMail(message)
    await expect(client.sendMail({ ...message, to: 'eero@example.test' })).rejects.toMatchObject({ responseCode: 550 })
  })

  it('stalls before the greeting until it is released', async () => {
    const client = await start({}, { greetingTimeout: 5_000 })
    smtp.misbehave({ at: 'greeting', how: 'stall' })
    const sending = client.sendMail(message)
    await smtp.nextStall()
    expect(smtp.mails).toEqual([])
    smtp.release()
    await sending
    expect(smtp.mails).toHaveLength(1)
  })

  it.each([true, false])('stalls after DATA, with the message accepted = %s', async (accepted) => {
    const client = await start()
    smtp.misbehave({ at: 'data', how: 'stall', accepted })
    await expect(client.sendMail(message)).rejects.toMatchObject({ code: 'ETIMEDOUT' })
    expect(smtp.mails).toHaveLength(accepted ? 1 : 0)
  })

  it.each([true, false])('drops the line after DATA, with the message accepted = %s', async (accepted) => {
    const client = await start()
    smtp.misbehave({ at: 'data', how: 'drop', accepted })
    await expect(client.sendMail(message)).rejects.toThrow()
    expect(smtp.mails).toHaveLength(accepted ? 1 : 0)
  })

  it('dribbles its replies, so that an idle timer alone never ends the conversation', async () => {
    const client = await start()
    smtp.misbehave({ at: 'connection', how: 'slow', msPerByte: 2 })
    const started = performance.now()
    await client.sendMail(message)
    expect(performance.now() - started).toBeGreaterThan(400)
  })
})
