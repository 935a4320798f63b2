import { isAbsolute, join, relative, resolve } from 'node:path'
import { SecretText } from '../kernel/secret-text.js'
import { nearMiss } from './near-miss.js'
import type { Mode, Role, Settings } from './settings.js'
import { isLoopback, roleOfUrl, VARIABLES, type VariableName, type Variables } from './variables.js'

export type Problem = { readonly variable: string; readonly rule: string }

/** The process does not start. Says every bad variable at once, and no value: it ends up in terminals and tickets. */
export class ConfigurationError extends Error {
  constructor(readonly problems: readonly Problem[]) {
    super(['the environment is not usable:', ...problems.map(({ variable, rule }) => `  ${variable} ${rule}`)].join('\n'))
    this.name = 'ConfigurationError'
  }
}

/** What is not in the environment but decides how it is read. */
export type Surroundings = {
  readonly role: Role
  readonly defaultDataDir: string
  /** The mode chosen when the data directory was created; null for a new one. */
  readonly installedMode: (dataDir: string) => Mode | null
}

/** Commands of an operator: they send no mail and serve no page. */
const OPERATORS_ROLES: ReadonlySet<Role> = new Set(['verify-audit', 'self-test', 'directory', 'import'])
const DEFAULT_PORT = 8080
const DEFAULT_POOL = 10
const DEMO_SENDER = 'Latchkey <no-reply@latchkey.example>'
/** Test runs pass notes to their children under this prefix; the product reads none of them. */
const TEST_PREFIX = 'LATCHKEY_TEST_'

export function parseEnvironment(env: NodeJS.ProcessEnv, surroundings: Surroundings): Settings {
  const { values, problems } = readVariables(env, surroundings.role)
  const dataDir = resolve(values.LATCHKEY_DATA_DIR ?? surroundings.defaultDataDir)
  // A directory of its own keeps what it was created as; a database someone else runs is production unless told.
  const mode = values.LATCHKEY_MODE ?? surroundings.installedMode(dataDir) ?? (values.DATABASE_URL ? 'production' : 'demo')
  const masterKeyFile = resolve(values.LATCHKEY_MASTER_KEY_FILE ?? join(dataDir, 'secrets', 'master.key'))
  const ofMode = mode === 'demo' ? demoProblems(values) : productionProblems(values, surroundings.role, dataDir)
  // What is wrong already is not also missing; and with a wrong mode nobody knows what it asks for.
  const known = new Set(problems.map(({ variable }) => variable))
  if (!known.has('LATCHKEY_MODE')) problems.push(...ofMode.filter(({ variable }) => !known.has(variable)))
  if (surroundings.role === 'migrate' && Boolean(values.DATABASE_URL) !== Boolean(values.DATABASE_OWNER_URL)) {
    const missing = values.DATABASE_URL ? 'DATABASE_OWNER_URL' : 'DATABASE_URL'
    const rule = 'is missing: an outside Postgres is migrated by its owner for the app role'
    if (!known.has(missing)) problems.push({ variable: missing, rule })
  }
  if (problems.length > 0) throw new ConfigurationError(problems)
  const logFile = values.LATCHKEY_LOG_FILE ?? (mode === 'demo' ? join(dataDir, 'latchkey.log') : undefined)

  return deepFreeze<Settings>({
    role: surroundings.role,
    mode,
    dataDir,
    listen: {
      host: values.LATCHKEY_HOST ?? '127.0.0.1',
      port: values.PORT ?? DEFAULT_PORT,
      portIsDefault: values.PORT === undefined,
    },
    origin: { publicOrigin: values.LATCHKEY_PUBLIC_ORIGIN ?? null, trustedProxies: values.TRUSTED_PROXIES ?? [] },
    database: {
      url: secret(values.DATABASE_URL),
      ownerUrl: secret(values.DATABASE_OWNER_URL),
      appRole: values.DATABASE_URL ? roleOfUrl(values.DATABASE_URL) : null,
      poolSize: values.LATCHKEY_DATABASE_POOL ?? DEFAULT_POOL,
    },
    keys: {
      masterKeyFile,
      epochFile: resolve(values.LATCHKEY_EPOCH_FILE ?? `${masterKeyFile}.epoch`),
      mayCreate: mode === 'demo',
    },
    audit: { checkpointFile: resolve(values.LATCHKEY_AUDIT_CHECKPOINT_FILE ?? join(dataDir, 'audit-checkpoints.jsonl')) },
    mail: { smtpUrl: secret(values.LATCHKEY_SMTP_URL), from: values.LATCHKEY_MAIL_FROM ?? DEMO_SENDER },
    log: {
      level: values.LATCHKEY_LOG_LEVEL ?? 'info',
      // A newcomer's terminal shows the address and the sign-ins; the demo's lines are in a file.
      file: logFile ? resolve(logFile) : null,
    },
  })
}

