import { DirectoryImport } from '../../../src/contract/import.contract.js'
import { selfWritableWarnings } from '../../../src/modules/identity/import/domain/self-writable.js'

const by = (...accounts: string[]): DirectoryImport => DirectoryImport.parse({ correlation: accounts.map((account) => ({ account, person: 'number' })) })
const reasons = (settings: DirectoryImport, kind: string, here: ReadonlyMap<string, boolean> | null = null) =>
  selfWritableWarnings(settings, kind, here).map(({ attribute, reason }) => `${attribute} ${reason}`)

describe('a correlation that people can forge', () => {
  it.each([
    ['ad', 'pager'], ['ad', 'telephoneNumber'], ['ad', 'IPPHONE'], ['ad', 'wWWHomePage'], ['openldap', 'mail'], ['openldap', 'carLicense'],
  ])('is warned of: %s by %s', (kind, attribute) => {
    expect(reasons(by(attribute), kind)).toEqual([`${attribute} self-writable`])
  })

  it.each([
    ['ad', 'employeeID'], ['ad', 'mail'], ['ad', 'sAMAccountName'], ['ad', 'objectGUID'], ['openldap', 'uid'], ['openldap', 'employeeNumber'], ['local', 'mobile'],
  ])('is not seen in %s by %s', (kind, attribute) => {
    expect(reasons(by(attribute), kind)).toEqual([])
  })

  it('is named by its place in the settings', () => {
    expect(selfWritableWarnings(by('employeeID', 'pager'), 'ad', null)).toMatchObject([{ field: 'correlation.1.account', attribute: 'pager' }])
  })

  it('is what the directory itself says, before what is well known', () => {
    expect(reasons(by('employeeID', 'pager'), 'ad', new Map([['employeeid', true], ['pager', false]]))).toEqual(['employeeID self-writable-here'])
  })

  it('is what the settings say people write', () => {
    const settings = DirectoryImport.parse({ correlation: [{ account: 'mobile', person: 'm' }, { account: 'extensionAttribute7', person: 'e' }], personWrites: ['mobile', 'secondaryMail'], fields: { secondaryMail: 'extensionAttribute7' } })
    expect(reasons(settings, 'local')).toEqual(['mobile person-writes', 'extensionAttribute7 person-writes'])
  })
})
