import { readFile, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { jest } from '@jest/globals'
import { openTestDatabase, type TestDatabase } from '../harness/test-database.js'
import { freePort, MAIN, memoryOf, ServerProcess, temporaryFolder } from './server-process.js'

jest.setTimeout(120_000)

let folder: Awaited<ReturnType<typeof temporaryFolder>>
beforeEach(async () => {
  folder = await temporaryFolder()
})
afterEach(() => folder.remove())

/** A demo on a database that someone else runs: everything but the embedded Postgres. */
async function surroundings(db: TestDatabase): Promise<{ port: number; env: NodeJS.ProcessEnv }> {
  const port = await freePort()
  return {
    port,
    env: { LATCHKEY_MODE: 'demo', LATCHKEY_DATA_DIR: join(folder.path, 'data'), DATABASE_URL: db.url, PORT: String(port) },
  }
}
const refused = async (env: NodeJS.ProcessEnv, role = 'all'): Promise<{ code: unknown; output: string }> => {
  const server = ServerProcess.start([role], env)
  return { code: await server.ended, output: server.output }
}

describe('the start is refused', () => {
  it('for a role that does not exist', async () => {
    const usage = 'usage: main.js [api | worker | all | migrate | verify-audit | self-test | directory | import]\n'
    expect(await refused({}, 'serve')).toEqual({ code: 2, output: usage })
  })

  it('for a bad environment, naming every variable and no value', async () => {
    const { code, output } = await refused({ PORT: 'kanari', LATCHKEY_HOST: '0.0.0.0', LATCHKEY_MASTERKEY: 'kanari' })
    expect(code).toBe(78)
    expect(output).toContain('LATCHKEY_MASTERKEY is not a setting; did you mean LATCHKEY_MASTER_KEY_FILE?')
    expect(output).toMatch(/PORT must be[^]*LATCHKEY_HOST must be/)
    expect(output).not.toContain('kanari')
  })

  describe('on an outside database', () => {
    let db: TestDatabase
    afterEach(() => db.close())

    it('that was not migrated', async () => {
      db = await openTestDatabase({ empty: true })
      const { code, output } = await refused((await surroundings(db)).env)
      expect(output).toMatch(/^\d+ migrations are pending; run them first: npm run migrate\n$/)
      expect(code).toBe(1)
    })

    it('that was created for production, and by its owner', async () => {
      db = await openTestDatabase()
      const { env } = await surroundings(db)
      await db.owner.execute(`DELETE FROM install`)
      await db.owner.execute(`INSERT INTO install (mode) VALUES ('production')`)
      expect((await refused(env)).output).toBe('this database was created as production and refuses to be used as demo\n')
      await db.owner.execute(`UPDATE install SET mode = 'demo'`)
      const asOwner = await refused({ ...env, DATABASE_URL: db.ownerUrl })
      expect(asOwner.output).toContain('the database role that serves may do too much: it owns the schema or the database')
      expect(asOwner.output).not.toContain('    at ')
    })

    it('whose data directory belongs to the other mode', async () => {
      db = await openTestDatabase()
      const { env } = await surroundings(db)
      await writeFile(join(folder.path, 'mode'), 'production\n')
      const { code, output } = await refused({ ...env, LATCHKEY_DATA_DIR: folder.path })
      expect(output).toBe('this data directory was created as production; LATCHKEY_MODE asks for demo\n')
      expect(code).toBe(1)
    })

    it('when the port that was asked for is taken', async () => {
      db = await openTestDatabase()
      await db.owner.execute(`INSERT INTO install (mode) VALUES ('demo') ON CONFLICT DO NOTHING`)
      const { env, port } = await surroundings(db)
      const occupant = createServer().listen(port, '127.0.0.1')
      const { code, output } = await refused(env)
      occupant.close()
      expect({ code, output }).toEqual({ code: 1, output: `port ${port} is in use; set PORT to another one\n` })
    })
  })
})

describe('an outside database', () => {
  let db: TestDatabase
  beforeEach(async () => {
    db = await openTestDatabase({ empty: true })
  })
  afterEach(() => db.close())

  it('is migrated by its owner, then served by the app role, and let go at SIGTERM', async () => {
    const { env, port } = await surroundings(db)
    const migrate = ServerProcess.start(['migrate'], { ...env, DATABASE_OWNER_URL: db.ownerUrl })
    expect(await migrate.ended).toBe(0)
    expect(migrate.output).toMatch(/migrations applied/)

    const server = ServerProcess.start([], env)
    await server.ready(port)
    const [connected] = await db.owner.query(
      `SELECT count(*) FILTER (WHERE usename = 'app')::int > 0 AS app, count(*) FILTER (WHERE usename <> 'app')::int AS others
         FROM pg_stat_activity
        WHERE datname = current_database() AND application_name ~ '^latchkey ' AND application_name !~ 'test'`)
    expect(connected).toEqual({ app: true, others: 0 })
    expect(await server.stop()).toBe(0)
    expect(server.output).toContain(`http://localhost:${port}`)
    expect(await readFile(join(folder.path, 'data/latchkey.log'), 'utf8')).toContain('"reason":"SIGTERM"')
  })

  it('is no longer served when the npm that started the server was killed', async () => {
    const { env, port } = await surroundings(db)
    expect(await ServerProcess.start(['migrate'], { ...env, DATABASE_OWNER_URL: db.ownerUrl }).ended).toBe(0)
    // npm runs scripts in a shell; "; true" keeps that shell between npm and the server.
    const script = `"${process.execPath}" "${MAIN}" all; true`
    const npm = `require('node:child_process').spawn('sh', ['-c', '${script}'], { stdio: 'inherit' })`
    const server = ServerProcess.start([], { ...env, npm_lifecycle_event: 'start' }, [process.execPath, '-e', npm])
    await server.ready(port)
    server.child.kill('SIGKILL')
    await server.ended // its output closes with the last process that holds it
    await expect(fetch(`http://127.0.0.1:${port}/health/live`)).rejects.toThrow()
    expect(await readFile(join(folder.path, 'data/latchkey.log'), 'utf8')).toContain('"reason":"the end of npm"')
  })
})

describe('a start without any setting but a place', () => {
  it('keeps the password of the database owner out of the memory of the server', async () => {
    const port = await freePort()
    const server = ServerProcess.start([], { LATCHKEY_DATA_DIR: folder.path, PORT: String(port) })
    await server.ready(port)
    const memory = await memoryOf(server.child.pid!)
    const holds = async (role: string) => {
      const wanted = (await readFile(join(folder.path, `secrets/database-${role}.password`), 'utf8')).trim()
      return memory.some((part) => part.includes(wanted))
    }
    expect({ app: await holds('app'), owner: await holds('owner') }).toEqual({ app: true, owner: false })
    expect(await server.stop()).toBe(0)
  })

  it('makes its own database, survives kill -9, goes on with the same data, and leaves no Postgres behind', async () => {
    const port = await freePort()
    const env = { LATCHKEY_DATA_DIR: folder.path, PORT: String(port) }
    const pidFile = join(folder.path, 'postgres/data/postmaster.pid')
    const first = ServerProcess.start([], env)
    await first.ready(port)
    const postmaster = (await readFile(pidFile, 'utf8')).split('\n')[0]
    await first.stop('SIGKILL')
    expect((await readFile(pidFile, 'utf8')).split('\n')[0]).toBe(postmaster)

    const second = ServerProcess.start([], env)
    await second.ready(port)
    expect((await readFile(pidFile, 'utf8')).split('\n')[0]).toBe(postmaster)
    expect(second.output).not.toContain('migrations applied')

    const guest = ServerProcess.start(['verify-audit'], env)
    expect([0, 3]).toContain(await guest.ended)
    expect(guest.output).toContain('INTACT')
    expect((await fetch(`http://127.0.0.1:${port}/health/ready`)).status).toBe(200)

    expect(await second.stop('SIGINT')).toBe(0)
    await expect(readFile(pidFile)).rejects.toMatchObject({ code: 'ENOENT' })
  })
})
