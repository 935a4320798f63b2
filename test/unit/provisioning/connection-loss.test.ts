import { QueryFailedError, QueryRunnerAlreadyReleasedError } from 'typeorm'
import { DomainError } from '../../../src/kernel/domain-error.js'
import { isConnectionLoss, isPassingRefusal } from '../../../src/platform/database/connection-loss.js'

const failed = (facts: { code?: string; message?: string }): QueryFailedError =>
  new QueryFailedError('UPDATE …', [], Object.assign(new Error(facts.message ?? 'no'), facts))

it.each([
  ['08006', 'connection failure'], ['57P01', 'terminating connection due to administrator command'], ['57P02', 'crash'],
  ['57P03', 'the database system is starting up'], ['53300', 'too many connections'], ['ECONNREFUSED', 'refused'],
  ['ECONNRESET', 'reset'], ['EPIPE', 'write after end'], ['ENOENT', 'the socket is not there'],
])('%s (%s) is Postgres going away', (code, message) => {
  expect(isConnectionLoss(failed({ code, message }))).toBe(true)
})

it.each(['Connection terminated', 'Connection terminated unexpectedly', 'Client has encountered a connection error and is not queryable'])(
  '"%s", which comes without a code, is Postgres going away', (message) => {
    expect(isConnectionLoss(failed({ message }))).toBe(true)
    expect(isConnectionLoss(new Error(message))).toBe(true)
  })

it('is seen through the refusal it caused, and through a connection that was already given back', () => {
  const refusal = new DomainError('AUDIT_UNAVAILABLE', { cause: failed({ code: '57P01' }) })
  expect(isConnectionLoss(refusal)).toBe(true)
  expect(isConnectionLoss(new QueryRunnerAlreadyReleasedError())).toBe(true)
})

it.each([
  ['a broken rule', failed({ code: '23505', message: 'duplicate key' })],
  ['a missing right', failed({ code: '42501', message: 'permission denied' })],
  ['a bug', new TypeError('x is not a function')],
  ['a refusal of its own', new DomainError('AUDIT_UNAVAILABLE')],
  ['something thrown', 'text'],
])('%s is not: trying it again would only repeat it', (_, error) => {
  expect(isConnectionLoss(error)).toBe(false)
})

it.each(['40001', '40P01', '53100', '53200', '55P03', '57014'])('%s says nothing against the statement: later it may succeed', (code) => {
  expect(isPassingRefusal(failed({ code }))).toBe(true)
})

it.each(['23505', '42501', '22001', 'ECONNRESET'])('%s does not pass by waiting', (code) => {
  expect(isPassingRefusal(failed({ code }))).toBe(false)
})
