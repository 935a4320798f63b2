import stopCluster from '../../medium/harness/stop-cluster.mjs'

export default async function teardown() {
  await globalThis.latchkeyBrowser?.close()
  await stopCluster()
}
