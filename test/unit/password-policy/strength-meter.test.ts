import { PasswordPolicySettings, StrengthMeter } from '../../../src/modules/password-policy/index.js'
import { SecretText } from '../../../src/kernel/secret-text.js'

/** Generous bounds: on a busy machine these tests must not depend on its pace. */
class Settings extends PasswordPolicySettings {
  override readonly meterBudgetMs: number = 10_000
  override readonly meterStuckMs: number = 10_000
  override readonly meterWaitMs: number = 15_000
  constructor(override readonly meterQueue: number = 100) {
    super()
  }
}
const open: StrengthMeter[] = []
const meterWith = (settings: PasswordPolicySettings = new Settings()): StrengthMeter => {
  const meter = new StrengthMeter(settings)
  meter.onModuleInit()
  open.push(meter)
  return meter
}
afterEach(async () => {
  await Promise.all(open.splice(0).map((meter) => meter.onApplicationShutdown()))
})

describe('StrengthMeter', () => {
  let shared: StrengthMeter
  beforeAll(() => {
    shared = new StrengthMeter(new Settings())
    shared.onModuleInit()
  })
  afterAll(() => shared.onApplicationShutdown())

  it.each([
    ['qwertyuiop', [], 'common'],
    ['Salasana1', [], 'common'],
    ['Virtanen1', ['Väinö Virtanen'], 'name'],
    ['Summer2026!', [], 'year'],
    ['Kevät2026', [], 'year'],
    ['aaaaaaaaaaaa', [], 'repeat'],
    ['fghijklmnop', [], 'sequence'],
    ['tgbnhyujm', [], 'keyboard'],
    ['xK3!', [], 'short'],
  ])('calls %s easy because of: %s %s', async (password, words, reason) => {
    const strength = await shared.measure(new SecretText(password), words)
    expect(strength).toMatchObject({ reason })
    expect(strength!.score).toBeLessThan(3)
  })

  it('finds nothing to say about a strong one', async () => {
    expect(await shared.measure(new SecretText('kettle-Marble7-harbour-river'), [])).toEqual({ score: 4, reason: null })
  })

  it('counts person words only against the person they belong to', async () => {
    const password = new SecretText('Kuusikangas')
    const own = await shared.measure(password, ['kuusikangas'])
    const other = await shared.measure(password, [])
    expect(own!.score).toBeLessThan(other!.score)
  })

  it('looks at 64 characters and no more', async () => {
    const tail = 'xK3!fjs9Q2mz'
    expect((await shared.measure(new SecretText('a'.repeat(64) + tail), []))!.score).toBe(0)
    expect((await shared.measure(new SecretText('a'.repeat(20) + tail), []))!.score).toBe(4)
  })

  it('answers without a score when its time is up, and keeps the thread that is only slow', async () => {
    const meter = meterWith()
    await meter.measure(new SecretText('warm'), [])
    expect(await meter.measure(new SecretText('@4$5w0rd1l!'.repeat(6)), [], 0)).toBeNull()
    expect(await meter.measure(new SecretText('aaaaaaaaaaaa'), [])).toEqual({ score: 0, reason: 'repeat' })
    expect(meter.restarts).toBe(0)
  })

  it('replaces a thread that is stuck, answers its question without a score and keeps those who wait', async () => {
    const settings = new Settings()
    const meter = meterWith(settings)
    await meter.measure(new SecretText('warm'), [])
    Object.assign(settings, { meterStuckMs: 0 })
    const stuck = meter.measure(new SecretText('@4$5w0rd1l!'.repeat(6)), [])
    const waiting = meter.measure(new SecretText('aaaaaaaaaaaa'), [])
    Object.assign(settings, { meterStuckMs: 10_000 })
    expect(await stuck).toBeNull()
    expect(await waiting).toEqual({ score: 0, reason: 'repeat' })
    expect(meter.restarts).toBe(1)
  })

  it('answers without a score instead of queueing without end', async () => {
    const meter = meterWith(new Settings(3))
    const answers = await Promise.all(Array.from({ length: 10 }, () => meter.measure(new SecretText('aaaaaaaaaaaa'), [])))
    expect(answers.filter((answer) => answer === null)).toHaveLength(7)
  })

  it('answers without a score after its end', async () => {
    const meter = meterWith()
    await meter.onApplicationShutdown()
    expect(await meter.measure(new SecretText('aaaaaaaaaaaa'), [])).toBeNull()
  })
})
