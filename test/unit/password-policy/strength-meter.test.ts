import { PasswordPolicySettings, StrengthMeter } from '../../../src/modules/password-policy/index.js'
import { SecretText } from '../../../src/kernel/secret-text.js'

class Settings extends PasswordPolicySettings {
  constructor(override readonly meterBudgetMs = 2_000, override readonly meterWaitMs = 10_000, override readonly meterQueue = 100) {
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
    const strength = await meterWith().measure(new SecretText(password), words)
    expect(strength).toMatchObject({ reason })
    expect(strength!.score).toBeLessThan(3)
  })

  it('finds nothing to say about a strong one', async () => {
    expect(await meterWith().measure(new SecretText('kettle-Marble7-harbour-river'), [])).toEqual({ score: 4, reason: null })
  })

  it('counts person words only against the person they belong to', async () => {
    const meter = meterWith()
    const password = new SecretText('Kuusikangas')
    const own = await meter.measure(password, ['kuusikangas'])
    const other = await meter.measure(password, [])
    expect(own!.score).toBeLessThan(other!.score)
  })

  it('looks at 64 characters and no more', async () => {
    const meter = meterWith()
    const tail = 'xK3!fjs9Q2mz'
    expect((await meter.measure(new SecretText('a'.repeat(64) + tail), []))!.score).toBe(0)
    expect((await meter.measure(new SecretText('a'.repeat(20) + tail), []))!.score).toBe(4)
  })

  it('answers without a score and goes on with a new thread when a measurement overruns', async () => {
    const meter = meterWith(new Settings(0))
    // 0 ms: whatever is asked first is late
    expect(await meter.measure(new SecretText('@4$5w0rd1l!'.repeat(6)), [])).toBeNull()
    expect(meter.restarts).toBe(1)
  })

  it('keeps those who wait when the thread dies under another one', async () => {
    const settings = new Settings()
    const meter = meterWith(settings)
    await meter.measure(new SecretText('warm'), [])
    Object.assign(settings, { meterBudgetMs: 0 })
    const late = meter.measure(new SecretText('@4$5w0rd1l!'.repeat(6)), [])
    const waiting = meter.measure(new SecretText('aaaaaaaaaaaa'), [])
    Object.assign(settings, { meterBudgetMs: 2_000 })
    expect(await late).toBeNull()
    expect(await waiting).toEqual({ score: 0, reason: 'repeat' })
    expect(meter.restarts).toBe(1)
  })

  it('answers without a score instead of queueing without end', async () => {
    const meter = meterWith(new Settings(2_000, 10_000, 3))
    const answers = await Promise.all(Array.from({ length: 10 }, () => meter.measure(new SecretText('aaaaaaaaaaaa'), [])))
    expect(answers.filter((answer) => answer === null)).toHaveLength(7)
  })

  it('answers without a score after its end', async () => {
    const meter = meterWith()
    await meter.onApplicationShutdown()
    expect(await meter.measure(new SecretText('aaaaaaaaaaaa'), [])).toBeNull()
  })
})
