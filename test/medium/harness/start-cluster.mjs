import { startCluster } from './cluster.mjs'

/**
 * jest global setup: one Postgres for the run; the workers find it through their environment. Several setups of one run
 * may ask for it, and get the same.
 */
export default async function setup() {
  globalThis.latchkeyTestCluster ??= await startCluster()
  process.env.LATCHKEY_TEST_CLUSTER = JSON.stringify(globalThis.latchkeyTestCluster)
}
