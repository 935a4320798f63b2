import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { newId } from '../../../src/kernel/ids.js'
import { VoidAfterRestore } from '../../../src/modules/notifications/domain/void-after-restore.js'
import { EpochGuard, EpochSettings } from '../../../src/platform/database/epoch-guard.js'
import { temporaryFolder, writableAuditLog } from '../../builders/audit.js'
import { MailRoom } from './mail-room.js'

let room: MailRoom
let folder: Awaited<ReturnType<typeof temporaryFolder>>
beforeEach(async () => {
  room = await MailRoom.open({ demo: true })
  folder = await temporaryFolder()
})
afterEach(async () => {
  await room.close()
  await folder.remove()
})

/** The next start of the product finds a database that does not know the epoch this machine has seen. */
async function startAfterRestore(): Promise<void> {
  const file = join(folder.path, 'epoch')
  await writeFile(file, `999 ${newId()}\n`)
  const epoch = new EpochGuard(room.db.database, new EpochSettings(file))
  new VoidAfterRestore(epoch, room.outbox, await writableAuditLog(room.db.database))
  expect(await epoch.check()).toBe('restored')
}

it('mails that wait in a restored backup are not sent again: they are older than what has happened since', async () => {
  const [waiting, underWay] = [await room.enqueue(), await room.enqueue()]
  const [claimed] = await room.outbox.claim(1, 45)
  expect([waiting, underWay]).toContain(claimed!.id)
  await startAfterRestore()
  for (const id of [waiting, underWay]) {
    expect(await room.row(id)).toMatchObject({
      state: 'dropped', recipient: null, payload: null, last_error: 'the database was restored from a backup' })
  }
  expect(await room.step()).toBe(0)
  expect(await room.inbox.list()).toEqual([])
})

it('a process that was sending one of them settles nothing afterwards', async () => {
  const id = await room.enqueue()
  const [claimed] = await room.outbox.claim(1, 45)
  await startAfterRestore()
  expect(await room.outbox.settle(claimed!, 'sent', null)).toBe(false)
  expect(await room.row(id)).toMatchObject({ state: 'dropped' })
})

it('says in the trail how many there were, and nothing when there were none', async () => {
  const trail = () => room.db.owner.query(`SELECT facts FROM audit_entry WHERE action = 'notifications.messages.voided'`)
  await startAfterRestore()
  expect(await trail()).toEqual([])
  await room.enqueue()
  await room.enqueue()
  await room.enqueue({ to: null, personId: null })
  await startAfterRestore()
  expect(await trail()).toEqual([{ facts: { reason: 'restored-backup', messages: 2 } }])
})

it('what is asked for afterwards is sent', async () => {
  await startAfterRestore()
  const id = await room.enqueue()
  expect(await room.step()).toBe(1)
  expect(await room.row(id)).toMatchObject({ state: 'sent' })
})
