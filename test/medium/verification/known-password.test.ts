import { ConnectorError } from '../../../src/modules/directories/index.js'
import { DIRECTORY, ProvingGround, type Known } from './proving-ground.js'

let ground: ProvingGround
let aino: Known
const RIGHT = 'the old password'

beforeEach(async () => {
  ground = await ProvingGround.open()
  aino = await ground.person('aino')
})
afterEach(() => ground.close())

const account = () => ground.memory.accounts.get(aino.nativeId)!
const binds = () => ground.memory.calls.filter((call) => call === 'verify').length

describe('the right password', () => {
  it('leaves evidence of low assurance for this account, once spendable', async () => {
    const proof = ground.proof('self-service-sign-in')
    const answer = await ground.knownPassword(aino.subject, RIGHT, null, proof)
    expect(answer).toEqual({ result: 'verified', evidenceId: expect.any(String), state: 'ok', accountId: aino.accountId })
    if (answer.result !== 'verified') return
    const claim = { evidenceId: answer.evidenceId, personId: aino.personId, ...proof }
    const spend = () => ground.db.database.transaction((tx) => ground.verification.consumeEvidence(tx, claim))
    expect(await spend()).toEqual({ method: 'known-password', assurance: 'low', longCode: true })
    expect(await spend()).toBeNull()
    expect(await ground.actions()).toEqual([{ action: 'verification.password.verified', outcome: 'success' }])
  })

  it('is enough when it must be changed, and says so', async () => {
    account().mustChange = true
    expect(await ground.knownPassword(aino.subject, RIGHT)).toMatchObject({ result: 'verified', state: 'must-change' })
  })

  it.each([['disabled', { enabled: false }], ['locked', { locked: true }]])(
    'of a %s account is refused like a wrong one', async (_state, facts) => {
    Object.assign(account(), facts)
    expect(await ground.knownPassword(aino.subject, RIGHT)).toEqual({ result: 'refused', triesLeft: 1 })
    expect(await ground.knownPassword(ground.nobody(), RIGHT)).toEqual({ result: 'refused', triesLeft: 1 })
    expect(await ground.count('verification_evidence')).toBe(0)
  })

  it('of one person does not prove another', async () => {
    const timo = await ground.person('timo')
    expect(await ground.knownPassword(timo.subject, RIGHT, aino.accountId)).toMatchObject({ result: 'refused' })
    expect(ground.memory.accounts.get(aino.nativeId)!.wrongPasswords).toBe(0)
    expect(await ground.count('verification_evidence')).toBe(0)
  })
})

describe('an account that others have almost locked', () => {
  it.each([[5, 4], [5, 5], [3, 2]])('threshold %i, %i wrong already: no bind of ours, right or wrong, may be the one that locks', async (threshold, wrong) => {
    Object.assign(ground.memory, { threshold })
    Object.assign(account(), { wrongPasswords: wrong })
    expect(await ground.knownPassword(aino.subject, RIGHT)).toMatchObject({ result: 'refused' })
    expect(binds()).toBe(0)
    expect(account()).toMatchObject({ locked: false, wrongPasswords: wrong })
  })

  it('one below that is asked', async () => {
    ground.memory.threshold = 5
    account().wrongPasswords = 3
    expect(await ground.knownPassword(aino.subject, RIGHT)).toMatchObject({ result: 'verified' })
  })

  it('that never locks is asked however many there were', async () => {
    ground.memory.threshold = 0
    account().wrongPasswords = 50
    expect(await ground.knownPassword(aino.subject, RIGHT)).toMatchObject({ result: 'verified' })
  })
})

