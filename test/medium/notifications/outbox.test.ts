import { SecretText } from '../../../src/kernel/secret-text.js'
import { CODE, MailRoom } from './mail-room.js'

let room: MailRoom

beforeEach(async () => {
  room = await MailRoom.open({ demo: true })
})
afterEach(() => room.close())

const ERASED = { recipient: null, payload: null }

describe('a queued message', () => {
  it('lives and dies with the transaction that queued it', async () => {
    await expect(room.db.database.transaction(async (tx) => {
      await room.notifications.enqueue(tx, {
        template: 'reset-attempts', channel: 'mail', to: 'a@b.example', personId: null, language: 'en', correlationId: 'c',
        params: { wrongCodes: 10, at: new Date().toISOString(), until: new Date().toISOString() },
          usefulUntil: new Date(Date.now() + 60_000),
      })
      throw new Error('rolled back')
    })).rejects.toThrow('rolled back')
    expect(await room.step()).toBe(0)
  })

  it('is sealed under its own id: neither code nor address in clear, and no use on another row', async () => {
    const id = await room.enqueue()
    const other = await room.enqueue()
    const [dump] = await room.db.owner.query<{ all: string }>(`SELECT string_agg(m::text, ' ') AS all FROM outbox_message m`)
    for (const text of [CODE, 'aino@posti.example', 'posti']) {
      expect(dump!.all).not.toContain(text)
      expect(dump!.all).not.toContain(Buffer.from(text).toString('hex'))
    }
    await room.db.owner.execute(
      `UPDATE outbox_message SET payload = (SELECT payload FROM outbox_message WHERE id = $1), recipient = (SELECT recipient
        FROM outbox_message WHERE id = $1) WHERE id = $2`,
      [other, id])
    await room.step()
    expect(await room.row(id)).toMatchObject({ state: 'failed', ...ERASED, last_error: 'cannot be opened or written' })
    expect(await room.row(other)).toMatchObject({ state: 'sent' })
  })

  it('has the same size whoever and whatever it is for', async () => {
    await room.enqueue()
    await room.enqueue({ to: `${'x'.repeat(60)}@a-rather-long-domain.example` })
    await room.enqueue({ to: null, personId: null })
    const sizes = await room.db.owner.query<object>(
      'SELECT DISTINCT length(recipient) AS r, length(payload) AS p FROM outbox_message')
    expect(sizes).toHaveLength(1)
  })

  it('is erased once it is handed off, and shows in the demo inbox, once', async () => {
    const id = await room.enqueue()
    expect(await room.step()).toBe(1)
    expect(await room.row(id)).toMatchObject({ state: 'sent', ...ERASED, last_error: null, attempts: 1 })
    const mails = await room.inbox.list()
    expect(mails).toEqual([{
      id, receivedAt: expect.anything(), recipient: 'aino@posti.example', subject: 'Code to reset your password',
        text: expect.stringContaining(CODE),
    }])
    expect(room.checkpoints.reached).toEqual(['outbox.before-send', 'outbox.after-send'])
    expect(await room.step()).toBe(0)
  })

  it('with a key that was used before is not queued again, whoever asks first', async () => {
    const ids = await Promise.all(Array.from({ length: 8 }, () => room.enqueue({ onceKey: 'reset-attempts p1 2026-11-20' })))
    expect(new Set(ids).size).toBe(1)
    await room.step()
    expect(await room.enqueue({ onceKey: 'reset-attempts p1 2026-11-20' })).toBe(ids[0])
    expect(await room.step()).toBe(0)
    expect(await room.inbox.list()).toHaveLength(1)
    expect(await room.enqueue({ onceKey: 'reset-attempts p1 2026-11-21' })).not.toBe(ids[0])
  })

  it('that lacks a variable is refused where it is queued', async () => {
    await expect(room.enqueue({ secret: undefined })).rejects.toThrow('needs code')
    await expect(room.enqueue({ params: { host: 'evil.example' } as never })).rejects.toThrow('has no variable host')
  })
})

describe('a decoy', () => {
  it('is never claimed, and loses its content when a code would have run out', async () => {
    const id = await room.enqueue({ to: null, personId: null })
    expect(await room.row(id)).toMatchObject({ state: 'decoy', recipient: expect.any(Buffer), payload: expect.any(Buffer) })
    expect(await room.step()).toBe(0)
    await room.housekeeping.eraseDecoys()
    expect(await room.row(id)).toMatchObject({ recipient: expect.any(Buffer) })
    await room.db.owner.execute('UPDATE outbox_message SET useful_until = now()')
    await room.housekeeping.eraseDecoys()
    expect(await room.row(id)).toMatchObject({ state: 'decoy', ...ERASED })
    expect(await room.inbox.list()).toEqual([])
  })
})

