import pg from 'pg'

/** What the global setup leaves in the environment (cluster.mjs). */
type Cluster = { socket: string; password: string }

export type Role = 'app' | 'owner'

export function runningCluster(): Cluster {
  const found = process.env.LATCHKEY_TEST_CLUSTER
  if (!found) throw new Error('no test Postgres: run through jest in a project with the start-cluster global setup')
  return JSON.parse(found) as Cluster
}

/** The same form as the embedded Postgres of the product gives: the socket's folder as a percent-encoded host. */
export function urlOf(role: Role, database: string): string {
  const { socket, password } = runningCluster()
  return `postgres://${role}:${password}@${encodeURIComponent(socket)}:5432/${database}`
}

export async function withSuperuser<T>(database: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const { socket, password } = runningCluster()
  const client = new pg.Client({ host: socket, user: 'postgres', password, database })
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}
