import { stopCluster } from './cluster.mjs'

export default async function teardown() {
  await stopCluster(globalThis.latchkeyTestCluster)
  globalThis.latchkeyTestCluster = undefined
}
