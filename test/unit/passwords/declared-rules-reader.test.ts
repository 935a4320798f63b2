import { Logger } from '@nestjs/common'
import { ConnectorError, type Directories } from '../../../src/modules/directories/index.js'
import type { Account } from '../../../src/modules/identity/index.js'
import { NO_DECLARED_RULES, type DeclaredRules } from '../../../src/modules/password-policy/index.js'
import { DeclaredRulesReader } from '../../../src/modules/passwords/domain/declared-rules-reader.js'
import { PasswordsSettings } from '../../../src/modules/passwords/domain/passwords-settings.js'

const account = (nativeId: string): Account => ({
  id: `account-${nativeId}`, personId: 'p', directoryId: 'd', nativeId, login: nativeId, enabled: true, privileged: false,
})
const TWELVE: DeclaredRules = { ...NO_DECLARED_RULES, exact: true, minLength: 12, maxAgeSeconds: 90 }

let answer: () => DeclaredRules
let deadlines: number[]
const directories = {
  get: () => ({ name: 'Windows and email' }),
  declaredRules: async (_id: string, _ref: unknown, { deadline }: { deadline: Date }) => {
    deadlines.push(deadline.getTime() - Date.now())
    return answer()
  },
} as unknown as Directories
const reader = (settings: Partial<PasswordsSettings> = {}): DeclaredRulesReader =>
  new DeclaredRulesReader(directories, Object.assign(new PasswordsSettings(), settings))

beforeEach(() => {
  Logger.overrideLogger(false)
  answer = () => TWELVE
  deadlines = []
})

it('asks with a deadline that a waiting person can bear', async () => {
  expect(await reader().rulesOf(account('a'))).toEqual(TWELVE)
  expect(deadlines[0]).toBeLessThanOrEqual(3_000)
})

it('shows the last word as "at least" while the directory is away, and nothing as "at least" when it never spoke', async () => {
  const made = reader()
  await made.rulesOf(account('a'))
  answer = () => {
    throw new ConnectorError('unreachable', 'ECONNREFUSED')
  }
  expect(await made.rulesOf(account('a'))).toEqual({ ...TWELVE, exact: false })
  expect(await made.rulesOf(account('b'))).toEqual({ ...NO_DECLARED_RULES, exact: false })
})

it('does not hide a bug as a directory that is away', async () => {
  answer = () => {
    throw new TypeError('a bug')
  }
  await expect(reader().rulesOf(account('a'))).rejects.toThrow(TypeError)
})

it('tells the last word without asking', async () => {
  const made = reader()
  expect(made.lastKnown(account('a'))).toBeNull()
  await made.rulesOf(account('a'))
  expect(made.lastKnown(account('a'))).toEqual(TWELVE)
  expect(made.lastKnown(account('b'))).toBeNull()
  expect(deadlines).toHaveLength(1)
})

it('forgets the account asked for longest ago when it is full', async () => {
  const made = reader({ rulesKept: 2 })
  for (const nativeId of ['a', 'b', 'a', 'c']) await made.rulesOf(account(nativeId))
  expect([made.lastKnown(account('a')), made.lastKnown(account('b')), made.lastKnown(account('c'))]).toEqual([TWELVE, null, TWELVE])
})