describe('wrong passwords', () => {
  it('stop below the threshold of the directory, which locks nobody', async () => {
    ground.memory.threshold = 5
    expect(await ground.knownPassword(aino.subject, 'wrong')).toEqual({ result: 'refused', triesLeft: 1 })
    expect(await ground.knownPassword(aino.subject, 'wrong')).toEqual({ result: 'refused', triesLeft: 0 })
    const locked = await ground.knownPassword(aino.subject, RIGHT)
    if (locked.result !== 'locked') throw new Error(locked.result)
    expect(Math.round((locked.until.getTime() - Date.now()) / 60_000)).toBe(15)
    expect(binds()).toBe(2)
    expect(account()).toMatchObject({ locked: false, wrongPasswords: 2 })
  })

  it.each([[2, 1], [3, 1], [4, 2], [9, 4], [10, 5], [50, 5], [0, 5], [null, 1]])(
    'threshold %s allows %i', async (threshold, most) => {
    ground.memory.threshold = threshold === 0 ? null : threshold
    if (threshold === 0) ground.directory.lockoutRules = async () => ({ threshold: 0, windowSeconds: null })
    const answers = []
    for (let turn = 0; turn < most + 1; turn += 1) answers.push((await ground.knownPassword(aino.subject, 'wrong')).result)
    expect(answers).toEqual([...Array(most).fill('refused'), 'locked'])
    expect(binds()).toBe(most)
  })

  it('are not tried at all where the first one would lock', async () => {
    ground.memory.threshold = 1
    expect(await ground.knownPassword(aino.subject, RIGHT)).toMatchObject({ result: 'refused' })
    expect(binds()).toBe(0)
  })

  it('that cannot be counted against a readable threshold are counted against three', async () => {
    ground.directory.lockoutRules = async () => {
      throw new ConnectorError('not-permitted', 'cannot read')
    }
    expect(await ground.knownPassword(aino.subject, 'wrong')).toEqual({ result: 'refused', triesLeft: 0 })
    expect(await ground.knownPassword(aino.subject, 'wrong')).toMatchObject({ result: 'locked' })
  })

  it('are counted against the true threshold again once it can be read', async () => {
    const eager = await ProvingGround.open({ settings: { unreadableRulesSeconds: 0 } })
    const { subject } = await eager.person('aino')
    const readable = eager.directory.lockoutRules.bind(eager.directory)
    eager.directory.lockoutRules = async () => {
      throw new ConnectorError('unreachable', 'down')
    }
    expect(await eager.knownPassword(subject, 'wrong')).toEqual({ result: 'refused', triesLeft: 0 })
    eager.directory.lockoutRules = readable
    expect(await eager.knownPassword(subject, 'wrong')).toEqual({ result: 'refused', triesLeft: 0 })
    expect(await eager.knownPassword(subject, 'wrong')).toMatchObject({ result: 'locked' })
    await eager.close()
  })

  it('two hundred at once reach the directory as often as the budget says', async () => {
    ground.memory.threshold = 10
    const answers = await Promise.all(Array.from({ length: 200 }, (_, i) => ground.knownPassword(aino.subject, `guess ${i}`)))
    expect(binds()).toBe(5)
    expect(answers.filter(({ result }) => result === 'refused')).toHaveLength(5)
    expect(answers.filter(({ result }) => result === 'locked')).toHaveLength(195)
    expect(account().locked).toBe(false)
  })

  it('are forgotten after a whole quiet window, not after the first has aged: as AD counts', async () => {
    ground.memory.threshold = 4
    const quiet = (interval: string) => ground.db.owner.execute(
      'UPDATE verification_password_budget SET last_at = last_at - $1::interval', [interval])
    await ground.knownPassword(aino.subject, 'wrong')
    await quiet('14 minutes')
    await ground.knownPassword(aino.subject, 'wrong')
    await quiet('14 minutes')
    expect(await ground.knownPassword(aino.subject, 'wrong')).toMatchObject({ result: 'locked' })
    await quiet('1 minute 1 second')
    expect(await ground.knownPassword(aino.subject, 'wrong')).toEqual({ result: 'refused', triesLeft: 1 })
  })

  it('are forgotten after a right one', async () => {
    for (let turn = 0; turn < 4; turn += 1) {
      expect(await ground.knownPassword(aino.subject, 'wrong')).toEqual({ result: 'refused', triesLeft: 1 })
      expect(await ground.knownPassword(aino.subject, RIGHT)).toMatchObject({ result: 'verified' })
    }
  })

  it.each(['', ' ', '\t\n', 'right\0', '\0'])('%j never reaches the directory, and counts', async (password) => {
    expect(await ground.knownPassword(aino.subject, password)).toEqual({ result: 'refused', triesLeft: 1 })
    expect(ground.memory.calls).not.toContain('verify')
  })

  it('are found in no table and no audit row', async () => {
    await ground.knownPassword(aino.subject, 'canary-Wrong-9')
    await ground.knownPassword(ground.nobody(), 'canary-Wrong-9')
    for (const table of ['audit_entry', 'verification_password_budget', 'verification_evidence']) {
      const [dump] = await ground.db.owner.query<{ all: string }>(
        `SELECT coalesce(string_agg(t::text, ' '), '') AS all FROM ${table} t`)
      expect(dump!.all).not.toContain('canary-Wrong-9')
    }
  })
})

