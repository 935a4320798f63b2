import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { INSTALL_COMMAND } from '../../../scripts/testing/directories.mjs'
import { startBrowser } from '../../browser/harness/start-suite.mjs'
import startCluster from '../../medium/harness/start-cluster.mjs'
import { startSamba, whyNoSamba } from '../samba/samba.mjs'
import { findSlapd, startSlapd } from '../slapd/start-slapd.mjs'

/** What is started for a run, one of each, all at once. A new kind of directory is one more line. */
const KINDS = [
  { name: 'slapd', isThere: () => findSlapd() !== undefined, start: startSlapd },
  { name: 'samba', isThere: () => whyNoSamba() === null, start: startSambaOfTheRun },
]
const FACTS = join(dirname(fileURLToPath(import.meta.url)), '../../.artifacts/directories.json')

async function startSambaOfTheRun() {
  const samba = await startSamba()
  return { ...samba.facts, stop: () => samba.destroy() }
}

/** jest global setup: the servers of this run, and its Postgres and browser for what the product does with them. Tests find them through directories.ts beside this file. */
export default async function setup() {
  const missing = KINDS.filter(({ isThere }) => !isThere()).map(({ name }) => name)
  if (missing.length > 0) throw new Error(`${missing.join(' and ')} cannot be started here. Install what is missing:\n\n    ${INSTALL_COMMAND}\n`)
  await startCluster()
  const [, ...started] = await Promise.allSettled([startBrowser(), ...KINDS.map(({ start }) => start())])
  globalThis.latchkeyTestDirectories = started.filter(({ status }) => status === 'fulfilled').map(({ value }) => value)
  const failed = started.find(({ status }) => status === 'rejected')
  if (failed) {
    await Promise.all(globalThis.latchkeyTestDirectories.map((server) => server.stop()))
    throw failed.reason
  }
  const facts = Object.fromEntries(KINDS.map(({ name }, index) => [name, started[index].value]))
  await mkdir(dirname(FACTS), { recursive: true })
  await writeFile(FACTS, JSON.stringify(facts, null, 2))
}
