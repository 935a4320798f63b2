import { spawn } from 'node:child_process'
import { lstat, mkdir, readdir, readFile, readlink, rm, stat, unlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { jest } from '@jest/globals'
import pg from 'pg'
import { asRoot, CALLERS, LauncherHome, postmasterPid } from './launcher-home.js'

jest.setTimeout(60_000)

async function ask<Row extends object>(url: string, sql: string): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url })
  client.on('error', () => {})
  await client.connect()
  try {
    return (await client.query<Row>(sql)).rows
  } finally {
    await client.end()
  }
}
const ownerUrl = async (appUrl: string, dataDir: string): Promise<string> => {
  const password = (await readFile(join(dataDir, 'secrets/database-owner.password'), 'utf8')).trim()
  return appUrl.replace(/\/\/app:[^@]*@/, `//owner:${password}@`)
}
async function untilTrue(condition: () => Promise<boolean>): Promise<void> {
  const giveUpAt = Date.now() + 20_000
  while (!(await condition())) {
    if (Date.now() > giveUpAt) throw new Error('it never came true')
    await new Promise((wake) => setTimeout(wake, 10))
  }
}

describe.each(CALLERS)('the embedded Postgres, launched by $name', (caller) => {
  let home: LauncherHome
  /** Making a cluster costs a second, so it is made once and every test begins with it at rest. */
  let made: string
  beforeAll(async () => {
    home = await LauncherHome.make(caller)
    made = home.dataDir('made')
    const launch = home.launch(made)
    expect(await launch.outcome()).toMatchObject({ adopted: false })
    await launch.stop()
  })
  afterAll(() => home.remove())

  it('is reached through its socket, with a password, by two modest roles', async () => {
    const dataDir = made
    const launch = home.launch(dataDir)
    const { appUrl, adopted } = await launch.outcome()
    expect(adopted).toBe(false)

    const roles = `SELECT rolname, rolsuper OR rolcreaterole OR rolcreatedb OR rolreplication AS mighty, rolcanlogin
      FROM pg_roles WHERE rolname !~ '^pg_' ORDER BY rolname`
    expect(await ask(await ownerUrl(appUrl!, dataDir), roles)).toEqual([
      { rolname: 'app', mighty: false, rolcanlogin: true },
      { rolname: 'owner', mighty: false, rolcanlogin: true },
      { rolname: 'postgres', mighty: true, rolcanlogin: false },
    ])
    const settings = `SELECT current_setting('listen_addresses') AS tcp, current_setting('password_encryption') AS hashed,
      current_setting('log_min_error_statement') AS logged, datlocprovider AS provider, datlocale AS locale
      FROM pg_database WHERE datname = current_database()`
    expect(await ask(appUrl!, settings)).toEqual([
      { tcp: '', hashed: 'scram-sha-256', logged: 'panic', provider: 'b', locale: 'C.UTF-8' },
    ])
    for (const url of [appUrl!.replace(/app:[^@]*@/, 'app:guess@'), appUrl!.replace(/app:[^@]*@/, 'app@')]) {
      await expect(ask(url, 'SELECT 1')).rejects.toThrow(/password/)
    }
    await expect(ask(appUrl!.replace(/app:[^@]*@/, 'postgres:x@'), 'SELECT 1')).rejects.toThrow(/pg_hba|password/)
    await expect(ask(appUrl!, 'CREATE TABLE mine (id int)')).rejects.toThrow('permission denied for schema public')

    for (const role of ['owner', 'app']) {
      expect((await stat(join(dataDir, `secrets/database-${role}.password`))).mode & 0o777).toBe(0o600)
    }
    expect((await stat(join(dataDir, 'postgres/data'))).uid).not.toBe(0)
    expect((await stat(join(dataDir, 'postgres/run'))).mode & 0o777).toBe(0o700)
    await launch.stop()
    expect(await postmasterPid(dataDir)).toBeNull()
  })

  it('keeps the data from one start to the next', async () => {
    const dataDir = made
    const first = home.launch(dataDir)
    const { appUrl } = await first.outcome()
    await ask(await ownerUrl(appUrl!, dataDir), 'CREATE TABLE kept AS SELECT 42 AS answer')
    await first.stop()
    const second = home.launch(dataDir)
    const again = await second.outcome()
    expect(again.adopted).toBe(false)
    expect(await ask(await ownerUrl(again.appUrl!, dataDir), 'SELECT answer FROM kept')).toEqual([{ answer: 42 }])
    await second.stop()
  })

  it('outlives a killed launcher, is adopted by the next one and ends with that', async () => {
    const dataDir = made
    const first = home.launch(dataDir)
    await first.outcome()
    const pid = await postmasterPid(dataDir)
    await first.kill()
    const second = home.launch(dataDir)
    const { adopted, appUrl } = await second.outcome()
    expect(adopted).toBe(true)
    expect(await postmasterPid(dataDir)).toBe(pid)
    expect(await ask(appUrl!, 'SELECT 1 AS one')).toEqual([{ one: 1 }])
    await second.stop()
    expect(await postmasterPid(dataDir)).toBeNull()
  })

  it('serves one of two launchers that begin together on a new directory, and refuses the other', async () => {
    const dataDir = home.dataDir('raced')
    const launches = [home.launch(dataDir), home.launch(dataDir)]
    const outcomes = await Promise.all(launches.map((launch) => launch.outcome()))
    const refused = outcomes.filter(({ refused }) => refused)
    expect(refused).toHaveLength(1)
    expect(refused[0]!.refused).toMatch(/^another Latchkey \(launcher, process \d+\) is using this data directory$/)
    // The refused one leaves, and the server of the other one stays.
    const winner = launches[outcomes.findIndex(({ appUrl }) => appUrl)]!
    const { appUrl } = await winner.outcome()
    expect(await ask(appUrl!, 'SELECT 1 AS one')).toEqual([{ one: 1 }])
    await winner.stop()
    expect((await readdir(join(dataDir, 'postgres'))).filter((name) => name.startsWith('new-'))).toEqual([])
  })

  it('is not hindered by the postmaster.pid of a server that is gone, even if its number is somebody else now', async () => {
    const dataDir = made
    const first = home.launch(dataDir)
    await first.outcome()
    const pidFile = join(dataDir, 'postgres/data/postmaster.pid')
    const content = await readFile(pidFile, 'utf8')
    await first.stop()
    // A process of the same user: the case that Postgres itself cannot tell.
    const { uid, gid } = await stat(join(dataDir, 'postgres/data'))
    const stranger = spawn(process.execPath, ['-e', 'setInterval(() => {}, 60000)'], {
      cwd: '/', env: {}, ...(asRoot && { uid, gid }),
    })
    try {
      await writeFile(pidFile, content.replace(/^\d+/, String(stranger.pid)), { mode: 0o600 })
      const second = home.launch(dataDir)
      expect(await second.outcome()).toMatchObject({ adopted: false })
      await second.stop()
    } finally {
      stranger.kill('SIGKILL')
    }
  })

  it('is started again by its launcher when it is killed', async () => {
    const dataDir = made
    const launch = home.launch(dataDir)
    const { appUrl } = await launch.outcome()
    const pid = await postmasterPid(dataDir)
    process.kill(pid!, 'SIGKILL')
    await launch.fact(({ log }) => log === 'Postgres had ended and was started again')
    expect(await ask(appUrl!, 'SELECT 1 AS one')).toEqual([{ one: 1 }])
    expect(await postmasterPid(dataDir)).not.toBe(pid)
    await launch.stop()
    expect(await postmasterPid(dataDir)).toBeNull()
  })

  it('says whose directory it is when the files were written by another Postgres', async () => {
    const dataDir = made
    const version = join(dataDir, 'postgres/data/PG_VERSION')
    await writeFile(version, '9\n')
    expect((await home.launch(dataDir).outcome()).refused).toMatch(/no usable Postgres found[^]*the data was written by 9/)
    await writeFile(version, '18\n')
  })
})

