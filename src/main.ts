import 'reflect-metadata'
import { fileURLToPath } from 'node:url'
import { ConfigurationError, parseEnvironment } from './config/environment.js'
import { ROLES, type Role } from './config/settings.js'
import { sharedDataHome } from './platform/database/embedded/binaries.js'
import { installedMode } from './start/data-directory.js'
import { PreparationFailed, type Tell } from './start/embedded.js'
import { refusalOf } from './start/start-refused.js'

/** EX_CONFIG of sysexits.h: trying again without changing the environment is of no use. */
const BAD_ENVIRONMENT = 78
const tell: Tell = (line) => void process.stderr.write(`${line}\n`)

/** Answers the exit code. What a role does not need is not even loaded. */
async function run(role: Role, flags: readonly string[]): Promise<number> {
  const settings = parseEnvironment(process.env, { role, defaultDataDir: sharedDataHome(), installedMode })
  delete process.env['DATABASE_OWNER_URL'] // read by migrate; nobody else shall come across it
  if (role === 'migrate') {
    const onTheWayToServe = flags.includes('--leave-running')
    // A Ctrl-C reaches both of us; the parent stops in order as soon as it has what this child prepares.
    if (onTheWayToServe) for (const signal of ['SIGINT', 'SIGHUP']) process.on(signal, () => {})
    const { migrate } = await import('./start/migrate.js')
    await migrate(settings, onTheWayToServe, tell)
    return 0
  }
  if (role === 'verify-audit') {
    const { verify } = await import('./start/verify-audit.js')
    return verify(settings, flags.find((flag) => flag.startsWith('--public-key='))?.split('=')[1], tell)
  }
  if (role === 'self-test') {
    const { selfTest } = await import('./start/self-test.js')
    return selfTest(settings, flags, tell)
  }
  if (role === 'import') {
    const { importDirectory } = await import('./start/import.js')
    return importDirectory(settings, flags, tell)
  }
  if (role === 'directory') {
    const { directory } = await import('./start/directory.js')
    return directory(settings, flags, tell)
  }
  const root = import('./app.module.js') // loads while the database starts, and is awaited after that
  root.catch(() => {})
  const { serve } = await import('./start/serve.js')
  await serve(settings, fileURLToPath(import.meta.url), root, tell)
  return 0
}

process.setSourceMapsEnabled(true)
const [role = 'all', ...flags] = process.argv.slice(2)
if (!ROLES.includes(role as Role)) {
  tell(`usage: main.js [${ROLES.join(' | ')}]`)
  process.exit(2)
}
try {
  process.exit(await run(role as Role, flags))
} catch (error) {
  if (error instanceof PreparationFailed) process.exit(error.exitCode)
  // A refusal explains itself; anything else is a mistake of ours and shows where.
  tell(refusalOf(error) ?? (error as Error).stack ?? String(error))
  process.exit(error instanceof ConfigurationError ? BAD_ENVIRONMENT : 1)
}
