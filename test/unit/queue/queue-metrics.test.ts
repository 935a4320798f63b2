import { QueueMetrics } from '../../../src/platform/queue/queue-metrics.js'
import type { QueueGauge, QueueRunner } from '../../../src/platform/queue/index.js'
import { Metrics } from '../../../src/platform/telemetry/index.js'

it('shows every queue with one look at the tables a page, and leaves out what cannot be measured', async () => {
  let looks = 0
  const gauge: QueueGauge = { name: 'outbox-mail', depth: 4, oldestSeconds: 2.5, running: 1, handled: 9, failed: 0 }
  const queue = {
    names: () => ['outbox-mail', 'broken'],
    gauges: async () => {
      looks += 1
      return [gauge]
    },
  } as unknown as QueueRunner
  const metrics = new Metrics()
  new QueueMetrics(queue, metrics).onApplicationBootstrap()
  const page = await metrics.page()
  for (const line of ['depth 4', 'oldest_seconds 2.5', 'running 1', 'handled 9', 'failed 0']) {
    expect(page).toContain(`latchkey_queue_outbox_mail_${line}\n`)
  }
  expect(page).not.toMatch(/^latchkey_queue_broken_depth \d/m)
  expect(looks).toBe(1)
})
