import { openDirectories } from './local-directory.js'

let world: Awaited<ReturnType<typeof openDirectories>>
beforeAll(async () => { world = await openDirectories() })
afterAll(() => world.close())

describe('the event tasks of a directory', () => {
  it('are there by the customer’s names as soon as it is added', async () => {
    const id = await world.configure()
    expect(world.directories.eventTasks(id).map(({ name, operation }) => `${name} = ${operation}`).sort()).toEqual([
      'Local IGA Admin Actions: Activate = activate', 'Local IGA Admin Actions: Reset = reset', 'Local IGA Admin Actions: Unlock = unlock',
      'Local IGA Service request: Add = activate', 'Local IGA Service request: Remove = deactivate', 'Local IGA Service request: Verify = verify',
    ])
  })

  it('decide which operation a step is, and none when one is switched off', async () => {
    const id = await world.configure()
    expect(world.directories.operationFor(id, 'reset')).toBe('reset')
    await world.configuration.switchEventTask(world.database, id, 'reset', false)
    await world.directories.reload()
    expect(world.directories.operationFor(id, 'reset')).toBeNull()
    expect(world.directories.operationFor(id, 'unlock')).toBe('unlock')
  })

  it('stay switched off when the directory is configured anew', async () => {
    const id = await world.configure()
    await world.configuration.switchEventTask(world.database, id, 'unlock', false)
    await world.configure({ id })
    expect(world.directories.operationFor(id, 'unlock')).toBeNull()
  })

  it('are of no directory that is not there', async () => {
    await expect(world.configuration.switchEventTask(world.database, '0193aaaa-0000-7000-8000-000000000009', 'reset', true)).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })

  it('bind no admin action to another operation', async () => {
    const id = await world.configure()
    await expect(world.owner(`UPDATE directory_event_task SET operation = 'deactivate' WHERE directory_id = $1 AND step = 'unlock'`, [id])).rejects.toThrow(/check/)
  })
})
