import stopCluster from '../../medium/harness/stop-cluster.mjs'

export default async function teardown() {
  await stopBrowser()
  await stopCluster()
}

export async function stopBrowser() {
  const browser = await globalThis.latchkeyBrowser
  globalThis.latchkeyBrowser = undefined
  await browser?.close()
}
