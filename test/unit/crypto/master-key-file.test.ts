import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SecretText } from '../../../src/kernel/secret-text.js'
import { loadKeyRing, MasterKeyError, parseKeys } from '../../../src/platform/crypto/master-key-file.js'

const key = (byte: number) => Buffer.alloc(32, byte).toString('base64')
let folder: string
let file: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'latchkey-key-'))
  file = join(folder, 'master.key')
})
afterEach(() => rm(folder, { recursive: true }))

const load = (mayCreate = false) => loadKeyRing({ masterKeyFile: file, mayCreate })

describe('the master key file', () => {
  it('gives a ring whose last key seals and whose older keys still open', async () => {
    await writeFile(file, `# old\n1 ${key(1)}\n`, { mode: 0o600 })
    const sealed = (await load()).seal(new SecretText('kept'), 'row 1')
    await writeFile(file, `# old\n1 ${key(1)}\n\n2 ${key(2)}\r\n`, { mode: 0o600 })
    const rotated = await load()
    expect(rotated.open(sealed, 'row 1').reveal()).toBe('kept')
    expect(rotated.seal(new SecretText('new'), 'row 2').readUInt32BE(1)).toBe(2)
  })

  it.each([0o640, 0o604, 0o660, 0o644, 0o601])('is refused with mode %o', async (mode) => {
    await writeFile(file, `1 ${key(1)}\n`)
    await chmod(file, mode)
    await expect(load()).rejects.toThrow('its mode must be 0600')
  })

  it('is missed where nobody may make one', async () => {
    await expect(load()).rejects.toThrow(MasterKeyError)
  })

  it('is made once for a demo, for this user alone, also by four starts at once', async () => {
    file = join(folder, 'secrets', 'master.key')
    const rings = await Promise.all([1, 2, 3, 4].map(() => load(true)))
    const sealed = rings[0]!.seal(new SecretText('same key'), 'row')
    for (const ring of rings) expect(ring.open(sealed, 'row').reveal()).toBe('same key')
    expect((await stat(file)).mode & 0o777).toBe(0o600)
    expect((await stat(join(folder, 'secrets'))).mode & 0o777).toBe(0o700)
    const before = await readFile(file, 'utf8')
    await load(true)
    expect(await readFile(file, 'utf8')).toBe(before)
  })

  it.each([
    ['nothing', '', 'holds no key'],
    ['remarks only', '# soon\n', 'holds no key'],
    ['a short key', `1 ${Buffer.alloc(31).toString('base64')}`, '32 bytes on line 1'],
    ['a key without its id', key(1), '"id base64key" on line 1'],
    ['hexadecimal', `1 ${'zz'.repeat(16)}!`, '"id base64key" on line 1'],
    ['ids that do not grow', `2 ${key(1)}\n1 ${key(2)}`, 'count its ids upwards; line 2'],
    ['an id twice', `1 ${key(1)}\n1 ${key(2)}`, 'count its ids upwards; line 2'],
  ])('holding %s is refused', (_what, content, rule) => {
    expect(() => parseKeys('/keys/master', content)).toThrow(rule)
  })

  it('is never quoted in a refusal', () => {
    const broken = `1 ${key(7)}\n2 ${key(8).slice(0, 20)}`
    expect(() => parseKeys('/keys/master', broken)).toThrow(MasterKeyError)
    try {
      parseKeys('/keys/master', broken)
    } catch (error) {
      expect(String((error as Error).stack)).not.toContain(key(8).slice(0, 12))
    }
  })
})