describe('nobody', () => {
  it('binds as nobody, with the same statements, the same budget and the same answers', async () => {
    const nobody = ground.nobody()
    await ground.knownPassword(ground.nobody(), 'wrong') // the rules of the directory are read once
    const answers: unknown[][] = [[], []]
    const road = (subject: typeof nobody, into: unknown[]) => ground.statementsOf(async () => {
      for (let turn = 0; turn < 3; turn += 1) {
        const answer = await ground.knownPassword(subject, 'wrong')
        into.push(answer.result === 'locked' ? 'locked' : answer)
      }
    })
    const before = binds()
    const real = await road(aino.subject, answers[0]!)
    const decoy = await road(nobody, answers[1]!)
    expect(decoy).toEqual(real)
    expect(answers[1]).toEqual(answers[0])
    expect(answers[0]).toEqual([{ result: 'refused', triesLeft: 1 }, { result: 'refused', triesLeft: 0 }, 'locked'])
    expect(binds() - before).toBe(4)
  })

  it('is recorded by the keyed hash of the name', async () => {
    const nobody = ground.nobody()
    await ground.knownPassword(nobody, 'wrong')
    const [row] = await ground.db.owner.query<{
      identifier_hash: Buffer; person_id: null; account_id: null; directory_id: string }>(
      'SELECT identifier_hash, person_id, account_id, directory_id FROM audit_entry')
    expect(row).toMatchObject({ person_id: null, account_id: null, directory_id: DIRECTORY })
    expect(row!.identifier_hash.equals(nobody.identifierKey)).toBe(true)
  })
})

describe('a directory that does not answer', () => {
  it('is unavailable to everyone; a bind that certainly never arrived costs no try', async () => {
    for (const subject of [aino.subject, ground.nobody()]) {
      ground.directory.plan('use', { fault: 'refused', error: new ConnectorError('unreachable', 'circuit open') })
      expect(await ground.knownPassword(subject, RIGHT)).toEqual({ result: 'unavailable' })
    }
    expect(await ground.db.owner.query('SELECT tries FROM verification_password_budget')).toEqual([{ tries: 0 }, { tries: 0 }])
  })

  it('but one whose answer was lost does: the directory may have counted it', async () => {
    ground.directory.plan('verify', { fault: 'reply-lost' }, { fault: 'request-lost' })
    expect(await ground.knownPassword(aino.subject, 'wrong')).toEqual({ result: 'unavailable' })
    expect(await ground.knownPassword(aino.subject, 'wrong')).toEqual({ result: 'unavailable' })
    expect(await ground.knownPassword(aino.subject, RIGHT)).toMatchObject({ result: 'locked' })
  })

  it('counts a try before the bind: a process that dies during it has used it', async () => {
    ground.directory.plan('verify', { fault: 'refused', error: new Error('killed') })
    await expect(ground.knownPassword(aino.subject, RIGHT)).rejects.toThrow('killed')
    expect(await ground.db.owner.query('SELECT tries FROM verification_password_budget')).toEqual([{ tries: 1 }])
  })
})
