import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { AccountRef, DirectoryConnector, SetPassword } from '../../../src/modules/directories/index.js'
import { SecretText } from '../../../src/kernel/secret-text.js'
import { runningDirectories } from '../harness/directories.js'
import { fresh, OpenldapWorld, soon } from './openldap-world.js'

const { slapd } = runningDirectories()
const run = promisify(execFile)
let world: OpenldapWorld
let connector: DirectoryConnector
let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'latchkey-clients-'))
  world = await OpenldapWorld.open(slapd)
  connector = await world.connector()
})
afterAll(async () => {
  await world.close()
  await rm(folder, { recursive: true })
})

/** OpenLDAP's own clients. The password goes by a file, read as it is: -w would show it to everybody on this machine. */
const client = async (name: 'ldapwhoami' | 'ldapsearch', dn: string, password: string, ...args: string[]): Promise<string> => {
  const file = join(folder, randomUUID())
  await writeFile(file, password, { mode: 0o600 })
  const { stdout, stderr } = await run(name, ['-x', '-e', 'ppolicy', '-H', slapd.url, '-D', dn, '-y', file, ...args], { env: { PATH: process.env['PATH'], LDAPTLS_CACERT: slapd.caFile } })
    .catch((error: { stderr: string; code: number }) => ({ stdout: `exit ${error.code}`, stderr: error.stderr }))
  return `${stdout.trim()} ${stderr.trim()}`.trim()
}
const whoAmI = (dn: string, password: string): Promise<string> => client('ldapwhoami', dn, password)
const set = (ref: AccountRef, write: SetPassword): Promise<void> =>
  connector.use(soon(), (it) => it.setPassword!(ref, write, soon()))
const reset = (password: string, mustChange = false): SetPassword => ({ kind: 'reset', newPassword: new SecretText(password), mustChange })

describe('OpenLDAP\'s own clients', () => {
  it('sign in with the password that was reset, and no longer with the one before', async () => {
    const person = await world.person()
    expect(await whoAmI(person.dn, person.password)).toContain(`dn:${person.dn}`)
    const next = fresh()
    await set(person.ref, reset(next))
    expect(await whoAmI(person.dn, next)).toContain(`dn:${person.dn}`)
    expect(await whoAmI(person.dn, person.password)).toMatch(/exit 49.*Invalid credentials/)
  })
  it('sign in with the password that its owner changed', async () => {
    const person = await world.person()
    const next = fresh()
    await set(person.ref, { kind: 'change', currentPassword: new SecretText(person.password), newPassword: new SecretText(next) })
    expect(await whoAmI(person.dn, next)).toContain(`dn:${person.dn}`)
    expect(await whoAmI(person.dn, person.password)).toContain('exit 49')
  })
  it('are held to the change that a reset asked for', async () => {
    const person = await world.person()
    const given = fresh()
    await set(person.ref, reset(given, true))
    expect(await client('ldapsearch', person.dn, given, '-LLL', '-b', slapd.peopleDn, '-s', 'base', 'ou')).toMatch(/exit 50.*(must be changed|restricted)/is)
    await set(person.ref, { kind: 'change', currentPassword: new SecretText(given), newPassword: new SecretText(fresh()) })
    expect(await world.admin.read(person.dn, 'pwdReset')).toEqual([])
  })
  it('are let in again by an unlock, and kept out by a deactivation', async () => {
    const person = await world.person()
    for (let n = 0; n < 4; n += 1) await whoAmI(person.dn, 'wrong')
    expect(await whoAmI(person.dn, person.password)).toMatch(/exit 49.*Account locked/)
    await connector.use(soon(), (it) => it.unlock!(person.ref, soon()))
    expect(await whoAmI(person.dn, person.password)).toContain(`dn:${person.dn}`)
    await connector.use(soon(), (it) => it.deactivate!(person.ref, soon()))
    expect(await whoAmI(person.dn, person.password)).toMatch(/exit 49/)
    await connector.use(soon(), (it) => it.activate!(person.ref, soon()))
    expect(await whoAmI(person.dn, person.password)).toContain(`dn:${person.dn}`)
  })
  it.each([
    ['quotes, backslashes and LDAP marks', `O'Reilly";\\--)(*|&=,+<>#;%00 9a`], ['emoji', '🦊🦊🦊🦊 Kettu 12 👩‍👩‍👧'], ['256 characters', `Aa1-${'x'.repeat(252)}`],
    ['spaces at both ends', '  Kolme sanaa 7  '], ['a combining mark, not composed', 'E\u0301te\u0301 nuit 2026 x'],
  ])('take a password with %s as it was typed', async (_what, password) => {
    const person = await world.person()
    await set(person.ref, reset(password))
    expect(await whoAmI(person.dn, password)).toContain(`dn:${person.dn}`)
  })
  it('find the hash of the new password stored, and not the password', async () => {
    const person = await world.person()
    const next = fresh()
    await set(person.ref, reset(next))
    const shown = await client('ldapsearch', slapd.adminDn, slapd.adminPassword, '-LLL', '-b', person.dn, '-s', 'base', 'userPassword')
    const stored = Buffer.from(/userPassword:: (\S+(\n \S+)*)/.exec(shown)?.[1]?.replace(/\n /g, '') ?? '', 'base64').toString('utf8')
    expect(stored).toMatch(/^\{SSHA\}/)
    expect(stored).not.toContain(next)
  })
})
