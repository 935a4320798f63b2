import { randomUUID } from 'node:crypto'
import { SecretText } from '../../../src/kernel/secret-text.js'
import { ConnectorError } from '../../../src/modules/directories/index.js'
import type { Account, People } from '../../../src/modules/identity/index.js'
import {
  NO_DECLARED_RULES, PasswordGenerator, PasswordPolicySettings, PolicyEngine, type StrengthMeter,
} from '../../../src/modules/password-policy/index.js'
import { CommonPasswords } from '../../../src/modules/password-policy/domain/common-passwords.js'
import { PasswordsSettings, type NewPassword } from '../../../src/modules/passwords/index.js'
import { DeclaredRulesReader } from '../../../src/modules/passwords/domain/declared-rules-reader.js'
import { Passwords } from '../../../src/modules/passwords/domain/passwords.js'
import { PasswordBookkeeping } from '../../../src/modules/passwords/jobs/password-bookkeeping.js'
import { PasswordRecordStore } from '../../../src/modules/passwords/persistence/password-record.store.js'
import { DIRECTORY, NEW_PASSWORD, Workshop } from '../provisioning/workshop.js'

const PERSON = '0193bbbb-0000-7000-8000-000000000001'
const GOOD = new SecretText(NEW_PASSWORD)
const common = new CommonPasswords()

let shop: Workshop
let passwords: Passwords
let score: 0 | 1 | 2 | 3 | 4
const asked = { rules: 0 }

beforeEach(async () => {
  shop = await Workshop.open()
  score = 4
  make()
})
afterEach(() => shop.close())

function make(settings: Partial<PasswordsSettings> = {}): void {
  const meter = { measure: async () => ({ score, reason: null }) } as unknown as StrengthMeter
  const policySettings = new PasswordPolicySettings()
  const engine = new PolicyEngine(policySettings, common, meter)
  const people = { personWords: async () => ['Aino', 'Korhonen', 'aino.korhonen'] } as unknown as People
  const numbers = Object.assign(new PasswordsSettings(), settings)
  asked.rules = 0
  const directories = Object.assign(Object.create(shop.directories) as typeof shop.directories, {
    declaredRules: async (...given: Parameters<typeof shop.directories.declaredRules>) => {
      asked.rules += 1
      return shop.directories.declaredRules(...given)
    },
  })
  passwords = new Passwords(shop.db.database, people, directories, engine, new PasswordGenerator(engine, policySettings), shop.provisioning,
    new DeclaredRulesReader(directories, numbers), new PasswordRecordStore(), numbers)
  new PasswordBookkeeping(shop.provisioning, passwords).onModuleInit()
}

function account(login = 'aino.korhonen', facts: Parameters<Workshop['memory']['add']>[1] = {}): Account & { memory: ReturnType<Workshop['memory']['add']> } {
  const memory = shop.memory.add(login, facts)
  return {
    id: randomUUID(), personId: PERSON, directoryId: DIRECTORY, nativeId: memory.nativeId, login, enabled: true, privileged: false, memory,
  }
}

const request = (accounts: Account[], wishes: Partial<NewPassword> = {}): NewPassword => ({
  kind: 'reset', origin: 'SELF', requestId: randomUUID(), personId: PERSON, mustChange: false, secretTtlSeconds: 600,
  actor: { kind: 'person', id: PERSON }, correlationId: 'c-1', accounts, newPassword: GOOD, currentPassword: null, ...wishes,
})
const submit = (wish: NewPassword) => shop.db.database.transaction((tx) => passwords.submit(tx, wish))
const record = async (of: Account) => (await passwords.listRecords(shop.db.database, [of.id]))[0]

describe('the policy', () => {
  it('joins the product’s own with what the directory declares, and names the directory', async () => {
    shop.memory.rules = { ...NO_DECLARED_RULES, exact: true, minLength: 15, historyLength: 24 }
    const view = await passwords.effectivePolicy([account()], 'change')
    expect(view.rules).toContainEqual(expect.objectContaining({ rule: 'min-length', params: { min: 15 }, directories: ['Windows and email'], checkedBy: 'here' }))
    expect(view.rules).toContainEqual(expect.objectContaining({ rule: 'history', checkedBy: 'directory' }))
    expect((await passwords.effectivePolicy([account()], 'reset')).rules).toContainEqual(expect.objectContaining({ rule: 'history', checkedBy: 'not-enforced' }))
  })

  it('of a directory that is away is shown as "at least", with its last word if there is one', async () => {
    const one = account()
    shop.memory.rules = { ...NO_DECLARED_RULES, exact: true, minLength: 20 }
    expect((await passwords.effectivePolicy([one], 'reset')).rules).toContainEqual(expect.objectContaining({ rule: 'min-length', params: { min: 20 }, atLeast: false }))
    shop.directory.declaredPasswordRules = async () => {
      throw new ConnectorError('unreachable', 'ECONNREFUSED')
    }
    expect((await passwords.effectivePolicy([one], 'reset')).rules).toContainEqual(expect.objectContaining({ rule: 'min-length', params: { min: 20 }, atLeast: true }))
    const other = account('eero')
    expect((await passwords.effectivePolicy([other], 'reset')).rules).toContainEqual(expect.objectContaining({ rule: 'min-length', params: { min: 12 } }))
  })
})

