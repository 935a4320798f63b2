/** jest global teardown. */
export default async function teardown() {
  await Promise.all((globalThis.latchkeyTestDirectories ?? []).map((server) => server.stop()))
}
