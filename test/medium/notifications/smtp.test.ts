import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Logger } from '@nestjs/common'
import { SecretText } from '../../../src/kernel/secret-text.js'
import type { NotificationsSettings } from '../../../src/modules/notifications/index.js'
import { createTestAuthority } from '../../smtp/certificates.js'
import { MisbehavingSmtp, type MisbehaviourRule, type SmtpOptions } from '../../smtp/misbehaving-smtp.js'
import { CODE, MailRoom } from './mail-room.js'

const ERASED = { recipient: null, payload: null }
const authority = createTestAuthority()
const rooms: MailRoom[] = []
const servers: MisbehavingSmtp[] = []
let folder: string
let caFile: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'latchkey-smtp-'))
  caFile = join(folder, 'authority.pem')
  await writeFile(caFile, authority.ca)
})
afterAll(() => rm(folder, { recursive: true, force: true }))
afterEach(async () => {
  await Promise.all(rooms.splice(0).map((room) => room.close()))
  await Promise.all(servers.splice(0).map((server) => server.close()))
})

async function serve(options: SmtpOptions = {}): Promise<MisbehavingSmtp> {
  const server = await MisbehavingSmtp.start(options)
  servers.push(server)
  return server
}
async function roomFor(url: string, settings: Partial<NotificationsSettings> = {}): Promise<MailRoom> {
  const room = await MailRoom.open({ smtpUrl: new SecretText(url), ...settings })
  rooms.push(room)
  return room
}
async function both(rule?: MisbehaviourRule, settings: Partial<NotificationsSettings> = {}) {
  const smtp = await serve()
  if (rule) smtp.misbehave(rule)
  const room = await roomFor(smtp.url, settings)
  return { smtp, room, id: await room.enqueue() }
}

describe('a mail on the wire', () => {
  it('arrives with the code in both parts and not in the subject, and cannot be answered by a machine', async () => {
    const { smtp, room, id } = await both()
    await room.step()
    const mail = await smtp.nextMail()
    expect(mail.to).toEqual(['aino@posti.example'])
    expect(mail.from).toBe('portal@latchkey.example')
    expect(mail.subject).toBe('Code to reset your password')
    expect(mail.text).toContain(CODE)
    expect(mail.html).toContain(CODE)
    expect(mail.header('from')).toBe('Latchkey <portal@latchkey.example>')
    expect(mail.header('to')).toBe('aino@posti.example')
    expect(mail.header('auto-submitted')).toBe('auto-generated')
    expect(mail.header('content-language')).toBe('en')
    expect(mail.header('message-id')).toBe(`<${id}@latchkey.example>`)
    expect(await room.row(id)).toMatchObject({ state: 'sent', ...ERASED })
  })

  it('is Finnish where the person is, letters and all', async () => {
    const { smtp, room } = await both()
    await room.enqueue({ language: 'fi', to: 'ääkkönen@posti.example' })
    await room.enqueue({ language: 'fi' })
    await room.step()
    const mail = await smtp.nextMail({ after: 1 })
    expect(mail.subject).toBe('Koodi salasanan uusimiseen')
    expect(mail.text).toContain('äläkä kerro sitä kenellekään')
  })

  it.each([
    'aino@posti.example\r\nBcc: evil@else.example', 'aino@posti.example>\r\nRCPT TO:<evil@else.example',
      'aino@posti.example, evil@else.example',
    '"x" <evil@else.example>', 'aino@posti.example\u0000',
  ])('never goes to %j, whatever the record says', async (to) => {
    const smtp = await serve()
    const room = await roomFor(smtp.url)
    const id = await room.enqueue({ to })
    await room.step()
    expect(await room.row(id)).toMatchObject(
      { state: 'failed', ...ERASED, last_error: 'the contact on record is not a mail address' })
    expect(smtp.connections).toBe(0)
  })

  it('has no header but ours when names carry line breaks', async () => {
    const smtp = await serve()
    const room = await roomFor(smtp.url)
    await room.enqueue({
      template: 'provisioning-failed', secret: undefined, params: {
        operation: 'reset', reference: 'SR-1\r\nBcc: evil@else.example\r\nX-Evil: 1', directory: 'x\r\n.\r\nQUIT',
          errorCode: 'X', attempts: 1, at: new Date().toISOString(),
      },
    })
    await room.step()
    const mail = await smtp.nextMail()
    expect(mail.to).toEqual(['aino@posti.example'])
    expect(mail.header('bcc')).toBeUndefined()
    expect(mail.header('x-evil')).toBeUndefined()
    expect(mail.subject).toBe('Provisioning failed: SR-1 Bcc: evil@else.example X-Evil: 1')
  })

  it('uses one connection for mails that follow each other', async () => {
    const { smtp, room } = await both()
    await room.step()
    for (let turn = 0; turn < 5; turn += 1) {
      await room.enqueue()
      await room.step()
    }
    expect(smtp.mails).toHaveLength(6)
    expect(smtp.connections).toBe(1)
  })
})