describe('check, gate and suggestion', () => {
  it.each([
    ['too short', 'Kir-7', ['min-length']],
    ['the person’s name', 'korhonen-Lamppu-7-vesi', ['not-person']],
    ['a common one with a year', 'Password2026!', ['not-common']],
  ])('%s is refused by the gate and marked by the live check', async (_, typed, rules) => {
    const one = account()
    const violations = await passwords.violations(PERSON, [one], 'reset', new SecretText(typed))
    expect(violations.map(({ rule }) => rule)).toEqual(expect.arrayContaining(rules))
    const check = await passwords.check(PERSON, [one], 'reset', new SecretText(typed))
    expect(check.acceptable).toBe(false)
    for (const rule of rules) expect(check.rules).toContainEqual({ rule, met: false })
  })

  it('the meter’s lowest score holds at the gate too', async () => {
    expect(await passwords.violations(PERSON, [account()], 'reset', GOOD)).toEqual([])
    score = 1
    expect(await passwords.violations(PERSON, [account()], 'reset', GOOD)).toMatchObject([{ rule: 'strength' }])
  })

  it.each(['passphrase', 'random'] as const)('a suggested %s passes the same gate', async (kind) => {
    const one = account()
    shop.memory.rules = { ...NO_DECLARED_RULES, exact: true, minLength: 20, minSpecial: 2, minDigit: 2 }
    const { password, check } = await passwords.suggest(PERSON, [one], kind, 'fi')
    expect(check.acceptable).toBe(true)
    expect(await passwords.violations(PERSON, [one], 'reset', new SecretText(password))).toEqual([])
  })

  it('a passphrase that cannot fit a short maximum becomes a random one; an impossible policy is an honest refusal', async () => {
    const one = account()
    shop.memory.rules = { ...NO_DECLARED_RULES, exact: true, maxLength: 12 }
    const { password } = await passwords.suggest(PERSON, [one], 'passphrase', 'en')
    expect(password.length).toBeLessThanOrEqual(12)
    score = 0
    await expect(passwords.suggest(PERSON, [one], 'random', 'en')).rejects.toMatchObject({ code: 'POLICY_UNREADABLE' })
  })

  it('asks first whether the directory can do it at all', async () => {
    shop.memory.capabilities.delete('change')
    const one = account()
    await expect(passwords.violations(PERSON, [one], 'change', GOOD)).rejects.toMatchObject({
      code: 'OPERATION_NOT_SUPPORTED', detail: { params: { directory: 'Windows and email' } },
    })
    await expect(submit(request([one], { kind: 'change', currentPassword: new SecretText('x') }))).rejects.toMatchObject({ code: 'OPERATION_NOT_SUPPORTED' })
    expect(asked.rules).toBe(0)
  })
})

describe('submit', () => {
  it('makes one task an account, in the order asked, in one transaction', async () => {
    const accounts = [account('aino'), account('akorhonen'), account('ak')]
    const wish = request(accounts)
    const tasks = await submit(wish)
    expect(tasks.map(({ accountId }) => accountId)).toEqual(accounts.map(({ id }) => id))
    expect(await shop.provisioning.listByRequest(shop.db.database, wish.requestId)).toHaveLength(3)
  })

  it('writes none when one account is busy or belongs to somebody else', async () => {
    const [free, busy, foreign] = [account('aino'), account('busy'), { ...account('eero'), personId: randomUUID() }]
    await submit(request([busy]))
    await expect(submit(request([free, busy]))).rejects.toMatchObject({ code: 'ACTION_IN_PROGRESS' })
    await expect(submit(request([free, foreign]))).rejects.toMatchObject({ code: 'ACCOUNT_NOT_FOUND' })
    await expect(submit(request([]))).rejects.toMatchObject({ code: 'NO_ACCOUNT' })
    expect(await shop.db.owner.query('SELECT id FROM provisioning_task')).toHaveLength(1)
    expect(await record(free)).toBeUndefined()
  })

  it('of two people’s browsers for the same accounts in opposite order ends with one winner and no deadlock', async () => {
    for (let round = 0; round < 20; round += 1) {
      const [one, two] = [account('one'), account('two')]
      const answers = await Promise.allSettled([submit(request([one, two])), submit(request([two, one]))])
      const refused = answers.filter((answer) => answer.status === 'rejected')
      expect(refused).toMatchObject([{ reason: { code: 'ACTION_IN_PROGRESS' } }])
    }
  })

  it('accepts what a directory that is away will be asked later', async () => {
    const declared = [...shop.memory.capabilities]
    shop.memory.capabilities.clear()
    const one = account()
    const [task] = await submit(request([one]))
    for (const capability of declared) shop.memory.capabilities.add(capability)
    const { step } = shop.worker()
    expect(await shop.settle(step, task!.id)).toMatchObject({ state: 'succeeded' })
    expect(one.memory.account.password).toBe(NEW_PASSWORD)
  })

  it('asks no directory while the transaction is open', async () => {
    const one = account()
    shop.memory.calls.length = 0
    await submit(request([one]))
    expect(shop.memory.calls).toEqual([])
    expect(asked.rules).toBe(0)
  })
})

