import { TestApp } from '../harness/test-app.js'

const STARTS = 1_000
const MOST_MS = 5
let app: TestApp
beforeAll(async () => {
  app = await TestApp.open()
  for (let n = 0; n < 20; n += 1) await app.person({ login: `known.${n}` })
  await app.person({ login: 'timed.privileged', record: { privileged: true } })
  await app.person({ login: 'timed.disabled', flags: { disabled: true }, record: { enabled: false } })
})
afterAll(() => app.close())

const median = (values: number[]): number => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!

/** Real and made-up names in turn, one at a time, so that whatever else the machine does falls on both alike. */
async function times(names: readonly ((n: number) => string)[], starts: number): Promise<number[][]> {
  const times = names.map(() => [] as number[])
  for (let n = 0; n < starts; n += 1) {
    const which = n % names.length
    const browser = app.browser()
    const from = performance.now()
    const { status } = await browser.post('/self-service/password-resets', { identifier: names[which]!(n) })
    times[which]!.push(performance.now() - from)
    expect(status).toBe(201)
  }
  return times
}
const gapOf = ([one, other]: number[][]): number => Math.abs(median(one!) - median(other!))

/**
 * The gaps between the first name's median and each other one's, over all that was measured. A machine that does other things
 * as well needs more of it: measured on until the gaps are small enough, and a gap that is really there never is.
 */
async function gaps(batches: { least: number; most: number }, measure: (batch: number) => Promise<number[][]>): Promise<number[]> {
  const all: number[][] = []
  for (let batch = 0; ; batch += 1) {
    await forgetLimits()
    for (const [which, measured] of (await measure(batch)).entries()) (all[which] ??= []).push(...measured)
    const found = all.slice(1).map((other) => gapOf([all[0]!, other]))
    if (batch + 1 >= batches.most || (batch + 1 >= batches.least && Math.max(...found) <= MOST_MS)) return found
  }
}

/** Twenty people are asked for often in one minute here: the limit by name is not what is measured. */
async function forgetLimits(): Promise<void> {
  await app.test.owner.execute('DELETE FROM limit_budget')
}

it('known and unknown names answer in the same time, over a thousand interleaved starts', async () => {
  const found = await gaps({ least: 4, most: 10 }, (batch) => times([(n) => `known.${n % 20}`, (n) => `unknown.${batch}.${n}`], STARTS / 4))
  console.log(JSON.stringify({ medianGapMs: found.map((gap) => Number(gap.toFixed(2))) }))
  expect(Math.max(...found)).toBeLessThanOrEqual(MOST_MS)
}, 120_000)

it('so do privileged and disabled people, who are written to afterwards', async () => {
  const names = [(n: number) => `known.${n % 20}`, () => 'timed.privileged', () => 'timed.disabled']
  expect(Math.max(...await gaps({ least: 3, most: 12 }, () => times(names, 54)))).toBeLessThanOrEqual(MOST_MS)
}, 90_000)

it('and also while the mail server hangs', async () => {
  await forgetLimits()
  // also on a line that the mails before have left open
  for (const at of ['greeting', 'sender'] as const) app.smtp.misbehave({ at, how: 'stall', times: Infinity })
  const browser = app.browser()
  const flow = await browser.post<{ id: string; methods: { method: string; target: string }[] }>('/self-service/password-resets', { identifier: 'known.1' })
  const [offer] = flow.body.methods
  await browser.post(`/self-service/password-resets/${flow.body.id}/verification`, { method: offer!.method, target: offer!.target })
  await app.smtp.nextStall(15_000)
  const found = await gaps({ least: 4, most: 16 }, (batch) => times([(n) => `known.${n % 18}`, (n) => `hanging.${batch}.${n}`], 40))
  expect(Math.max(...found)).toBeLessThanOrEqual(MOST_MS)
}, 90_000)
