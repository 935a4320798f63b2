import type { AccountState } from '../../../src/modules/directories/index.js'
import { bindWouldLock } from '../../../src/modules/directories/index.js'
import { isSupported, refusalOf } from '../../../src/modules/provisioning/domain/account-gate.js'
import type { OperationKind, Origin } from '../../../src/modules/provisioning/index.js'

const state = (facts: Partial<AccountState> = {}): AccountState => ({
  ref: { nativeId: 'n', login: 'aino' }, displayName: null, enabled: true, accountExpired: false, locked: false, lockedAt: null,
  unlocksAt: null, wrongPasswords: 0, mustChange: false, passwordSetAt: null, passwordExpiresAt: null, passwordExpired: false,
  protected: false, protectedBecause: null, passwordMarker: '1', ...facts,
})
const KINDS: OperationKind[] = ['reset', 'change', 'unlock', 'activate', 'deactivate']
const ORIGINS: Origin[] = ['SELF', 'TICKET', 'ADMIN', 'PASSWORD_MANAGER', 'INIT', 'SOAP', 'TAKEOVER', 'UNIFORM']

it('refuses a protected account to every origin and kind', () => {
  for (const kind of KINDS) {
    for (const origin of ORIGINS) {
      expect(refusalOf(kind, origin, state({ protected: true, protectedBecause: 'adminCount' }))).toEqual({ code: 'PRIVILEGED_TARGET', diagnostic: 'adminCount' })
    }
  }
})

it('says protected before it says disabled, so that nothing is learnt about a protected account', () => {
  expect(refusalOf('reset', 'SELF', state({ protected: true, enabled: false }))?.code).toBe('PRIVILEGED_TARGET')
})

it.each([
  ['reset', 'ACCOUNT_DISABLED'], ['change', 'ACCOUNT_DISABLED'], ['unlock', 'ACCOUNT_DISABLED'], ['activate', undefined], ['deactivate', undefined],
] as const)('%s of a disabled account: %s', (kind, code) => {
  expect(refusalOf(kind, 'SELF', state({ enabled: false }))?.code).toBe(code)
})

it.each([
  ['reset', 'ACCOUNT_EXPIRED'], ['change', 'ACCOUNT_EXPIRED'], ['unlock', 'ACCOUNT_EXPIRED'], ['activate', 'ACCOUNT_EXPIRED'], ['deactivate', undefined],
] as const)('%s of an expired account: %s', (kind, code) => {
  expect(refusalOf(kind, 'SELF', state({ accountExpired: true }))?.code).toBe(code)
})

it('lets a locked account be reset and unlocked', () => {
  expect(refusalOf('reset', 'SELF', state({ locked: true }))).toBeNull()
  expect(refusalOf('unlock', 'SELF', state({ locked: true }))).toBeNull()
})

it.each([
  [3, 5, false], [4, 5, true], [5, 5, true], [0, 1, true], [9, 0, false], [1, null, false], [2, null, true], [null, 3, false],
] as const)('%s wrong passwords of %s: a bind of ours would lock = %s', (wrongPasswords, threshold, would) => {
  expect(bindWouldLock(state({ wrongPasswords }), { threshold }, 3)).toBe(would)
})

it('asks for the right to force a change only when it is wished', () => {
  expect(isSupported('reset', false, new Set(['reset']))).toBe(true)
  expect(isSupported('reset', true, new Set(['reset']))).toBe(false)
  expect(isSupported('reset', true, new Set(['reset', 'mustChange']))).toBe(true)
  expect(isSupported('unlock', false, new Set(['reset']))).toBe(false)
})
