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

it('shows a directory that never spoke as one that may ask for anything', async () => {
  answer = () => {
    throw new ConnectorError('unreachable', 'ECONNREFUSED')
  }
  expect(await reader().rulesOf(account('b'))).toEqual({ ...NO_DECLARED_RULES, exact: false })
})

it('does not hide a bug as a directory that is away', async () => {
  answer = () => {
    throw new TypeError('a bug')
  }
  await expect(reader().rulesOf(account('a'))).rejects.toThrow(TypeError)
})
