import { randomUUID } from 'node:crypto'
import { connect, createServer, type Server } from 'node:net'
import { LdapServers, PpolicyControl, equal, type LdapServersOptions } from '../../../src/integrations/ldap/index.js'
import { SecretText } from '../../../src/kernel/secret-text.js'
import { FaultProxy } from '../fault-proxy.js'
import { runningDirectories } from '../harness/directories.js'
import { SlapdAdmin } from '../slapd/slapd-admin.js'

const { slapd } = runningDirectories()
const soon = (ms = 5_000) => new Date(Date.now() + ms)
const opened: LdapServers[] = []
const servers = (options: Partial<LdapServersOptions> = {}): LdapServers => {
  const made = new LdapServers({
    urls: [slapd.url], tls: { ca: slapd.ca, serverName: slapd.serverName }, bind: { dn: slapd.bindDn, password: new SecretText(slapd.bindPassword) }, ...options,
  })
  opened.push(made)
  return made
}
const whoIsThere = (directory: LdapServers, deadline = soon()) => directory.use(deadline, async (lease) => {
  await lease.search({ base: slapd.peopleDn, scope: 'base', attributes: ['ou'] }, deadline)
  return lease.server
})
let admin: SlapdAdmin
beforeAll(async () => { admin = await SlapdAdmin.open(slapd) })
afterAll(async () => {
  await Promise.all(opened.map((directory) => directory.close()))
  await admin.close()
})

/** Accepts and says nothing, like a server that has died standing. */
const silentServer = async (): Promise<{ url: string; server: Server }> => {
  const server = createServer((socket) => void socket.on('error', () => undefined).resume())
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  server.unref()
  return { url: `ldaps://127.0.0.1:${(server.address() as { port: number }).port}`, server }
}

