import { existsSync } from 'node:fs'
import { chromium } from 'playwright-core'
import startCluster from '../../medium/harness/start-cluster.mjs'

const PLACES = [process.env.CHROMIUM_PATH, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']

/** jest global setup: the run's Postgres, and one browser that all test files share; each page has its own context. */
export default async function setup() {
  await startCluster()
  await startBrowser()
}

/**
 * Also for other suites that walk in a browser; pages find it by the environment (page.ts). Several setups of one run may
 * ask for it, and get the same: jest would wait for ever for one that nobody closes.
 */
export function startBrowser() {
  return (globalThis.latchkeyBrowser ??= launchBrowser())
}

async function launchBrowser() {
  const executablePath = PLACES.find((path) => path && existsSync(path))
  if (!executablePath) throw new Error('no Chromium: npm test says how to install one, or set CHROMIUM_PATH')
  const options = {
    executablePath,
    headless: true,
    args: [
      // Chromium's own sandbox needs user namespaces, which root and many containers do not have.
      '--no-sandbox',
      '--disable-gpu',
      '--disable-dev-shm-usage',
      // Nothing of the browser itself talks to the network during a test.
      '--disable-background-networking', '--disable-component-update', '--disable-sync', '--disable-quic', '--no-first-run',
      '--disable-default-apps', '--disable-domain-reliability', '--no-proxy-server',
      '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost',
      '--font-render-hinting=none',
    ],
  }
  const browser = await chromium.launchServer({ ...options, host: '127.0.0.1' })
  // For a test that needs a browser of its own, because it looks into the profile on disk.
  process.env.LATCHKEY_TEST_CHROMIUM = JSON.stringify(options)
  process.env.LATCHKEY_TEST_BROWSER = browser.wsEndpoint()
  return browser
}
