import type { AccountOperation, Workflow } from '../../../src/modules/directories/index.js'
import { openDirectories } from './local-directory.js'

let world: Awaited<ReturnType<typeof openDirectories>>
beforeAll(async () => { world = await openDirectories() })
afterAll(() => world.close())

describe('the event tasks of a directory', () => {
  it('are there by the customer’s names as soon as it is added', async () => {
    const id = await world.configure()
    expect(world.directories.eventTasks(id).map(({ name, operation }) => `${name} = ${operation}`).sort()).toEqual([
      'Local IGA Admin Actions: Activate = activate', 'Local IGA Admin Actions: Reset = reset', 'Local IGA Admin Actions: Unlock = unlock',
      'Local IGA Service request: Add = watchChanges', 'Local IGA Service request: Remove = watchChanges', 'Local IGA Service request: Verify = lookup',
    ])
  })

  it('keep what they are about from being done where one is switched off, and are named', async () => {
    const id = await world.configure()
    const off = (operation: AccountOperation, workflow: Workflow = 'service-request') => world.directories.switchedOff(id, operation, workflow)
    expect([off('reset'), off('change'), off('unlock'), off('activate', 'admin-action')]).toEqual([null, null, null, null])
    await world.configuration.switchEventTask(world.database, id, 'reset', false)
    await world.directories.reload()
    expect(off('reset')).toBe('Local IGA Admin Actions: Reset')
    expect([off('change'), off('unlock')]).toEqual([null, null])
    await world.configuration.switchEventTask(world.database, id, 'verify', false)
    await world.directories.reload()
    for (const operation of ['reset', 'change', 'unlock'] as const) expect(off(operation)).toBe('Local IGA Service request: Verify')
    expect(off('unlock', 'admin-action')).toBeNull()
  })

  it('stay switched off when the directory is configured anew', async () => {
    const id = await world.configure()
    await world.configuration.switchEventTask(world.database, id, 'unlock', false)
    await world.configure({ id })
    expect(world.directories.does(id, 'unlock')).toBe(false)
  })

  it('are as good as switched off when somebody removed the row', async () => {
    const id = await world.configure()
    await world.owner(`DELETE FROM directory_event_task WHERE directory_id = $1 AND step = 'activate'`, [id])
    await world.configuration.switchEventTask(world.database, id, 'reset', true) // a new revision
    await world.directories.reload()
    expect(world.directories.switchedOff(id, 'deactivate', 'admin-action')).toBe('Local IGA Admin Actions: Activate')
  })

  it('of a directory that nobody knows (any more) keep nothing from being tried: it is found away', () => {
    expect(world.directories.switchedOff('0193aaaa-0000-7000-8000-000000000009', 'reset', 'service-request')).toBeNull()
  })

  it('are of no directory that is not there', async () => {
    await expect(world.configuration.switchEventTask(world.database, '0193aaaa-0000-7000-8000-000000000009', 'reset', true)).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })

  it('bind no admin action to another operation', async () => {
    const id = await world.configure()
    await expect(world.owner(`UPDATE directory_event_task SET operation = 'deactivate' WHERE directory_id = $1 AND step = 'unlock'`, [id])).rejects.toThrow(/check/)
  })
})