describe('a new data directory', () => {
  let home: LauncherHome
  beforeAll(async () => {
    home = await LauncherHome.make(CALLERS.at(-1)!)
  })
  afterAll(() => home.remove())

  it('begins anew after a launcher that was killed while it made the database', async () => {
    const dataDir = home.dataDir('halfway')
    const halfMade = async () => {
      const names = await readdir(join(dataDir, 'postgres')).catch(() => [])
      return names.filter((name) => name.startsWith('new-'))
    }
    const first = home.launch(dataDir)
    await untilTrue(async () => (await halfMade()).length === 1)
    await first.kill()
    expect(await halfMade()).toHaveLength(1)
    const second = home.launch(dataDir)
    expect(await second.outcome()).toMatchObject({ adopted: false })
    expect(await halfMade()).toEqual([])
    await second.stop()
  })

  it('finds a short place for its socket when the directory has a long name', async () => {
    const dataDir = home.dataDir('long'.repeat(25))
    const launch = home.launch(dataDir)
    const { appUrl } = await launch.outcome()
    const socket = decodeURIComponent(new URL(appUrl!).host.replace(/:\d+$/, ''))
    expect(socket).toMatch(/^\/tmp\/latchkey-[0-9a-f]{16}$/)
    expect((await lstat(socket)).mode & 0o777).toBe(0o700)
    await launch.stop()
    await rm(socket, { recursive: true })
  })
})

describe('the binaries of the npm package', () => {
  let home: LauncherHome
  beforeEach(async () => {
    home = await LauncherHome.make(CALLERS.at(-1)!)
  })
  afterEach(() => home.remove())

  it('work without their postinstall script, which npm may have blocked', async () => {
    const links = JSON.parse(await readFile(join(home.native, 'pg-symlinks.json'), 'utf8')) as { target: string }[]
    for (const { target } of links) await unlink(join(home.native, '..', target))
    // In the copy that this user is able to make: the package itself belongs to whoever installed it.
    const launch = home.launch(home.dataDir('unlinked'))
    expect(await launch.outcome()).toMatchObject({ adopted: false })
    const command = await readFile(`/proc/${await postmasterPid(home.dataDir('unlinked'))}/cmdline`, 'utf8')
    const shelf = join(home.folder, 'home/.local/share/latchkey/postgres-binaries')
    expect(command.startsWith(asRoot ? shelf : home.native)).toBe(true)
    await launch.stop()
  })

  if (asRoot) {
    it('and the data are put where the account of the server can reach them, if the home is closed to it', async () => {
      const closed = await LauncherHome.make({ name: 'root' })
      await mkdir(join(closed.folder, 'home/closed'), { mode: 0o700 })
      const dataDir = join(closed.folder, 'home/closed/data')
      const launch = closed.launch(dataDir)
      expect(await launch.outcome()).toMatchObject({ adopted: false })
      const elsewhere = await readlink(join(dataDir, 'postgres'))
      expect(elsewhere).toMatch(/^\/var\/lib\/latchkey\/clusters\//)
      await launch.stop()
      const again = closed.launch(dataDir)
      expect(await again.outcome()).toMatchObject({ adopted: false })
      await again.stop()
      await rm(elsewhere, { recursive: true })
      await closed.remove()
    })
  }
})
