import fc from 'fast-check'
import { recordOf, type AccountRecord } from '../../../src/modules/identity/import/domain/account-record.js'
import { Correlation } from '../../../src/modules/identity/import/domain/correlate.js'
import { DirectoryImport } from '../../../src/modules/identity/import/import-settings.js'
import { feedAccount } from '../../fakes/paged-directory.js'

const settings = DirectoryImport.parse({ correlation: [{ account: 'employeeNumber', person: 'number' }, { account: 'uid', person: 'login' }] })
const record = (employeeNumber: string[], uid: string[] = []): AccountRecord =>
  recordOf(feedAccount({ correlation: { employeeNumber, uid } }), { settings, kind: 'openldap', countryCode: '358' })
let next = 0
const correlation = (more: { createsPeople?: boolean; severalAccounts?: boolean } = {}) =>
  new Correlation({ createsPeople: true, severalAccounts: false, newId: () => `new-${next++}`, ...more })
const number = (value: string, personId: string, here = false) => ({ name: 'number', value, personId, here })

describe('correlation', () => {
  it('takes the first rule that finds anybody, whatever a later one says', () => {
    const found = correlation()
    found.learn([number('1', 'p1'), { name: 'login', value: 'b', personId: 'p2', here: false }])
    expect(found.match([record(['1'], ['b'])])).toMatchObject([{ personId: 'p1', isNew: false }])
    expect(found.match([record(['9'], ['b'])])).toMatchObject([{ unmatched: 'several' }]) // p1 has b too by now
  })
  it('joins nobody when a rule finds two, and does not look further', () => {
    const found = correlation()
    found.learn([number('1', 'p1'), number('2', 'p2'), { name: 'login', value: 'c', personId: 'p3', here: false }])
    expect(found.match([record(['1', '2'], ['c'])])).toMatchObject([{ unmatched: 'several' }])
  })
  it('does not take one value of two people for one', () => {
    const found = correlation()
    found.learn([number('1', 'p1'), number('1', 'p2')])
    expect(found.match([record(['1'])])).toMatchObject([{ unmatched: 'several' }])
  })
  it('takes two values of one person for one', () => {
    const found = correlation()
    found.learn([number('1', 'p1'), number('2', 'p1')])
    expect(found.match([record(['1', '2'])])).toMatchObject([{ personId: 'p1' }])
  })
  it('gives nobody a second account of the directory by itself', () => {
    const [found, several] = [correlation(), correlation({ severalAccounts: true })]
    for (const one of [found, several]) one.learn([number('1', 'p1', true)])
    expect(found.match([record(['1'])])).toMatchObject([{ unmatched: 'taken' }])
    expect(several.match([record(['1']), record(['1'])])).toMatchObject([{ personId: 'p1' }, { personId: 'p1' }])
  })
  it('makes new people only where the directory is a source of them', () => {
    expect(correlation().match([record(['7'])])).toMatchObject([{ isNew: true }])
    expect(correlation({ createsPeople: false }).match([record(['7'])])).toMatchObject([{ unmatched: 'nobody' }])
  })
  it('compares as people write: no case, no blanks, no width', () => {
    const found = correlation()
    found.learn([number('ab-1', 'p1')])
    expect(found.match([record([' ＡＢ-1 '])])).toMatchObject([{ personId: 'p1' }])
  })
  it('never joins by an empty value', () => {
    const found = correlation()
    expect(found.match([record(['', ' '], ['']), record([''], [''])]).map((match) => 'isNew' in match && match.isNew)).toEqual([true, true])
  })

  it('never joins an account to a person with whom it shares no value, and never two accounts to one', () => {
    const values = fc.array(fc.constantFrom('1', '2', '3'), { maxLength: 2 })
    const accounts = fc.array(fc.tuple(values, values), { minLength: 1, maxLength: 8 })
    const known = fc.array(fc.tuple(fc.constantFrom('1', '2', '3'), fc.constantFrom('p1', 'p2')), { maxLength: 4 })
    fc.assert(fc.property(accounts, known, (given, holders) => {
      const found = correlation()
      found.learn(holders.map(([value, personId]) => number(value, personId)))
      const records = given.map(([numbers, logins]) => record(numbers, logins))
      const matches = found.match(records)
      const joined = matches.flatMap((match) => ('personId' in match ? [match] : []))
      expect(new Set(joined.map(({ personId }) => personId)).size).toBe(joined.length)
      for (const { record: { keys }, personId, isNew } of joined) {
        if (!isNew) expect(keys.flat().some(({ name, value }) => name === 'number' && holders.some(([has, who]) => has === value && who === personId))).toBe(true)
      }
    }))
  })
})

describe('what is kept of an account', () => {
  it('is the same for the same entry, and another for any difference', () => {
    const account = feedAccount({ mail: ['a@b.example'], correlation: { employeeNumber: ['1'], uid: [] } })
    const of = (more: object = {}) => recordOf({ ...account, ...more }, { settings, kind: 'openldap', countryCode: '358' }).hash
    expect(of()).toBe(of())
    for (const more of [{ enabled: false }, { mail: [] }, { dn: 'x' }, { privileged: true }, { correlation: { employeeNumber: ['2'], uid: [] } }]) expect(of(more)).not.toBe(of())
  })
  it('knows which mailbox is opened with the password itself, and what people write themselves', () => {
    const of = (kind: string, wish: object) => recordOf(feedAccount({ mail: ['a@x.example'], secondaryMail: ['a@y.example'], mobile: ['+358401234567'] }),
      { settings: DirectoryImport.parse(wish), kind, countryCode: '358' }).contacts.map(({ behind, self }) => [behind, self])
    expect(of('openldap', {})).toEqual([[true, false], [false, false], [false, false]])
    expect(of('ad', {})).toEqual([[true, false], [false, false], [false, true]])
    expect(of('ad', { mailboxesBehind: ['Y.example'], personWrites: ['mail'] })).toEqual([[false, true], [true, false], [false, false]])
  })
})
