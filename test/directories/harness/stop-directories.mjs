import stopCluster from '../../medium/harness/stop-cluster.mjs'

/** jest global teardown. */
export default async function teardown() {
  await Promise.all([stopCluster(), ...(globalThis.latchkeyTestDirectories ?? []).map((server) => server.stop())])
}
