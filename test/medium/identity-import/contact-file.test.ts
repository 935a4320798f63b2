import { mkdtemp, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { IdentitySettings } from '../../../src/modules/identity/index.js'
import { runContactFile } from '../../../src/modules/identity/index.js'
import { ContactFile, type FileChange } from '../../../src/modules/identity/contact-file/domain/contact-file.js'
import { SupplementStore } from '../../../src/modules/identity/contact-file/persistence/supplement.store.js'
import { ContactChanges } from '../../../src/modules/identity/import/domain/contact-changes.js'
import { ImportPageStore } from '../../../src/modules/identity/import/persistence/import-page.store.js'
import { PersonRefreshStore } from '../../../src/modules/identity/import/persistence/person-refresh.store.js'
import { PersonStore } from '../../../src/modules/identity/persistence/person.store.js'
import type { Notifications } from '../../../src/modules/notifications/index.js'
import { testKeyRing, writableAuditLog } from '../../builders/audit.js'
import { feedAccount, PagedDirectory } from '../../fakes/paged-directory.js'
import { openImportWorld, type ImportWorld } from './import-world.js'

const HETU = '131052-308T'
const PERSONNUMMER = '19121212-1212'
let world: ImportWorld
let contacts: ContactFile
beforeAll(async () => {
  const directory = new PagedDirectory()
  world = await openImportWorld([directory])
  const id = await world.configure({ kind: 'paged', settings: {} })
  await world.configuration.save(world.database, id, { correlation: [{ account: 'employeeNumber', person: 'employeeNumber' }] })
  for (const [n, login] of ['aino', 'bertil', 'carl', 'twin', 'twin', 'dora', 'elsa'].entries()) {
    directory.put(feedAccount({ logins: [login], mobile: login === 'elsa' ? ['+358405555555'] : [], correlation: { employeeNumber: [String(100 + n)] } }))
  }
  await world.import(id)
  const audit = await writableAuditLog(world.database)
  const settings = new IdentitySettings()
  contacts = new ContactFile(world.database, testKeyRing(), new SupplementStore(), new ImportPageStore(), new PersonRefreshStore(),
    new ContactChanges(audit, {} as Notifications, new PersonStore(), settings), audit, settings)
})
afterAll(() => world.close())

async function read(text: string, dryRun = false) {
  const errors: string[] = []
  const changes: FileChange[] = []
  const report = await contacts.read({
    source: Readable.from([Buffer.from(text)]), dryRun, by: 'test',
    onError: ({ line, column, problem }) => errors.push(`${line} ${column}: ${problem}`), onChange: (change) => changes.push(change),
  })
  return { report, errors, changes }
}
const contactsOf = async (login: string) => (await world.people.listContactPoints(world.database, (await world.personOf(login)).id)).map(({ value, recentlyChanged }) => [value, recentlyChanged])

describe('a file of contacts', () => {
  it('shows in a dry run what would change, and writes nothing', async () => {
    const { report, changes } = await read(`\ufefflogin;mobile;secondaryMail;nationalId\r\naino;040 123 0042;aino@posti.example;${HETU}\r\n`, true)
    expect(report).toEqual({ lines: 1, changedPeople: 1, unchangedPeople: 0, errors: 0 })
    expect(changes).toEqual([
      { line: 2, person: 'aino', field: 'mobile', before: null, after: '+358401230042' },
      { line: 2, person: 'aino', field: 'secondaryMail', before: null, after: 'aino@posti.example' },
      { line: 2, person: 'aino', field: 'nationalId', before: null, after: '(hidden)' },
    ])
    expect(await contactsOf('aino')).toEqual([])
    expect(await world.query('SELECT * FROM person_supplement')).toEqual([])
  })

  it('brings contacts to people, who are found by them, and a first value is no change', async () => {
    const text = `login,mobile,secondaryMail,nationalId\naino,0401230042,aino@posti.example,${HETU}\n`
    expect((await read(text)).report).toMatchObject({ changedPeople: 1, errors: 0 })
    expect(await contactsOf('aino')).toEqual([['aino@posti.example', false], ['+358401230042', false]])
    expect((await world.personOf('+358 40 1230042')).id).toBe((await world.personOf('aino')).id)
    expect((await read(text)).report).toMatchObject({ changedPeople: 0, unchangedPeople: 1 })
  })

  it('makes a value that replaces another one young, leaves empty cells alone and takes away what has a dash', async () => {
    await read('login,mobile,secondaryMail\nbertil,0401111111,b@posti.example\n')
    expect((await read('login,mobile,secondaryMail\nbertil,0402222222,\n')).changes).toEqual([
      { line: 2, person: 'bertil', field: 'mobile', before: '+358401111111', after: '+358402222222' }])
    expect(await contactsOf('bertil')).toEqual([['b@posti.example', false], ['+358402222222', true]])
    await read('login,secondaryMail\nbertil,-\n')
    expect(await contactsOf('bertil')).toEqual([['+358402222222', true]])
  })

  it('stands before what a directory says', async () => {
    await read('login,mobile\nelsa,0409999999\n')
    expect((await contactsOf('elsa')).map(([value]) => value)).toEqual(['+358409999999'])
    await read('login,mobile\nelsa,-\n')
    expect((await contactsOf('elsa')).map(([value]) => value)).toEqual(['+358405555555'])
  })

  it('finds people by an attribute that joins, too', async () => {
    expect((await read('employeeNumber,mobile\n102,0403333333\n')).report).toMatchObject({ changedPeople: 1 })
    expect((await contactsOf('carl')).map(([value]) => value)).toEqual(['+358403333333'])
  })

  it('names each line that cannot be right, and does the others', async () => {
    const { report, errors } = await read([
      'login,mobile,nationalId', 'nobody,0401234567,', 'twin,0401234567,', 'dora,12,', 'carl,,131052-308X', 'dora', 'dora,0404444444,', 'dora,0405555555,', ',0401234567,',
    ].join('\n'))
    expect(errors.sort()).toEqual([
      '2 login: is nobody on record', '3 login: is more than one person', '4 mobile: is no phone number', '5 nationalId: is no Finnish or Swedish national id',
      '6 : has 1 cells instead of 3', '8 login: comes twice', '9 login: names nobody',
    ])
    expect(report).toEqual({ lines: 8, changedPeople: 1, unchangedPeople: 0, errors: 7 })
    expect((await contactsOf('dora')).map(([value]) => value)).toEqual(['+358404444444'])
  })

  it('gives one national id to one person, and keeps no clear one anywhere', async () => {
    expect((await read(`login,nationalId\nbertil,${HETU.toLowerCase()}\n`)).errors).toEqual(['2 nationalId: belongs to somebody else already'])
    expect((await read(`login,nationalId\nbertil,${PERSONNUMMER}\ncarl,${PERSONNUMMER.replace('-', '')}\n`)).errors).toEqual(['3 nationalId: belongs to somebody else already'])
    const everything = JSON.stringify([
      await world.query('SELECT *, encode(national_id_hash, \'escape\') FROM person_supplement'), await world.query('SELECT * FROM audit_entry'), await world.query('SELECT * FROM person_identifier'),
    ])
    for (const part of [HETU, '308T', '1212121212', PERSONNUMMER]) expect(everything).not.toContain(part)
  })

  it.each([['', 0], ['login\n', 1], ['a,b\n', 1], ['login,mobile,mobile\n', 1], ['login,mobile\naino,"0\n', 1], ['<x>,mobile\n', 1]])(
    'of the form %j is no such file', async (text, errors) => expect((await read(text)).report).toMatchObject({ errors, changedPeople: 0 }))
})

describe('the command', () => {
  it('lists what it passed over in a file and says so by its exit code', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'latchkey-csv-'))
    const [file, errorFile] = [join(folder, 'in.csv'), join(folder, 'errors.csv')]
    await writeFile(file, 'login,mobile\naino,0407777777\nnobody,0401234567\n')
    const printed: string[] = []
    const print = (line: string): void => void printed.push(line)
    expect(await runContactFile({ contacts, file, dryRun: true, errorFile, print })).toBe(1)
    expect(printed).toEqual(['  line 2  aino  mobile: +358401230042 → +358407777777', '2 lines, nothing written: 1 people changed, 0 unchanged, 1 errors'])
    expect(await readFile(errorFile, 'utf8')).toBe('"line","column","problem"\r\n"3","login","is nobody on record"\r\n')
    expect(await runContactFile({ contacts, file: join(folder, 'none.csv'), dryRun: true, print })).toBe(2)
  })
})
