import { execFileSync } from 'node:child_process'
import { existsSync, rmSync, writeFileSync } from 'node:fs'
import { runStep } from './step.mjs'

/** What the directory suite starts and asks, by Debian's names. */
const PACKAGES = [
  'slapd', 'ldap-utils', 'openssl',
  'samba', 'samba-ad-dc', 'samba-ad-provision', 'samba-dsdb-modules', 'samba-vfs-modules', 'winbind', 'krb5-user', 'smbclient',
]

export const INSTALL_COMMAND = `sudo apt-get install -y --no-install-recommends ${PACKAGES.join(' ')}`

const isInstalled = (name) => {
  try {
    return execFileSync('dpkg-query', ['-W', '-f', '${Status}', name], { stdio: ['ignore', 'pipe', 'ignore'] }).includes('ok installed')
  } catch {
    return false
  }
}
const missing = () => PACKAGES.filter((name) => !isInstalled(name))

/**
 * The directory suite needs servers to talk to. As root, or where CI says that the machine is ours, they are installed
 * (without starting any daemon); on somebody's own machine nothing is installed behind their back. Answers whether all is there.
 */
export async function ensureDirectories({ inCi }) {
  if (missing().length === 0) return true
  const asRoot = process.getuid?.() === 0
  if ((!asRoot && !inCi) || process.platform !== 'linux') return false
  // invoke-rc.d(8): 101 forbids what a package wants to start; the servers of the tests are started by the tests
  const policy = '/usr/sbin/policy-rc.d'
  const forbids = asRoot && !existsSync(policy)
  if (forbids) writeFileSync(policy, '#!/bin/sh\nexit 101\n', { mode: 0o755 })
  try {
    const apt = (name, ...args) => {
      const command = ['apt-get', '-q', '-o', 'DPkg::Lock::Timeout=300', ...args]
      if (!asRoot) command.unshift('sudo', '-n', 'DEBIAN_FRONTEND=noninteractive', 'RUNLEVEL=1')
      return runStep(name, command[0], command.slice(1), { quiet: true, limitSeconds: 420, env: { DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' } })
    }
    for (let round = 1; round <= 5; round++) {
      const { ok, output } = await apt('package lists', 'update')
      if (ok || !/could not get lock|unable to lock/i.test(output)) break
      await new Promise((wake) => setTimeout(wake, 5_000))
    }
    await apt(`install ${missing().join(' ')}`, 'install', '-y', '--no-install-recommends', ...missing())
  } finally {
    if (forbids) rmSync(policy, { force: true })
  }
  return missing().length === 0
}
