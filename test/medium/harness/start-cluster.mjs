import { startCluster } from './cluster.mjs'

/** jest global setup: one Postgres for the run; the workers find it through their environment. */
export default async function setup() {
  const cluster = await startCluster()
  globalThis.latchkeyTestCluster = cluster
  process.env.LATCHKEY_TEST_CLUSTER = JSON.stringify(cluster)
}