describe('a server that refuses', () => {
  it.each([
    { at: 'sender', how: 'refuse', code: 550 },
      { at: 'recipient', how: 'refuse', code: 550, text: '5.1.1 <aino@posti.example> unknown' },
    { at: 'recipient', how: 'refuse', code: 553 }, { at: 'data', how: 'refuse', code: 554 },
  ] satisfies MisbehaviourRule[])(
    'for good ($at $code) ends the mail at once, erased, without the address in the error', async (rule) => {
    const { smtp, room, id } = await both(rule)
    await room.step()
    const row = await room.row(id)
    expect(row).toMatchObject({ state: 'failed', ...ERASED, attempts: 1 })
    expect(row.last_error).toContain(String(rule.code))
    expect(row.last_error).not.toContain('aino')
    expect(await room.notifications.mailAvailable(room.db.database)).toBe(true)
    await room.enqueue()
    await room.step()
    expect(smtp.mails).toHaveLength(1)
  })

  it.each([
    { at: 'recipient', how: 'refuse', code: 451, times: 2 }, { at: 'data', how: 'refuse', code: 452, times: 2 },
    { at: 'sender', how: 'refuse', code: 421, times: 2 }, { at: 'greeting', how: 'refuse', code: 421, times: 2 },
    { at: 'greeting', how: 'refuse', code: 554, times: 2 },
  ] satisfies MisbehaviourRule[])('for now ($at $code) gets it again while it is of use', async (rule) => {
    const { smtp, room, id } = await both(rule)
    for (let turn = 0; turn < 4; turn += 1) {
      await room.step()
      await room.dueNow()
    }
    expect(smtp.mails).toHaveLength(1)
    expect(smtp.mails[0]!.text).toContain(CODE)
    expect((await room.row(id)).state).toBe('sent')
  })
})

describe('a server that drops the connection', () => {
  it.each([
    { at: 'greeting', how: 'drop' }, { at: 'sender', how: 'drop' }, { at: 'recipient', how: 'drop' },
      { at: 'data', how: 'drop', accepted: false },
  ] satisfies MisbehaviourRule[])('at the $at loses no mail', async (rule) => {
    const { smtp, room, id } = await both({ ...rule, times: 2 })
    for (let turn = 0; turn < 4; turn += 1) {
      await room.step()
      await room.dueNow()
    }
    expect(smtp.mails).toHaveLength(1)
    expect((await room.row(id)).state).toBe('sent')
  })

  it('after it took the mail gets the very same one again: one code, one Message-ID', async () => {
    const { smtp, room, id } = await both({ at: 'data', how: 'drop', accepted: true })
    await room.step()
    await room.dueNow()
    await room.step()
    expect(smtp.mails).toHaveLength(2)
    const [first, second] = smtp.mails
    expect(second!.text).toBe(first!.text)
    expect(second!.header('message-id')).toBe(first!.header('message-id'))
    expect((await room.row(id)).state).toBe('sent')
  })
})

describe('a server that stalls', () => {
  it.each([
    { at: 'recipient', how: 'stall' }, { at: 'data', how: 'stall', accepted: false },
      { at: 'connection', how: 'slow', msPerByte: 50 },
  ] satisfies MisbehaviourRule[])('at the $at is given up after the bound of the whole send', async (rule) => {
    const { smtp, room, id } = await both(rule, { sendWithinMs: 300 })
    const started = performance.now()
    await room.step()
    expect(performance.now() - started).toBeLessThan(3_000)
    expect(await room.row(id)).toMatchObject({ state: 'queued', last_error: expect.stringContaining('EABORT') })
    await room.dueNow()
    await room.beside({ sendWithinMs: 10_000 }).step()
    expect(smtp.mails).toHaveLength(1)
    smtp.release()
  })

  it('before the greeting is given up after three seconds', async () => {
    const { room, id } = await both({ at: 'greeting', how: 'stall', times: Infinity })
    const started = performance.now()
    await room.step()
    const took = performance.now() - started
    expect(took).toBeGreaterThan(2_500)
    expect(took).toBeLessThan(8_000)
    expect(await room.row(id)).toMatchObject({ state: 'queued', last_error: expect.stringContaining('ETIMEDOUT') })
  })

  it('past the usefulness of the mail never gets it: aborted at that very moment, then dropped', async () => {
    const { smtp, room, id } = await both({ at: 'recipient', how: 'stall' }, { leastUsefulMs: 100 })
    await room.db.owner.execute(`UPDATE outbox_message SET useful_until = clock_timestamp() + interval '700 milliseconds'`)
    await room.step()
    expect(await room.row(id)).toMatchObject({ state: 'dropped', ...ERASED })
    smtp.release()
    expect(smtp.mails).toHaveLength(0)
  })
})