describe('a process that dies', () => {
  it('before the send leaves the mail to the next one, after its lease', async () => {
    const id = await room.enqueue()
    room.checkpoints.at = (label) => {
      if (label === 'outbox.before-send') throw new Error('killed')
    }
    await expect(room.step()).rejects.toThrow('killed')
    const next = room.beside()
    expect(await next.step()).toBe(0)
    await room.db.owner.execute(`UPDATE outbox_message SET lease_until = now()`)
    expect(await next.step()).toBe(1)
    expect(await room.row(id)).toMatchObject({ state: 'sent', attempts: 2 })
    expect(await room.inbox.list()).toHaveLength(1)
    await next.close()
  })

  it('after the send has it sent once more, as the same mail', async () => {
    const id = await room.enqueue()
    room.checkpoints.at = (label) => {
      if (label === 'outbox.after-send') throw new Error('killed')
    }
    await expect(room.step()).rejects.toThrow('killed')
    expect(await room.row(id)).toMatchObject({ state: 'sending' })
    room.checkpoints.at = () => undefined
    await room.db.owner.execute(`UPDATE outbox_message SET lease_until = now()`)
    await room.step()
    expect(await room.row(id)).toMatchObject({ state: 'sent', ...ERASED })
    expect(await room.inbox.list()).toHaveLength(1)
  })

  it('slowly, and is overtaken, changes nothing any more', async () => {
    const id = await room.enqueue()
    const [mine] = await room.outbox.claim(1, 30)
    await room.db.owner.execute(`UPDATE outbox_message SET lease_until = now()`)
    const [theirs] = await room.outbox.claim(1, 30)
    expect(await room.outbox.stillUseful(mine!, 0, 30)).toBeNull()
    expect(await room.outbox.settle(mine!, 'failed', 'x')).toBe(false)
    expect(await room.outbox.postpone(mine!, 10, 0, 'x')).toBe('lost')
    await room.outbox.release(mine!)
    expect(await room.row(id)).toMatchObject({ state: 'sending' })
    expect(await room.outbox.settle(theirs!, 'sent', null)).toBe(true)
  })
})

describe('many senders', () => {
  it('share a hundred mails and send each once', async () => {
    const rooms = [room, ...Array.from({ length: 3 }, () => room.beside())]
    for (let turn = 0; turn < 100; turn += 1) await room.enqueue()
    await Promise.all(rooms.map(async (each) => {
      while ((await each.step()) > 0) { /* until nothing is due */ }
    }))
    expect(await room.inbox.list(200)).toHaveLength(100)
    const [sent] = await room.db.owner.query<object>(
      `SELECT count(*)::int AS n, max(attempts) AS attempts FROM outbox_message WHERE state = 'sent'`)
    expect(sent).toEqual({ n: 100, attempts: 1 })
    await Promise.all(rooms.slice(1).map((each) => each.close()))
  })

  it('are woken by the commit and need no sweep', async () => {
    await room.queue.start()
    const id = await room.enqueue()
    await room.until('sent', async () => (await room.row(id)).state === 'sent', 3_000)
  })
})

describe('a mail whose time is over', () => {
  it('is dropped instead of sent, and erased', async () => {
    const id = await room.enqueue({ usefulUntil: new Date(Date.now() + 1_000) })
    await room.step()
    expect(await room.row(id)).toMatchObject({ state: 'dropped', ...ERASED, last_error: 'too late' })
    expect(await room.inbox.list()).toEqual([])
  })
})

describe('the demo inbox', () => {
  it('shows the newest first and keeps a bounded number', async () => {
    const small = room.beside({ demoInboxSize: 3 })
    const ids = []
    for (let turn = 0; turn < 5; turn += 1) {
      ids.push(await small.enqueue({ secret: new SecretText(`0000000${turn}`) }))
      await small.step()
    }
    await small.housekeeping.removeOld()
    expect((await small.inbox.list(100)).map(({ id }) => id)).toEqual(ids.slice(2).reverse())
    await small.close()
  })

  it('neither shows nor takes anything outside a demo', async () => {
    const production = room.beside({ demo: false })
    await expect(production.inbox.list()).rejects.toMatchObject({ code: 'NOT_FOUND' })
    expect(production.channel.unavailableBecause).toContain('LATCHKEY_SMTP_URL')
    expect(await production.notifications.mailAvailable(room.db.database)).toBe(false)
    const id = await production.enqueue()
    await production.step()
    expect(await room.row(id)).toMatchObject({ state: 'queued', last_error: expect.stringContaining('no mail server') })
    await production.close()
  })
})

describe('retention', () => {
  it('removes settled messages after a month, in batches', async () => {
    for (let turn = 0; turn < 7; turn += 1) await room.enqueue()
    await room.step()
    await room.enqueue()
    await room.db.owner.execute(`UPDATE outbox_message SET settled_at = settled_at - interval '31 days'`)
    const small = room.beside({ retentionBatch: 3 })
    await small.housekeeping.removeOld()
    expect(await room.db.owner.query('SELECT state FROM outbox_message')).toEqual([{ state: 'queued' }])
    await small.close()
  })

  it('is backed by the table: a settled row with content cannot be written', async () => {
    const id = await room.enqueue()
    await expect(
      room.db.owner.execute(
        `UPDATE outbox_message SET state = 'sent', settled_at = now() WHERE id = $1`, [id])).rejects.toThrow(
          'outbox_settled_is_erased')
  })
})
