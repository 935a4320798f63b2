import type { Person } from '../../../src/modules/identity/index.js'
import { OPEN_TASK_STATES, type Task, type TaskState } from '../../../src/modules/provisioning/index.js'
import { personRefusal } from '../../../src/modules/self-service/domain/person-gate.js'
import { mayTryAgain, settledState } from '../../../src/modules/self-service/domain/service-requests.js'

const SETTLED: TaskState[] = ['succeeded', 'refused', 'failed']
const task = (state: TaskState, facts: Partial<Task> = {}): Task =>
  ({ state, kind: 'reset', mayHaveChanged: false, hasSecret: true, ...facts }) as Task

describe('the state of a request', () => {
  it('is open while any of its tasks is', () => {
    for (const open of OPEN_TASK_STATES) {
      expect([open, settledState([task(open)])]).toEqual([open, null])
      for (const settled of SETTLED) expect([open, settled, settledState([task(settled), task(open)])]).toEqual([open, settled, null])
    }
  })

  it('is open while it has no task at all: nothing is never done', () => {
    expect(settledState([])).toBeNull()
  })

  it.each<[string, TaskState[]]>([
    ['completed', ['succeeded']], ['completed', ['succeeded', 'succeeded']],
    ['partly-completed', ['succeeded', 'refused']], ['partly-completed', ['failed', 'succeeded', 'refused']],
    ['failed', ['refused']], ['failed', ['failed', 'refused']],
  ])('is %s after %j', (state, tasks) => {
    expect(settledState(tasks.map((each) => task(each)))).toBe(state)
  })

  it('knows every state a task can have', () => {
    const all: TaskState[] = [...OPEN_TASK_STATES, ...SETTLED]
    expect([...all].sort()).toEqual(['checking', 'failed', 'queued', 'refused', 'retrying', 'running', 'succeeded'])
  })
})

describe('trying again without retyping', () => {
  it('is offered after a failure that certainly changed nothing, while the password is kept', () => {
    expect(mayTryAgain(task('failed'))).toBe(true)
  })

  it.each<[string, Task]>([
    ['the password is gone', task('failed', { hasSecret: false })],
    ['it may have been applied', task('failed', { mayHaveChanged: true })],
    ['the directory said no', task('refused')],
    ['it is done', task('succeeded')],
    ...OPEN_TASK_STATES.map((state): [string, Task] => [`it is ${state}`, task(state)]),
  ])('is not offered when %s', (_why, each) => {
    expect(mayTryAgain(each)).toBe(false)
  })

  it('of an unlock needs no password', () => {
    expect(mayTryAgain(task('failed', { kind: 'unlock', hasSecret: false }))).toBe(true)
    expect(mayTryAgain(task('failed', { kind: 'unlock', hasSecret: false, mayHaveChanged: true }))).toBe(false)
    for (const kind of ['change', 'activate', 'deactivate'] as const) expect([kind, mayTryAgain(task('failed', { kind, hasSecret: false }))]).toEqual([kind, false])
  })
})

describe('what of a person forbids a change to their accounts', () => {
  const person: Person = {
    id: 'p', displayName: 'Aino Korhonen', givenName: 'Aino', familyName: 'Korhonen', language: 'fi', status: 'active',
    identityLocked: false, adminLocked: false, loginBlockedUntil: null, frozenUntil: null, privileged: false, revision: 1,
  }

  it('is nothing for an ordinary person', () => {
    expect(personRefusal(person)).toBeNull()
  })

  it.each<[string, Partial<Person>]>([
    ['IDENTITY_LOCKED', { status: 'left' }],
    ['IDENTITY_LOCKED', { identityLocked: true }],
    ['IDENTITY_LOCKED', { adminLocked: true }],
    ['PERSON_FROZEN', { frozenUntil: new Date() }],
    ['IDENTITY_LOCKED', { identityLocked: true, frozenUntil: new Date() }],
  ])('%s: %j', (code, facts) => {
    expect(personRefusal({ ...person, ...facts })).toBe(code)
  })

  it('is not the timed block of sign-ins: the directory keeps that one itself', () => {
    expect(personRefusal({ ...person, loginBlockedUntil: new Date() })).toBeNull()
  })
})
