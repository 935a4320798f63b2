import { startServer } from './server.js'

describe('startServer', () => {
  it('boots the built product on a database of its own, and ends it in order', async () => {
    const server = await startServer()
    expect((await fetch(`${server.origin}/health/live`)).status).toBe(200)
    const people = await server.database!.owner.query('SELECT 1 FROM person')
    expect(people.length).toBeGreaterThan(20)
    expect(await server.stop()).toBe(0)
    await expect(fetch(`${server.origin}/health/live`)).rejects.toThrow()
  })

  it('starts again on the same data after a kill', async () => {
    const first = await startServer()
    const database = first.database!
    await first.kill()
    const second = await startServer({ database, dataDir: first.dataDir })
    expect(second.origin).toMatch(/^http:\/\//)
    expect(await second.stop()).toBe(0)
    await database.close()
  })

  it('says what the server printed when it does not start', async () => {
    await expect(startServer({ env: { LATCHKEY_SMTP_URL: 'nonsense' } })).rejects.toThrow(/LATCHKEY_SMTP_URL/)
  })
})