describe('the log', () => {
  afterEach(() => Logger.overrideLogger(false))

  it('holds neither code nor address nor sign-in, whatever goes wrong', async () => {
    const lines: string[] = []
    const keep = (...given: unknown[]) => void lines.push(given.map(String).join(' '))
    Logger.overrideLogger({ log: keep, warn: keep, error: keep, debug: keep, verbose: keep, fatal: keep })
    const smtp = await serve()
    const room = await roomFor(smtp.url.replace('smtp://', 'smtp://portal:canary-password@'), { failuresToOpen: 1 })
    const text = `rejected aino@posti.example code ${CODE}`
    for (const rule of [
      { at: 'recipient', how: 'refuse', code: 550, text }, { at: 'data', how: 'refuse', code: 554, text },
        { at: 'sender', how: 'drop', times: 2 },
    ] satisfies MisbehaviourRule[]) {
      smtp.misbehave(rule)
      await room.enqueue()
      await room.step()
      await room.dueNow()
    }
    await room.db.owner.execute(`UPDATE outbox_message SET payload = recipient WHERE payload IS NOT NULL`)
    await room.step()
    expect(lines.length).toBeGreaterThanOrEqual(3)
    expect(lines.join('\n')).not.toMatch(new RegExp(`${CODE}|aino|posti|canary-password|portal`))
  })
})

describe('a retry', () => {
  it('is never planned past the usefulness of the mail: the last one comes just before', async () => {
    const { room, id } = await both(
      { at: 'recipient', how: 'refuse', code: 451, times: Infinity }, { retryBaseMs: 60_000_000, retryCapMs: 60_000_000 })
    await room.step()
    const { run_at, useful_until, state } = await room.row(id)
    expect(state).toBe('queued')
    expect(useful_until.getTime() - run_at.getTime()).toBe(3_000)
    expect(run_at.getTime()).toBeGreaterThan(Date.now())
    await room.db.owner.execute(`UPDATE outbox_message SET useful_until = now() + interval '2500 milliseconds', run_at = now()`)
    await room.step()
    expect(await room.row(id)).toMatchObject({ state: 'dropped', ...ERASED })
  })

  it('backs off, spread out', async () => {
    const { room } = await both(
      { at: 'recipient', how: 'refuse', code: 451, times: Infinity }, { retryBaseMs: 1_000, retryCapMs: 15_000 })
    for (let turn = 0; turn < 19; turn += 1) await room.enqueue()
    const waits = async (): Promise<number[]> => {
      while ((await room.step()) > 0) { /* all of them once */ }
      const rows = await room.db.owner.query<{ ms: number }>(
        `SELECT extract(epoch FROM run_at - clock_timestamp())::float8 * 1000 AS ms FROM outbox_message`)
      return rows.map(({ ms }) => ms)
    }
    const first = await waits()
    expect(new Set(first.map(Math.round)).size).toBeGreaterThan(10)
    expect(Math.max(...first)).toBeLessThanOrEqual(1_500)
    await room.db.owner.execute(`UPDATE outbox_message SET attempts = 9, run_at = now()`)
    const later = await waits()
    expect(Math.min(...later)).toBeGreaterThan(6_000)
    expect(Math.max(...later)).toBeLessThanOrEqual(15_000)
  })

  it('happens by itself: the runner sends the mail when the server is back', async () => {
    const { smtp, room, id } = await both({ at: 'recipient', how: 'refuse', code: 451, times: 3 })
    await room.queue.start()
    expect((await smtp.nextMail()).text).toContain(CODE)
    await room.until('sent', async () => (await room.row(id)).state === 'sent')
    expect((await room.row(id)).attempts).toBe(4)
  })
})