describe('bookkeeping', () => {
  it('counts each effective write, with its origin, its end and whether it must be changed', async () => {
    const { step } = shop.worker()
    const one = account()
    shop.memory.rules = { ...NO_DECLARED_RULES, exact: true, maxAgeSeconds: 86_400 }
    await passwords.effectivePolicy([one], 'reset')
    await submit(request([one]))
    await step()
    const first = (await record(one))!
    expect(first).toMatchObject({ changeCount: 1, resetFlag: false, setByOrigin: 'SELF' })
    expect(first.expiresAt!.getTime() - first.changedAt!.getTime()).toBe(86_400_000)
    await submit(request([one], { origin: 'TICKET', mustChange: true, newPassword: new SecretText('toinen-Lamppu-8-tuli') }))
    await step()
    expect(await record(one)).toMatchObject({ changeCount: 2, resetFlag: true, setByOrigin: 'TICKET', expiresAt: null })
    await submit(request([one], {
      kind: 'change', newPassword: new SecretText('kolmas-Lamppu-9-maa'), currentPassword: new SecretText('toinen-Lamppu-8-tuli'),
    }))
    await step()
    expect(await record(one)).toMatchObject({ changeCount: 3, resetFlag: false, setByOrigin: 'SELF' })
    const history = await shop.db.owner.query<{ kind: string; origin: string }>('SELECT kind, origin FROM password_change ORDER BY changed_at')
    expect(history).toEqual([{ kind: 'reset', origin: 'SELF' }, { kind: 'reset', origin: 'TICKET' }, { kind: 'change', origin: 'SELF' }])
  })

  it('leaves the end open when nobody knows how long the directory lets a password live', async () => {
    const { step } = shop.worker()
    const one = account()
    await submit(request([one])) // its rules were never read in this process
    await step()
    expect(await record(one)).toMatchObject({ changeCount: 1, expiresAt: null })
    expect((await record(one))!.changedAt).toBeInstanceOf(Date)
  })

  it('counts nothing that was refused, failed, or was no password', async () => {
    const { step } = shop.worker()
    const [disabled, unlocked] = [account('disabled', { enabled: false }), account('unlocked', { locked: true })]
    await submit(request([disabled]))
    await shop.submit(unlocked.memory, { kind: 'unlock', accountId: unlocked.id, personId: PERSON })
    await step()
    expect(await record(disabled)).toMatchObject({ changeCount: 0, changedAt: null })
    expect(await record(unlocked)).toBeUndefined()
  })

  it('counts on every path, also one that does not come through here, and a write found by asking once', async () => {
    const { step } = shop.worker()
    const one = account()
    shop.directory.plan('setPassword', { fault: 'reply-lost' })
    const task = await shop.submit(one.memory, { accountId: one.id, personId: PERSON, origin: 'SOAP' })
    await step()
    await shop.settle(step, task.id)
    expect(await record(one)).toMatchObject({ changeCount: 1, setByOrigin: 'SOAP' })
  })

  it('keeps no password and no hash of one', async () => {
    const { step } = shop.worker()
    const one = account()
    await submit(request([one]))
    await step()
    const tables = ['password_record', 'password_change', 'provisioning_task', 'provisioning_attempt', 'audit_entry']
    for (const table of tables) {
      const rows = await shop.db.owner.query<{ row: string }>(`SELECT t::text AS row FROM ${table} t`)
      expect(rows.length).toBeGreaterThan(0)
      for (const { row } of rows) {
        expect(row).not.toContain(NEW_PASSWORD)
        expect(row).not.toContain(Buffer.from(NEW_PASSWORD).toString('hex'))
        expect(row).not.toContain('$argon2')
      }
    }
  })
})