/** Lets everything through and counts the lines. */
async function countingPassage(target: string): Promise<{ url: string; server: Server; lines: number }> {
  const { hostname, port } = new URL(target)
  const server = createServer((socket) => {
    passage.lines += 1
    const onward = connect({ host: hostname, port: Number(port) })
    socket.on('error', () => onward.destroy()).pipe(onward)
    onward.on('error', () => socket.destroy()).pipe(socket)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const passage = { url: `ldaps://127.0.0.1:${(server.address() as { port: number }).port}`, server, lines: 0 }
  return passage
}

describe('a connection', () => {
  it.each([['TLS from the start', slapd.url], ['StartTLS', slapd.urlStartTls]])('is made with %s and verified', async (_what, url) => {
    expect(await whoIsThere(servers({ urls: [url] }))).toBe(url)
  })
  it.each([['TLS from the start', slapd.url], ['StartTLS', slapd.urlStartTls]])('is refused with %s when the name is another or the authority unknown', async (_what, url) => {
    await expect(whoIsThere(servers({ urls: [url], tls: { ca: slapd.ca, serverName: 'other.example.test' } }))).rejects.toMatchObject({ kind: 'tls', sent: false })
    await expect(whoIsThere(servers({ urls: [url], tls: { ca: null, serverName: slapd.serverName } }))).rejects.toMatchObject({ kind: 'tls', sent: false })
  })
  it('is refused to a wrong service password, without a second try at once', async () => {
    const passage = await countingPassage(slapd.url)
    const directory = servers({ urls: [passage.url], bind: { dn: slapd.bindDn, password: new SecretText('wrong') } })
    await expect(whoIsThere(directory)).rejects.toMatchObject({ kind: 'refused', code: 49 })
    await expect(whoIsThere(directory)).rejects.toMatchObject({ kind: 'refused', code: 49 })
    expect(passage.lines).toBe(1)
    passage.server.close()
  })
  it('is never used beyond its number, and waiting has an end', async () => {
    const directory = servers({ connections: 2 })
    let free!: () => void
    const held = new Promise<void>((resolve) => { free = resolve })
    const holders = [1, 2].map(() => directory.use(soon(), () => held))
    await expect(whoIsThere(directory, soon(50))).rejects.toMatchObject({ kind: 'throttled', sent: false })
    const waiting = whoIsThere(directory)
    free()
    await Promise.all(holders)
    expect(await waiting).toBe(slapd.url)
  })
})

describe('a user\'s bind', () => {
  it('is made beside the pool: the leased connection stays the service account\'s', async () => {
    const person = await admin.addPerson()
    await servers({ connections: 1 }).use(soon(), async (lease) => {
      const before = await lease.search({ base: person.dn, scope: 'base', attributes: ['pwdChangedTime'] }, soon())
      await lease.asUser(person.dn, new SecretText(person.password), soon())
      const after = await lease.search({ base: person.dn, scope: 'base', attributes: ['pwdChangedTime'] }, soon())
      // what only the service account may read
      expect(after[0]!.text('pwdChangedTime')).toBe(before[0]!.text('pwdChangedTime'))
      expect(before[0]!.has('pwdChangedTime')).toBe(true)
    })
  })
  it('says what the policy control says', async () => {
    const person = await admin.addPerson({ pwdReset: 'TRUE' })
    const right = new PpolicyControl()
    const directory = servers()
    await directory.use(soon(), (lease) => lease.asUser(person.dn, new SecretText(person.password), soon(), undefined, [right]))
    expect(right.answer).toMatchObject({ error: 'change-after-reset' })
    const wrong = directory.use(soon(), (lease) => lease.asUser(person.dn, new SecretText('not this one'), soon(), undefined, [new PpolicyControl()]))
    await expect(wrong).rejects.toMatchObject({ kind: 'refused', code: 49, sent: false, ppolicy: { error: null } })
  })
  it('with an empty password is never sent', async () => {
    const unheard = servers({ urls: ['ldaps://127.0.0.1:1'] })
    await expect(unheard.use(soon(), async () => undefined)).rejects.toMatchObject({ kind: 'unreachable' })
    await servers().use(soon(), async (lease) => {
      await expect(lease.asUser(slapd.bindDn, new SecretText(''), soon())).rejects.toMatchObject({ kind: 'refused', code: 53, diagnostic: expect.stringContaining('not sent') })
    })
  })
})

describe('several servers', () => {
  it('the second is used when the first refuses, stalls or is somebody else', async () => {
    const silent = await silentServer()
    for (const first of ['ldaps://127.0.0.1:1', silent.url, `ldaps://localhost:${new URL(slapd.url).port}`]) {
      const directory = servers({ urls: [first, slapd.url], connectMs: 600, ...(first.includes('localhost') ? { tls: { ca: slapd.ca, serverName: null } } : {}) })
      expect(await whoIsThere(directory)).toBe(first.includes('localhost') ? first : slapd.url)
    }
    silent.server.close()
  })
  it('one that stalled is not waited for again until it had time to recover', async () => {
    const silent = await silentServer()
    const directory = servers({ urls: [silent.url, slapd.url], connectMs: 600 })
    await whoIsThere(directory)
    const started = performance.now()
    await whoIsThere(directory)
    expect(performance.now() - started).toBeLessThan(250) // less than its half of 600 ms
    silent.server.close()
  })
  it('the first one is used again when it is back', async () => {
    const proxy = await FaultProxy.start({ host: '127.0.0.1', port: slapd.ports[1] })
    const first = `ldaps://127.0.0.1:${proxy.port}`
    const directory = servers({ urls: [first, slapd.url], avoidMs: 0 })
    proxy.refuse()
    expect(await whoIsThere(directory)).toBe(slapd.url)
    proxy.serve()
    expect(await whoIsThere(directory)).toBe(first)
    await directory.close()
    await proxy.close()
  })
  it('a question about a write stays with the server that was asked to write', async () => {
    const directory = servers({ urls: ['ldaps://127.0.0.1:1', slapd.url] })
    await expect(directory.use(soon(), async () => undefined, 'ldaps://127.0.0.1:1')).rejects.toMatchObject({ kind: 'unreachable' })
    expect(await directory.use(soon(), async (lease) => lease.server, slapd.url)).toBe(slapd.url)
  })
  it('none of them: says of each why', async () => {
    const silent = await silentServer()
    await expect(whoIsThere(servers({ urls: ['ldaps://127.0.0.1:1', silent.url], connectMs: 200 }))).rejects.toMatchObject({
      kind: 'unreachable', sent: false, diagnostic: expect.stringMatching(/127\.0\.0\.1:1: ECONNREFUSED.*no secure connection in time/),
    })
    silent.server.close()
  })
})

describe('entries', () => {
  it('keep bytes as bytes and names without regard to case', async () => {
    const jpeg = Buffer.from([0xff, 0xd8, 0x00, 0x80, 0xfe])
    const person = await admin.addPerson({ jpegPhoto: jpeg, cn: ['Zoë', 'Zwei'] })
    const [entry] = await servers().use(soon(), (lease) => lease.search(
      { base: slapd.peopleDn, scope: 'sub', filter: equal('uid', person.login), attributes: ['JPEGPHOTO', 'cn', 'mail'] }, soon()))
    expect(entry!.bytes('jpegPhoto')).toEqual(jpeg)
    expect(entry!.texts('CN').sort()).toEqual(['Zoë', 'Zwei'])
    expect(entry!.has('mail')).toBe(false)
    expect(entry!.text('uid')).toBeNull() // not asked for
  })
  it.each(['*', ')(uid=*', '\\2a', '*)(objectClass=*', 'a\u0000b'])('are never found by a value that is filter syntax: %j', async (text) => {
    const found = await servers().use(soon(), (lease) => lease.search({ base: slapd.peopleDn, scope: 'sub', filter: equal('uid', text), attributes: ['uid'] }, soon()))
    expect(found).toEqual([])
  })
  it('come page by page, more than the server gives at once', async () => {
    const mark = randomUUID()
    for (let n = 0; n < 7; n += 1) await admin.addPerson({ title: mark })
    const sizes: number[] = []
    await servers().use(soon(), async (lease) => {
      for await (const page of lease.pages({ base: slapd.peopleDn, scope: 'sub', filter: equal('title', mark), attributes: ['uid'] }, 3, soon)) sizes.push(page.length)
    })
    expect(sizes).toEqual([3, 3, 1])
  })
})

describe('a deadline', () => {
  it('that has passed sends nothing', async () => {
    await servers().use(soon(), async (lease) => {
      await expect(lease.search({ base: '', scope: 'base', attributes: ['1.1'] }, soon(-1))).rejects.toMatchObject({ kind: 'timed-out', sent: false })
    })
  })
})
