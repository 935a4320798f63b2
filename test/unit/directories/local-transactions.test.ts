import { inLocalTransaction } from '../../../src/modules/directories/local/local-transactions.js'
import { ConnectorError, type CallContext } from '../../../src/modules/directories/index.js'
import type { Database, Tx } from '../../../src/platform/database/database.js'

const soon = (ms = 1_000): CallContext => ({ deadline: new Date(Date.now() + ms), correlationId: 'test' })
const tx = { query: async () => [] } as unknown as Tx
const failure = (code: string | undefined, message = 'detail with a value in it') => Object.assign(new Error(message), { code })
/** A database whose connection dies at the statement or, once the work is done, at the commit. */
const dyingAt = (when: 'statement' | 'commit', error: Error) => ({
  transaction: async (work: (tx: Tx) => Promise<unknown>) => {
    if (when === 'statement') throw error
    await work(tx)
    throw error
  },
}) as unknown as Database
const run = (database: Database, context = soon(), work = async () => 'done'): Promise<ConnectorError> =>
  inLocalTransaction(database, context, work).then(() => { throw new Error('it succeeded') }, (error: ConnectorError) => error)

describe('a transaction of the local directory', () => {
  it.each([['57P01'], ['08006'], ['ECONNREFUSED'], ['ENOENT']])('lost at a statement (%s) was certainly not applied', async (code) => {
    expect(await run(dyingAt('statement', failure(code)))).toMatchObject({ reason: 'unreachable', applied: 'no' })
  })
  it.each([['57P01'], ['08006'], ['ECONNRESET']])('lost at the commit (%s) may have been applied', async (code) => {
    expect(await run(dyingAt('commit', failure(code)))).toMatchObject({ reason: 'unreachable', applied: 'unknown' })
  })
  it('lost without a code, by the driver\'s words alone, is told the same way', async () => {
    expect(await run(dyingAt('commit', failure(undefined, 'Connection terminated unexpectedly')))).toMatchObject({ reason: 'unreachable', applied: 'unknown' })
  })
  it('cancelled by its statement time-out is timed out and not applied', async () => {
    expect(await run(dyingAt('statement', failure('57014')))).toMatchObject({ reason: 'timed-out', applied: 'no' })
  })
  it('that worked past its deadline is rolled back instead of committed', async () => {
    let committed = false
    const database = { transaction: async (work: (tx: Tx) => Promise<unknown>) => { await work(tx); committed = true } } as unknown as Database
    const context = soon(20)
    const error = await run(database, context, async () => {
      while (Date.now() <= context.deadline.getTime()) await new Promise((resolve) => setImmediate(resolve))
      return 'done'
    })
    expect(error).toMatchObject({ reason: 'timed-out', applied: 'no' })
    expect(committed).toBe(false)
  })
  it('passes a refusal of its own work as it is', async () => {
    const database = { transaction: (work: (tx: Tx) => Promise<unknown>) => work(tx) } as unknown as Database
    expect(await run(database, soon(), async () => { throw new ConnectorError('history', 'used before') })).toMatchObject({ reason: 'history' })
  })
  it('shows an admin the state and no value of the row', async () => {
    const { diagnostic } = await run(dyingAt('statement', failure('23505', 'Key (login)=(aino) already exists')))
    expect(diagnostic).toBe('Postgres 23505')
  })
})
