import { runTrials, type Scenario } from './harness/run-trials.js'

const program = process.env.LATCHKEY_TEST_VICTIM!
type Started = { id: string; losses: number }

/** The first step only: enough to see that the frame kills, restarts, asks again and looks. */
const startAReset: Scenario<null, Started> = {
  labels: ['flow.started'],
  recurring: ['flow.started'],
  prepare: () => Promise.resolve(null),
  async walk({ client, number }) {
    const answer = await client.post('/api/v1/self-service/password-resets', { identifier: `nobody-${number}` })
    if (answer.status >= 300) throw new Error(`${answer.status} ${JSON.stringify(answer.body)}`)
    return { id: String(answer.body.id), losses: answer.losses }
  },
  atRest: () => Promise.resolve(true),
  async check({ client, number }, { id, losses }) {
    const answer = await client.get(`/api/v1/self-service/password-resets/${id}`)
    // The second trial waits for a second time that this walk does not have.
    const planned = number === 0 ? 1 : 0
    return [
      ...(losses === planned ? [] : [`died ${losses} times instead of ${planned}`]),
      ...(answer.status === 200 ? [] : [`the flow answers ${answer.status} after the restart`]),
    ]
  },
}

describe('the kill frame', () => {
  it('kills at the label, starts again, and the person goes on', async () => {
    const report = await runTrials({ ...startAReset }, { program, trials: 2, lanes: 1 })
    expect(report.violations).toEqual([])
    expect(report.deaths).toEqual({ 'flow.started': 1 })
    expect(report.trials).toBe(2)
  })
})
