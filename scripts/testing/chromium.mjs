import { existsSync } from 'node:fs'
import { runStep } from './step.mjs'

const PACKAGES = ['chromium', 'fonts-liberation', 'fonts-noto-color-emoji']
const PLACES = [process.env.CHROMIUM_PATH, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']

export const findChromium = () => PLACES.find((path) => path && existsSync(path))

export const INSTALL_COMMAND = `sudo apt-get install -y --no-install-recommends ${PACKAGES.join(' ')}`

/**
 * The browser suite needs a Chromium. As root, or where CI says that the machine is ours, it is installed; on somebody's
 * own machine nothing is installed behind their back.
 */
export async function ensureChromium({ inCi }) {
  if (findChromium()) return findChromium()
  const asRoot = process.getuid?.() === 0
  if ((!asRoot && !inCi) || process.platform !== 'linux') return undefined
  const apt = (name, ...args) => {
    const command = ['apt-get', '-q', '-o', 'DPkg::Lock::Timeout=300', ...args]
    if (!asRoot) command.unshift('sudo', '-n', 'DEBIAN_FRONTEND=noninteractive')
    const env = { DEBIAN_FRONTEND: 'noninteractive' }
    return runStep(name, command[0], command.slice(1), { quiet: true, limitSeconds: 420, env })
  }
  // The lists may be locked by the machine's own daily update; the packages' lock waits by itself.
  for (let round = 1; round <= 5; round++) {
    const { ok, output } = await apt('package lists', 'update')
    if (ok || !/could not get lock|unable to lock/i.test(output)) break
    await new Promise((wake) => setTimeout(wake, 5_000))
  }
  await apt(`install ${PACKAGES.join(' ')}`, 'install', '-y', '--no-install-recommends', ...PACKAGES)
  return findChromium()
}
