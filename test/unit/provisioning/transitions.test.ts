import { OPEN_TASK_STATES, TASK_STATES, TRANSITIONS, type TaskState } from '../../../src/modules/provisioning/domain/transitions.js'

const moves = Object.values(TRANSITIONS) as { from: readonly TaskState[]; to: TaskState }[]
const next = (state: TaskState): TaskState[] => moves.filter(({ from }) => from.includes(state)).map(({ to }) => to)

it('leads from every open state to an end, and to every state from queued', () => {
  for (const start of OPEN_TASK_STATES) {
    const reachable = new Set<TaskState>([start])
    for (const state of reachable) for (const to of next(state)) reachable.add(to)
    expect([...reachable].sort()).toEqual([...TASK_STATES].sort())
  }
})

it('never leaves succeeded or refused, and leaves failed by a re-run only', () => {
  expect(next('succeeded')).toEqual([])
  expect(next('refused')).toEqual([])
  expect(next('failed')).toEqual(['queued'])
})

it('sends nothing again from checking without having disproved it first', () => {
  expect(next('checking')).not.toContain('running')
  expect(next('checking')).not.toContain('retrying')
  expect(next('checking')).toContain('queued')
})

it('ends only what a worker holds, but for the void after a restored backup', () => {
  for (const { from, to } of moves.filter((move) => move !== TRANSITIONS.void)) {
    if (['succeeded', 'refused', 'failed'].includes(to)) expect(from).toEqual(['running', 'checking'])
  }
})
