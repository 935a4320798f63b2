import { execFile, spawn } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { issueCertificate } from './certificate.mjs'
import { DOCUMENTED_ACCESS, PLACES, POLICIES, seedLdif, slapdConf } from './configuration.mjs'

const run = promisify(execFile)
const SERVER_NAME = 'ldap.example.test'

/** Debian keeps it out of an ordinary user's PATH. */
export const findSlapd = () => ['/usr/sbin/slapd', '/usr/local/libexec/slapd', '/usr/libexec/slapd'].find((path) => existsSync(path))
const findFolder = (...paths) => paths.find((path) => existsSync(path))

/**
 * A throw-away OpenLDAP on loopback with ppolicy, memberof, and a service account that has the documented rights only.
 * Durable to nothing, gone with stop(). See start-slapd.d.mts for the options and the answer.
 */
export async function startSlapd(options = {}) {
  const slapd = findSlapd()
  if (!slapd) throw new Error('slapd is not installed')
  const folder = await mkdtemp(join(options.parent ?? tmpdir(), 'latchkey-slapd-'))
  await mkdir(join(folder, 'db'))
  const passwords = { admin: 'Adm1n-of-the-tests', bind: 'Svc-0f-the-tests', person: 'Initial-Passw0rd-1' }
  const certificate = await (options.certificate ? givenCertificate(folder, options.certificate) : issueCertificate(folder, [`DNS:${SERVER_NAME}`, 'DNS:localhost', 'IP:127.0.0.1']))
  const modules = findFolder('/usr/lib/ldap', '/usr/lib/openldap', '/usr/lib64/openldap') ?? multiarchModules()
  await writeFile(join(folder, 'slapd.conf'), slapdConf({
    folder, modules, schema: findFolder('/etc/ldap/schema', '/etc/openldap/schema'), certificate, access: options.access ?? DOCUMENTED_ACCESS,
    hashOnModify: options.hashOnModify ?? true, sync: options.sync ?? false, adminPassword: passwords.admin,
    passwordHash: options.passwordHash ?? '{SSHA}', argon2: options.argon2 ?? 'm=7168 t=5 p=1',
  }), { mode: 0o600 })
  await writeFile(join(folder, 'seed.ldif'), seedLdif({
    bindPassword: passwords.bind, policies: options.policies ?? POLICIES, people: options.people ?? 0, personPassword: passwords.person,
  }))
  await run(slapd, ['-T', 'add', '-q', '-f', join(folder, 'slapd.conf'), '-l', join(folder, 'seed.ldif')]).catch((error) => {
    throw new Error(`the tree could not be made: ${error.stderr}`)
  })
  const [port, tlsPort] = options.ports ?? [await freePort(), await freePort()]
  let child = await launch(slapd, folder, port, tlsPort)
  return {
    ...PLACES,
    url: `ldaps://127.0.0.1:${tlsPort}`, urlStartTls: `ldap://127.0.0.1:${port}`, ports: [port, tlsPort], serverName: SERVER_NAME,
    ca: certificate.ca, caFile: certificate.caFile,
    adminPassword: passwords.admin, bindPassword: passwords.bind, personPassword: passwords.person,
    defaultPolicyDn: `cn=default,${PLACES.policiesDn}`, folder,
    /** Stops answering without closing anything, until thaw(). */
    freeze: () => child.kill('SIGSTOP'),
    thaw: () => child.kill('SIGCONT'),
    /** Down: connections are refused, the data stays. */
    halt: () => end(child),
    resume: async () => { child = await launch(slapd, folder, port, tlsPort) },
    stop: async () => {
      await end(child)
      await rm(folder, { recursive: true, force: true })
    },
  }
}

async function givenCertificate(folder, { ca, cert, key }) {
  const files = { caFile: join(folder, 'ca.pem'), certFile: join(folder, 'cert.pem'), keyFile: join(folder, 'key.pem') }
  await Promise.all([writeFile(files.caFile, ca), writeFile(files.certFile, cert), writeFile(files.keyFile, key, { mode: 0o600 })])
  return { ca, ...files }
}

function multiarchModules() {
  const folder = readdirSync('/usr/lib').map((name) => `/usr/lib/${name}/ldap`).find((path) => existsSync(path))
  if (!folder) throw new Error('the modules of slapd were not found')
  return folder
}

/** Below the range from which outgoing connections take theirs. */
async function freePort() {
  for (;;) {
    const port = 20_000 + Math.floor(Math.random() * 12_000)
    const free = await new Promise((resolve) => {
      const probe = createServer().once('error', () => resolve(false)).listen(port, '127.0.0.1', () => probe.close(() => resolve(true)))
    })
    if (free) return port
  }
}

async function launch(slapd, folder, port, tlsPort) {
  const child = spawn(slapd, ['-d', '0', '-f', join(folder, 'slapd.conf'), '-h', `ldap://127.0.0.1:${port} ldaps://127.0.0.1:${tlsPort}`], { stdio: ['ignore', 'ignore', 'pipe'] })
  let complaint = ''
  child.stderr.on('data', (data) => { complaint = (complaint + data).slice(-2_000) })
  const deadline = Date.now() + 15_000
  while (Date.now() < deadline) {
    if (child.exitCode !== null) throw new Error(`slapd ended with ${child.exitCode}: ${complaint}`)
    if (await accepts(tlsPort)) return child
    await new Promise((wake) => setTimeout(wake, 10))
  }
  child.kill('SIGKILL')
  throw new Error(`slapd does not answer: ${complaint}`)
}

const accepts = (port) => new Promise((resolve) => {
  const socket = connect(port, '127.0.0.1', () => { socket.destroy(); resolve(true) }).once('error', () => resolve(false))
})

async function end(child) {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGCONT')
  child.kill('SIGTERM')
  const force = setTimeout(() => child.kill('SIGKILL'), 5_000)
  await ended
  clearTimeout(force)
}
