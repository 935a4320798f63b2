import { stopBrowser } from '../../browser/harness/stop-suite.mjs'
import stopCluster from '../../medium/harness/stop-cluster.mjs'

/** jest global teardown. */
export default async function teardown() {
  await Promise.all([stopBrowser(), stopCluster(), ...(globalThis.latchkeyTestDirectories ?? []).map((server) => server.stop())])
}