describe('the circuit', () => {
  it('closes mail for all processes after three transport failures in a row, and a probe opens it again', async () => {
    const { smtp, room, id } = await both({ at: 'greeting', how: 'drop', times: Infinity })
    const api = room.beside()
    const available = () => api.notifications.mailAvailable(room.db.database)
    // the pool tries once more on a connection that broke before the greeting; each step is one failure
    for (const expected of [true, true, false]) {
      await room.step()
      await room.dueNow()
      expect(await available()).toBe(expected)
    }
    await room.housekeeping.probe()
    expect(await available()).toBe(false)
    smtp.reset()
    await room.housekeeping.probe()
    expect(await available()).toBe(true)
    await room.step()
    expect((await room.row(id)).state).toBe('sent')
    await api.close()
  })

  it('stays closed to nothing but transport failures: a recipient that is refused says nothing about the server', async () => {
    const { room } = await both({ at: 'recipient', how: 'refuse', code: 550, times: Infinity })
    for (let turn = 0; turn < 5; turn += 1) {
      await room.enqueue()
      await room.step()
    }
    expect(await room.notifications.mailAvailable(room.db.database)).toBe(true)
  })

  it('opens with the first mail that goes through', async () => {
    const { room } = await both()
    await room.db.owner.execute('UPDATE outbox_health SET failures = 5')
    await room.step()
    expect(await room.notifications.mailAvailable(room.db.database)).toBe(true)
  })

  it('does not dial while all is well', async () => {
    const { smtp, room } = await both()
    await room.housekeeping.probe()
    expect(smtp.connections).toBe(0)
  })
})

describe('TLS', () => {
  const certificate = authority.issue(['127.0.0.1'])

  it('is used from the first byte with smtps://, and trusted only with its authority', async () => {
    const smtp = await serve({ tls: 'implicit', certificate })
    const distrustful = await roomFor(smtp.url)
    const id = await distrustful.enqueue()
    await distrustful.step()
    expect(await distrustful.row(id)).toMatchObject({ state: 'queued' })
    expect(smtp.mails).toHaveLength(0)
    const room = await roomFor(`${smtp.url}?ca=${encodeURIComponent(caFile)}`)
    await room.enqueue()
    await room.step()
    expect(smtp.mails).toMatchObject([{ secure: true }])
  })

  it('is upgraded to with STARTTLS before the sign-in, and a mail never goes without it', async () => {
    const smtp = await serve({ tls: 'required', certificate, auth: { user: 'portal@x', password: 'p:a/ss word' } })
    const room = await roomFor(`${smtp.url}?tls=starttls&ca=${encodeURIComponent(caFile)}`)
    await room.enqueue()
    await room.step()
    expect(smtp.mails).toMatchObject([{ secure: true, user: 'portal@x' }])
  })

  it('stripped by somebody on the way stops the mail', async () => {
    const smtp = await serve({ tls: 'none' })
    const room = await roomFor(`${smtp.url}?tls=starttls`)
    const id = await room.enqueue()
    await room.step()
    expect(await room.row(id)).toMatchObject({ state: 'queued' })
    expect(smtp.mails).toHaveLength(0)
  })

  it.each([['expired', authority.issue(['127.0.0.1'], { expired: true })],
    ['for another host', authority.issue(['mail.example'])],
    ['of another authority', createTestAuthority('Somebody else').issue(['127.0.0.1'])]])(
      'with a certificate %s stops the mail', async (_what, wrong) => {
    const smtp = await serve({ tls: 'implicit', certificate: wrong })
    const room = await roomFor(`${smtp.url}?ca=${encodeURIComponent(caFile)}`)
    await room.enqueue()
    await room.step()
    expect(smtp.mails).toHaveLength(0)
  })

  it('refusing our password is a fault of the set-up: the mail waits, the method closes, the password is in no row', async () => {
    const smtp = await serve({ auth: { user: 'portal', password: 'right-password' } })
    const room = await roomFor(smtp.url.replace('right-password', 'canary-password'))
    const id = await room.enqueue()
    for (let turn = 0; turn < 3; turn += 1) {
      await room.step()
      await room.dueNow()
    }
    expect(await room.row(id)).toMatchObject({ state: 'queued', last_error: expect.stringContaining('EAUTH') })
    expect(await room.notifications.mailAvailable(room.db.database)).toBe(false)
    const [dump] = await room.db.owner.query<{ all: string }>(
      `SELECT (SELECT string_agg(m::text, ' ') FROM outbox_message m) || (SELECT h::text FROM outbox_health h) AS all`)
    expect(dump!.all).not.toContain('canary-password')
  })
})
