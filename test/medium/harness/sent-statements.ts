import type pg from 'pg'
import type { Database } from '../../../src/platform/database/database.js'

type Asked = string | { readonly text: string; readonly values?: unknown[] }

/** Tells of every statement that this pool sends from now on, BEGIN and COMMIT included. Answers how to stop listening. */
export function listenToStatements(database: Database, told: (sql: string, values: unknown[]) => void): () => void {
  const pool = (database.source.driver as unknown as { master: pg.Pool }).master
  const heard = new Set<{ query?: unknown }>()
  const listen = (client: pg.PoolClient): void => {
    if (heard.has(client)) return
    heard.add(client)
    const send = client.query.bind(client) as (...given: unknown[]) => unknown
    client.query = ((...given: [Asked, ...unknown[]]) => {
      const [asked, values] = given
      if (typeof asked === 'string') told(asked, Array.isArray(values) ? values : [])
      else if (typeof asked.text === 'string') told(asked.text, asked.values ?? [])
      return send(...given)
    }) as typeof client.query
  }
  pool.on('acquire', listen)
  return () => {
    pool.off('acquire', listen)
    // the instance's own hides the class's
    for (const client of heard) delete client.query
  }
}