function readVariables(env: NodeJS.ProcessEnv, role: Role): { values: Variables; problems: Problem[] } {
  const names = Object.keys(VARIABLES) as VariableName[]
  const problems: Problem[] = []
  const values: Record<string, unknown> = {}
  for (const name of names) {
    // Set but empty is how compose files and shells say "not set".
    const given = env[name]?.trim()
    if (!given || (name === 'DATABASE_OWNER_URL' && role !== 'migrate')) continue
    const answer = VARIABLES[name].safeParse(given)
    if (answer.success) values[name] = answer.data
    else problems.push({ variable: name, rule: answer.error.issues[0]!.message })
  }
  for (const name of Object.keys(env)) {
    if (!name.startsWith('LATCHKEY_') || name.startsWith(TEST_PREFIX) || name in VARIABLES) continue
    const meant = nearMiss(name, names)
    problems.push({ variable: name, rule: `is not a setting${meant ? `; did you mean ${meant}?` : ''}` })
  }
  return { values: values as Variables, problems }
}

/** A demo has made-up people with published passwords: it is for this machine's own browser and sends nothing out. */
function demoProblems(values: Variables): Problem[] {
  const problems: Problem[] = []
  const elsewhere = (url: string | undefined) => url !== undefined && !isLoopback(new URL(url).hostname)
  if (values.LATCHKEY_HOST && !isLoopback(values.LATCHKEY_HOST)) {
    problems.push({ variable: 'LATCHKEY_HOST', rule: 'must be a loopback address: a demo is not offered to a network' })
  }
  if (elsewhere(values.LATCHKEY_PUBLIC_ORIGIN)) {
    problems.push({ variable: 'LATCHKEY_PUBLIC_ORIGIN', rule: 'must be a loopback origin in a demo' })
  }
  if (elsewhere(values.LATCHKEY_SMTP_URL)) {
    problems.push({ variable: 'LATCHKEY_SMTP_URL', rule: 'must name this machine in a demo, which sends no real mail' })
  }
  return problems
}

function productionProblems(values: Variables, role: Role, dataDir: string): Problem[] {
  const problems: Problem[] = []
  if (role === 'migrate') return problems // touches neither mail nor keys
  const needed = (variable: VariableName) => {
    if (values[variable] === undefined) problems.push({ variable, rule: 'is missing: production needs it' })
  }
  needed('LATCHKEY_MASTER_KEY_FILE')
  if (values.LATCHKEY_MASTER_KEY_FILE && isWithin(dataDir, resolve(values.LATCHKEY_MASTER_KEY_FILE))) {
    problems.push({ variable: 'LATCHKEY_MASTER_KEY_FILE', rule: 'must lie outside the data directory' })
  }
  if (OPERATORS_ROLES.has(role)) return problems
  needed('LATCHKEY_PUBLIC_ORIGIN')
  needed('LATCHKEY_SMTP_URL')
  needed('LATCHKEY_MAIL_FROM')
  if (values.LATCHKEY_PUBLIC_ORIGIN?.startsWith('http:')) {
    problems.push({ variable: 'LATCHKEY_PUBLIC_ORIGIN', rule: 'must be https in production' })
  }
  return problems
}

function isWithin(directory: string, file: string): boolean {
  const way = relative(directory, file)
  return !way.startsWith('..') && !isAbsolute(way)
}

const secret = (value: string | undefined): SecretText | null => (value === undefined ? null : new SecretText(value))

function deepFreeze<T extends object>(value: T): T {
  for (const part of Object.values(value)) {
    if (part && typeof part === 'object' && !(part instanceof SecretText)) deepFreeze(part)
  }
  return Object.freeze(value)
}
