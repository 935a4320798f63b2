import { execFile, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { issueCertificate } from '../slapd/certificate.mjs'

const run = promisify(execFile)
const SAMBA = '/usr/sbin/samba'
/** Samba's LDAP ports are fixed, so each controller has a loopback address of its own. */
const ADDRESSES = Array.from({ length: 30 }, (_, index) => `127.0.0.${57 + index}`)
const ADMIN_PASSWORD = 'Adm1n-Pass!word'
const SERVICE_PASSWORD = 'Svc-0nly-Reset!'
const USER_PASSWORD = 'Initial-Passw0rd!'
/** Without the file services nothing of winbindd is needed. */
const SERVICES = { all: 's3fs, rpc, ldap, cldap, kdc, winbindd', directory: 'ldap, cldap, kdc' }

/** What keeps a domain controller from running here, or null. */
export function whyNoSamba() {
  if (!existsSync(SAMBA) || !existsSync('/usr/bin/samba-tool')) return 'samba is not installed'
  return process.getuid?.() === 0 ? null : 'samba needs root: it listens on port 636 and keeps Windows ACLs'
}

/**
 * Provisions, fills (seed.py) and starts a domain controller on loopback, about 6 s. The facts are plain data: a worker
 * that has read them from a file controls the same server with `sambaOf(facts)`.
 */
export async function startSamba({ stateDir, realm = 'LATCHKEY.TEST', services = 'all' } = {}) {
  const reason = whyNoSamba()
  if (reason) throw new Error(reason)
  const state = stateDir ?? await mkdtemp(join(tmpdir(), 'latchkey-samba-'))
  await mkdir(state, { recursive: true })
  await chmod(state, 0o755) // the file services look into it as whoever signed in
  const ip = await freeAddress()
  const facts = await provision({ state, ip, realm, services })
  const server = sambaOf(facts)
  await server.start()
  return server
}

/** A server that was provisioned before: start and stop again as often as a test wants. */
export function sambaOf(facts) {
  const pidFile = join(facts.stateDir, 'run', 'samba.pid')
  return {
    facts,
    async start() {
      if (await pidOf(pidFile)) return
      await rm(pidFile, { force: true })
      spawnSamba(facts)
      await waitForPort(facts.ip, 636, 60_000, () => logTail(facts))
    },
    async stop() {
      const pid = await pidOf(pidFile)
      if (pid) await endProcess(pid)
      await rm(pidFile, { force: true })
    },
    /** As a power cut: nothing is said to anybody. */
    async kill() {
      const pid = await pidOf(pidFile)
      if (pid) await endProcess(pid, 'SIGKILL')
      await rm(pidFile, { force: true })
    },
    async destroy() {
      await this.stop()
      await rm(facts.stateDir, { recursive: true, force: true })
    },
  }
}

async function provision({ state, ip, realm, services }) {
  const host = `dc1.${realm.toLowerCase()}`
  const domain = realm.split('.')[0]
  await writeFile(join(state, 'base.conf'), '[global]\n') // so that the host's own smb.conf plays no part
  await logged(state, 'provision', 'samba-tool', ['domain', 'provision', '-s', join(state, 'base.conf'), `--targetdir=${state}`, `--realm=${realm}`,
    `--domain=${domain}`, '--server-role=dc', `--adminpass=${ADMIN_PASSWORD}`, '--dns-backend=SAMBA_INTERNAL', '--use-rfc2307', '--host-name=dc1',
    `--host-ip=${ip}`, `--option=interfaces=${ip}/8`, '--option=bind interfaces only=yes', '--option=ldb:nosync=true'])
  await Promise.all(['run', 'log', 'ncalrpc', 'ntp_signd'].map((name) => mkdir(join(state, name), { recursive: true, mode: 0o750 })))
  const smbConf = join(state, 'etc', 'smb.conf')
  const kept = await readFile(smbConf, 'utf8')
  const settings = {
    'pid directory': join(state, 'run'), 'ncalrpc dir': join(state, 'ncalrpc'), 'ntp signd socket directory': join(state, 'ntp_signd'),
    'log file': join(state, 'log', 'log.%m'), logging: 'file', 'max log size': 0, 'server services': SERVICES[services],
    'disable netbios': 'yes', 'load printers': 'no', printing: 'bsd', 'printcap name': '/dev/null', 'prefork children': 2,
    // the default lets a simple bind use the previous password for an hour: "the old one is dead" could not be asked
    'old password allowed period': 0,
  }
  const lines = Object.entries(settings).map(([name, value]) => `\t${name} = ${value}\n`).join('')
  await writeFile(smbConf, kept.replace('[global]\n', `[global]\n${lines}`))
  const tls = join(state, 'private', 'tls')
  await rm(tls, { recursive: true, force: true })
  await mkdir(tls, { recursive: true })
  const { ca, caFile, certFile, keyFile } = await issueCertificate(tls, [`DNS:${host}`, 'DNS:localhost', `IP:${ip}`])
  await Promise.all([keyFile, join(tls, 'ca.key')].map((file) => chmod(file, 0o600))) // it takes no key that others may read
  const krb5Config = join(state, 'krb5.conf')
  await writeFile(krb5Config, `[libdefaults]\n default_realm = ${realm}\n dns_lookup_realm = false\n dns_lookup_kdc = false\n rdns = false\n` +
    `[realms]\n ${realm} = {\n  kdc = ${ip}\n  kpasswd_server = ${ip}:464\n }\n`)
  const input = JSON.stringify({ state, userPassword: USER_PASSWORD, servicePassword: SERVICE_PASSWORD })
  await logged(state, 'seed', '/usr/bin/python3', [fileURLToPath(new URL('seed.py', import.meta.url))], input)
  const baseDn = realm.toLowerCase().split('.').map((part) => `DC=${part}`).join(',')
  return {
    url: `ldaps://${ip}:636`, plainUrl: `ldap://${ip}:389`, ip, serverName: host, ca, caFile, certFile, keyFile, realm, domain, baseDn,
    peopleOu: `OU=People,${baseDn}`, elsewhereOu: `OU=Elsewhere,${baseDn}`, rightsOu: `OU=Rights,${baseDn}`, serviceOu: `OU=Service,${baseDn}`,
    adminDn: `CN=Administrator,CN=Users,${baseDn}`, adminPassword: ADMIN_PASSWORD,
    serviceDn: `CN=svc-latchkey,OU=Service,${baseDn}`, rightsServiceDn: `CN=svc-rights,OU=Service,${baseDn}`,
    servicePassword: SERVICE_PASSWORD, userPassword: USER_PASSWORD, krb5Config, smbConf, stateDir: state,
  }
}

/**
 * In a mount namespace of its own where that is possible: winbindd's socket has its path compiled in (/run/samba), so two
 * controllers would meet there.
 */
function spawnSamba({ stateDir, smbConf, krb5Config }) {
  const env = { ...process.env, TDB_NO_FSYNC: '1', KRB5_CONFIG: krb5Config }
  const script = 'mkdir -p /run/samba; mount -t tmpfs tmpfs /run/samba 2>/dev/null; exec "$0" "$@"'
  const args = ['sh', '-c', script, SAMBA, '-D', '-s', smbConf]
  const child = spawn('unshare', ['--mount', '--propagation', 'private', ...args], { env, stdio: 'ignore', detached: true, cwd: stateDir })
  child.on('exit', (code) => {
    if (code) spawn(SAMBA, ['-D', '-s', smbConf], { env, stdio: 'ignore', detached: true, cwd: stateDir }).unref()
  })
  child.unref()
}

async function logged(state, name, command, args, input) {
  const started = run(command, args, { env: { ...process.env, TDB_NO_FSYNC: '1' }, maxBuffer: 16 << 20 })
  if (input !== undefined) started.child.stdin.end(input)
  const { stdout, stderr } = await started.catch((error) => {
    throw new Error(`${name} failed: ${String(error.stderr ?? error.message).slice(-2000)}`)
  })
  await writeFile(join(state, `${name}.log`), stdout + stderr)
}

/** Held as long as this process lives: two runs that start at once must not choose the same. */
async function freeAddress() {
  const first = process.pid % ADDRESSES.length
  for (const ip of [...ADDRESSES.slice(first), ...ADDRESSES.slice(0, first)]) {
    const place = await reserve(ip)
    if (place && !(await isListening(ip, 636))) return ip
    place?.close()
  }
  throw new Error('every loopback address for a domain controller is taken')
}

const RESERVATION_PORT = 6360
const reserve = (host) => new Promise((answer) => {
  const place = createServer()
  place.once('error', () => answer(null)).listen({ host, port: RESERVATION_PORT, exclusive: true }, () => answer(place.unref()))
})

const isListening = (host, port) => new Promise((answer) => {
  const socket = connect({ host, port })
  const end = (listening) => {
    socket.destroy()
    answer(listening)
  }
  socket.once('connect', () => end(true)).once('error', () => end(false)).setTimeout(1_000, () => end(false))
})

async function waitForPort(host, port, withinMs, describe) {
  const limit = Date.now() + withinMs
  while (!(await isListening(host, port))) {
    if (Date.now() > limit) throw new Error(`${host}:${port} did not open within ${withinMs} ms\n${await describe()}`)
    await new Promise((wake) => setTimeout(wake, 50))
  }
}

const logTail = async ({ stateDir }) => (await readFile(join(stateDir, 'log', 'log.samba'), 'utf8').catch(() => 'no log')).slice(-2_000)

/** The running master, if the pid is still that of a samba. */
async function pidOf(pidFile) {
  const pid = Number(await readFile(pidFile, 'utf8').catch(() => ''))
  if (!pid) return null
  const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')
  return command.includes('samba') ? pid : null
}

/** The master takes its whole process group down. */
async function endProcess(pid, signal = 'SIGTERM') {
  const send = (wanted) => {
    try {
      process.kill(signal === 'SIGKILL' || wanted === 'SIGKILL' ? -pid : pid, wanted)
    } catch {
      // it has ended by itself meanwhile
    }
  }
  send(signal)
  for (let round = 0; round < 200 && existsSync(`/proc/${pid}`); round += 1) await new Promise((wake) => setTimeout(wake, 50))
  if (existsSync(`/proc/${pid}`)) send('SIGKILL')
}
