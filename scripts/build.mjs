// Builds dist/: the server with swc, the pages with vite, both at once.
//   node scripts/build.mjs [--server-only | --web-only] [--quiet]
// The result replaces dist/ by a rename once everything succeeded: a failed or killed build leaves the old one.
import { spawn } from 'node:child_process'
import { cp, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import { pathToFileURL } from 'node:url'
import { filesBelow, root, serverHash, webHash } from './source-hash.mjs'

const dist = join(root, 'dist')

/** What dist/ was built from, or nothing. */
export async function builtFrom() {
  return JSON.parse(await readFile(join(dist, 'build.json'), 'utf8').catch(() => '{}'))
}

export async function build({ server = true, web = true } = {}) {
  const staging = join(root, '.cache', `dist-${process.pid}`)
  await rm(staging, { recursive: true, force: true })
  await mkdir(staging, { recursive: true })
  try {
    // Before the work: what is edited meanwhile belongs to the next build.
    const made = await builtFrom()
    if (server) made.server = serverHash()
    if (web) made.web = webHash()
    await Promise.all([
      server ? buildServer(staging) : keep(staging, ['src', 'migrations']),
      web ? buildWeb(staging) : keep(staging, ['web']),
    ])
    await writeFile(join(staging, 'build.json'), JSON.stringify(made))
    await replaceDist(staging)
  } finally {
    await rm(staging, { recursive: true, force: true })
  }
}

async function buildServer(staging) {
  const { transformFile } = await import('@swc/core')
  const files = ['src', 'migrations'].flatMap((name) => filesBelow(join(root, name))).filter((file) => !file.endsWith('.md'))
  await Promise.all(files.map(async (file) => {
    const target = join(staging, relative(root, file))
    await mkdir(dirname(target), { recursive: true })
    if (!file.endsWith('.ts')) return cp(file, target)
    const script = target.replace(/\.ts$/, '.js')
    const { code, map } = await transformFile(file, {
      sourceFileName: relative(dirname(join(dist, relative(root, script))), file),
      sourceMaps: true,
      inlineSourcesContent: false,
      jsc: {
        target: 'es2023',
        keepClassNames: true,
        parser: { syntax: 'typescript', decorators: true },
        transform: { legacyDecorator: true, decoratorMetadata: true },
      },
      module: { type: 'es6' },
      swcrc: false,
    }).catch((error) => {
      throw new Error(error.message.split('\nCaused by:')[0].trim()) // the rest is the compiler's own stack
    })
    await writeFile(script, `${code}//# sourceMappingURL=${script.split('/').at(-1)}.map\n`)
    await writeFile(`${script}.map`, map)
  }))
  await bundleServer(staging)
}

/** What Nest and TypeORM would use if it were installed. */
const ABSENT = [
  /^@nestjs\/(websockets|microservices)/, /^class-(validator|transformer)/, 'pg-native', 'pg-query-stream', 'mysql', 'mysql2', 'sqlite', 'sqlite3',
  'better-sqlite3', 'react-native-sqlite-storage', 'expo-sqlite', 'sql.js', 'mongodb', 'mssql', 'oracledb', 'redis', 'ioredis', /^@google-cloud\//, /^@sap\//,
  'hdb-pool', 'typeorm-aurora-data-api-driver',
]

/**
 * The program that is started: main.js and what it loads, with the packages, in a few files. Reading and linking a thousand
 * small ones takes the processor three times as long, at every start and every command. The single modules stay beside it
 * for what looks at the product from outside (tests, benchmarks). Native parts and worker threads find their packages
 * in node_modules by themselves.
 */
async function bundleServer(staging) {
  const { build: bundle } = await import('vite')
  const bundled = join(staging, 'bundled')
  await bundle({
    root, configFile: false, logLevel: 'error', publicDir: false,
    ssr: { noExternal: true, external: ['@node-rs/argon2'] },
    build: {
      ssr: true, outDir: bundled, minify: false, target: 'node20',
      rolldownOptions: {
        input: { main: join(staging, 'src', 'main.js') },
        external: [/\.node$/, ...ABSENT],
        checks: { bundlerTimings: false },
        output: { format: 'esm', keepNames: true, entryFileNames: '[name].js', chunkFileNames: 'bundled/[name]-[hash].js' },
      },
    },
  })
  await rename(join(bundled, 'main.js'), join(staging, 'src', 'main.js'))
  await rm(join(staging, 'src', 'main.js.map'))
  await rename(join(bundled, 'bundled'), join(staging, 'src', 'bundled'))
  await rm(bundled, { recursive: true })
}

async function buildWeb(staging) {
  const vite = join(root, 'node_modules', 'vite', 'bin', 'vite.js')
  const options = ['--outDir', join(staging, 'web'), '--emptyOutDir', '--logLevel', 'warn']
  const child = spawn(process.execPath, [vite, 'build', ...options], {
    cwd: join(root, 'web'),
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, NODE_ENV: 'production' },
  })
  const code = await new Promise((resolve, reject) => child.once('exit', resolve).once('error', reject))
  if (code !== 0) throw new Error(`vite ended with ${code}`)
}

async function keep(staging, names) {
  await Promise.all(names.map((name) => cp(join(dist, name), join(staging, name), { recursive: true }).catch(ignoreMissing)))
}

async function replaceDist(staging) {
  const old = `${staging}-old`
  for (;;) {
    await rename(dist, old).catch(ignoreMissing)
    try {
      await rename(staging, dist)
      break
    } catch (error) {
      if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error // another build was faster: ours comes last
      await rm(old, { recursive: true, force: true })
    }
  }
  await rm(old, { recursive: true, force: true })
}

function ignoreMissing(error) {
  if (error.code !== 'ENOENT') throw error
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const flags = process.argv.slice(2)
  const started = performance.now()
  try {
    await build({ server: !flags.includes('--web-only'), web: !flags.includes('--server-only') })
    if (!flags.includes('--quiet')) console.log(`built in ${((performance.now() - started) / 1000).toFixed(1)} s`)
  } catch (error) {
    console.error(error.message)
    process.exitCode = 1
  }
}
