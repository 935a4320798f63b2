import type { Account, ContactPoint, Person } from '../../../src/modules/identity/index.js'
import { decoyReason as reasonOf } from '../../../src/modules/self-service/domain/decoy-reason.js'
import { carriesReset } from '../../../src/modules/verification/index.js'

const person: Person = {
  id: 'p', displayName: 'Aino Korhonen', givenName: 'Aino', familyName: 'Korhonen', language: 'fi', status: 'active',
  identityLocked: false, adminLocked: false, loginBlockedUntil: null, frozenUntil: null, privileged: false, revision: 1,
}
const account: Account = { id: 'a', personId: 'p', directoryId: 'd', nativeId: 'n', login: 'aino', enabled: true, privileged: false }
const contact: ContactPoint = {
  id: 'c', personId: 'p', kind: 'mail', value: 'aino@posti.example', masked: 'a•••@posti.example', verified: true,
  behindAccount: false, recentlyChanged: false,
}

const decoyReason = (who: Person, accounts: Account[], contacts: ContactPoint[]) => reasonOf(who, accounts, contacts, 'password-reset')

describe('who walks as a decoy', () => {
  it('lets an ordinary person walk the real road', () => {
    expect(decoyReason(person, [account], [contact])).toBeNull()
  })

  it.each<[string, Partial<Person>]>([
    ['left', { status: 'left' }],
    ['locked', { identityLocked: true }],
    ['locked', { adminLocked: true }],
    ['frozen', { frozenUntil: new Date() }],
    ['privileged', { privileged: true }],
  ])('%s: %j', (reason, change) => {
    expect(decoyReason({ ...person, ...change }, [account], [contact])).toBe(reason)
  })

  it('needs one enabled account', () => {
    expect(decoyReason(person, [{ ...account, enabled: false }], [contact])).toBe('disabled')
    expect(decoyReason(person, [], [contact])).toBe('disabled')
    expect(decoyReason(person, [{ ...account, enabled: false }, account], [contact])).toBeNull()
  })

  it.each<[string, Partial<ContactPoint>]>([
    ['a mailbox behind the account', { behindAccount: true }],
    ['a contact changed within 72 h', { recentlyChanged: true }],
    ['a contact nobody has verified', { verified: false }],
  ])('does not send a reset to %s', (_what, change) => {
    expect(carriesReset({ ...contact, ...change })).toBe(false)
    expect(decoyReason(person, [account], [{ ...contact, ...change }])).toBe('no-contact')
    expect(decoyReason(person, [account], [{ ...contact, ...change }, contact])).toBeNull()
  })
})
