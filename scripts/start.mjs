// `npm start`: from a fresh clone to a running server. No dependency, because nothing may be installed yet.
//   node scripts/start.mjs [api | worker | all | migrate | verify-audit | self-test | import]
// Installs when package-lock.json changed, builds when the sources changed, then becomes the server.
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { root, serverHash, webHash } from './source-hash.mjs'

const OLDEST_NODE = [20, 19]
const installedNote = join(root, 'node_modules', '.latchkey-installed')
const main = join(root, 'dist', 'src', 'main.js')

requireNode()
await installWhenChanged()
await buildWhenChanged()
process.env.NODE_ENV ??= 'production'
if (process.env.DATABASE_OWNER_URL && (process.argv[2] ?? 'all') !== 'migrate') {
  // An outside database: its owner's password is for this one child, and gone before anything is served.
  await step('Migrating the database', [process.execPath, main, 'migrate'])
  delete process.env.DATABASE_OWNER_URL
}
// In this process, not a child: whoever ends it, even by kill -9, ends the server and not only its starter.
await import(pathToFileURL(main).href)

function requireNode() {
  const [major, minor] = process.versions.node.split('.').map(Number)
  if (major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1])) return
  fail(`Latchkey needs Node ${OLDEST_NODE.join('.')} or newer; this is ${process.versions.node}.`)
}

async function installWhenChanged() {
  const lock = createHash('sha256').update(readFileSync(join(root, 'package-lock.json'))).digest('hex')
  if (readOr(installedNote, '') === lock) return
  if (!installedByHand()) {
    // npm start brings its own path; `node scripts/start.mjs` takes the npm of the PATH.
    const npm = process.env.npm_execpath ? [process.execPath, process.env.npm_execpath] : ['npm']
    // --include=dev: the build tools are needed here even where NODE_ENV says production.
    const options = ['--include=dev', '--no-audit', '--no-fund', '--loglevel=error']
    await step('Installing packages (once, about 450 MB)', [...npm, 'ci', ...options])
  }
  writeFileSync(installedNote, lock)
}

/** Someone ran npm already: npm's own note of what lies in node_modules says the same as the lock. */
function installedByHand() {
  const wanted = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages
  const found = JSON.parse(readOr(join(root, 'node_modules', '.package-lock.json'), '{}')).packages
  if (!found) return false
  const same = (path) => found[path]?.version === wanted[path].version && found[path]?.integrity === wanted[path].integrity
  return Object.keys(wanted).every((path) => path === '' || same(path) || (wanted[path].optional && !found[path]))
}

async function buildWhenChanged() {
  const built = JSON.parse(readOr(join(root, 'dist', 'build.json'), '{}'))
  const stale = { server: built.server !== serverHash(), web: built.web !== webHash() }
  if (!stale.server && !stale.web) return
  const only = stale.server && stale.web ? [] : [stale.server ? '--server-only' : '--web-only']
  await step('Building', [process.execPath, join(root, 'scripts', 'build.mjs'), '--quiet', ...only])
}

/** Runs a command and shows that time passes: one line that counts, or on a log a line every five seconds. */
async function step(title, [file, ...args]) {
  const live = Boolean(process.stderr.isTTY)
  const began = performance.now()
  const seconds = () => `${((performance.now() - began) / 1000).toFixed(live ? 0 : 1)} s`
  const show = () => process.stderr.write(live ? `\r${title} … ${seconds()}` : `${title} … ${seconds()}\n`)
  process.stderr.write(live ? `${title} …` : `${title} …\n`)
  const ticking = setInterval(show, live ? 1_000 : 5_000)
  let output = ''
  const child = spawn(file, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] })
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (output += text))
  const end = (signal) => child.kill(signal)
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, end)
  const code = await new Promise((resolve) => {
    child.once('close', resolve)
    child.once('error', ({ message }) => {
      output += message
      resolve(1)
    })
  })
  clearInterval(ticking)
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.off(signal, end)
  process.stderr.write(`${live ? `\r${title} … ` : `${title}: `}${code === 0 ? `done after ${seconds()}` : 'failed'}\n`)
  if (code !== 0) fail(output.trim())
}

function readOr(file, otherwise) {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return otherwise
  }
}

function fail(message) {
  console.error(message)
  process.exit(1)
}
