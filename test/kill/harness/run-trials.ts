import { setTimeout as pause } from 'node:timers/promises'
import type { CheckpointLabel } from '../../../src/kernel/checkpoints.js'
import { Lane } from './lane.js'
import type { PatientClient } from './patient-client.js'
import { Standby } from './victim.js'

export type Trial = { number: number; label: CheckpointLabel; client: PatientClient; lane: Lane }

/** What the frame does not know: the walk, when it has come to rest, and what must be true then. */
export type Scenario<Prepared, Outcome> = {
  labels: readonly CheckpointLabel[]
  /** Labels one walk comes past more than once: in odd rounds death waits for the second time. */
  recurring?: readonly CheckpointLabel[]
  /** Labels a timer comes past, not the walk: the trial waits for its death, which may be later than its rest. */
  timed?: readonly CheckpointLabel[]
  /** Once a lane, while it serves: make the people the trials will use up. */
  prepare(lane: Lane): Promise<Prepared>
  /** As a person would; the client asks again when the server dies. Throwing is a violation. */
  walk(trial: Trial, prepared: Prepared): Promise<Outcome>
  /** True once nothing of this trial is under way any more. Asked again until then, at most `restWithinMs`. */
  atRest(trial: Trial, outcome: Outcome, prepared: Prepared): Promise<boolean>
  /** Every sentence it answers is a violation. */
  check(trial: Trial, outcome: Outcome, prepared: Prepared): Promise<string[]>
}

export type Report = {
  trials: number
  /** Deaths a label. A label with none was never reached. */
  deaths: Partial<Record<CheckpointLabel, number>>
  violations: string[]
  seconds: number
}

export type RunOptions = {
  program: string
  trials: number
  lanes?: number
  restWithinMs?: number
  onTrial?: (done: number) => void
}

/** Every label four times, or twelve where a build depends on it. */
const TRIALS = { atHand: 68, inCi: 204 }

/** `npm run kill` asks for more. Also the time limit for that many, in milliseconds. */
export function wantedTrials(): { trials: number; limitMs: number } {
  const usual = /^(1|true)$/i.test(process.env.CI ?? '') ? TRIALS.inCi : TRIALS.atHand
  const trials = Number(process.env.LATCHKEY_TEST_KILL_TRIALS ?? usual)
  return { trials, limitMs: 60_000 + trials * 9_000 }
}

const TIMER_PATIENCE_MS = 5_000

/** Labels take turns. */
export async function runTrials<Prepared, Outcome>(scenario: Scenario<Prepared, Outcome>, options: RunOptions): Promise<Report> {
  const { program, trials, lanes = 2, restWithinMs = 30_000, onTrial } = options
  const started = performance.now()
  const report: Report = { trials: 0, deaths: {}, violations: [], seconds: 0 }
  const standby = new Standby(program, lanes)
  let next = 0

  const work = async (index: number): Promise<void> => {
    const lane = await Lane.open(index, standby)
    try {
      const prepared = await scenario.prepare(lane)
      while (next < trials) {
        const number = next++
        await one(lane, number, prepared)
        report.trials++
        onTrial?.(report.trials)
      }
      report.violations.push(...lane.accidents)
    } finally {
      await lane.close()
    }
  }

  const one = async (lane: Lane, number: number, prepared: Prepared): Promise<void> => {
    const label = scenario.labels[number % scenario.labels.length]!
    const trial: Trial = { number, label, lane, client: lane.client(number) }
    const round = Math.floor(number / scenario.labels.length)
    const victim = await lane.arm({ label, left: scenario.recurring?.includes(label) ? 1 + (round % 2) : 1 })
    try {
      const outcome = await scenario.walk(trial, prepared)
      const rests = await until(() => scenario.atRest(trial, outcome, prepared), restWithinMs)
      if (scenario.timed?.includes(label)) await Promise.race([victim.exited, pause(TIMER_PATIENCE_MS)])
      await lane.disarm()
      if (victim.killed) report.deaths[label] = (report.deaths[label] ?? 0) + 1
      const found = await scenario.check(trial, outcome, prepared)
      if (!rests) found.push(`did not come to rest within ${restWithinMs} ms`)
      report.violations.push(...found.map((sentence) => `trial ${number}, ${label}: ${sentence}`))
    } catch (error) {
      report.violations.push(`trial ${number}, ${label}: ${(error as Error).stack}`)
      await lane.disarm()
    }
  }

  try {
    await Promise.all(Array.from({ length: lanes }, (_, index) => work(index)))
  } finally {
    await standby.close()
  }
  return { ...report, seconds: (performance.now() - started) / 1000 }
}

async function until(condition: () => Promise<boolean>, withinMs: number): Promise<boolean> {
  const deadline = Date.now() + withinMs
  while (Date.now() < deadline) {
    if (await condition()) return true
    await pause(20)
  }
  return false
}
