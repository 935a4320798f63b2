import { inspect } from 'node:util'
import { ConfigurationError, parseEnvironment, type Problem, type Surroundings } from '../../../src/config/environment.js'
import { VARIABLES } from '../../../src/config/variables.js'

const fresh: Surroundings = { role: 'all', defaultDataDir: '/data', installedMode: () => null }
const parse = (env: NodeJS.ProcessEnv, changes: Partial<Surroundings> = {}) => parseEnvironment(env, { ...fresh, ...changes })

const PRODUCTION = {
  LATCHKEY_MODE: 'production',
  LATCHKEY_PUBLIC_ORIGIN: 'https://password.example.com',
  LATCHKEY_MASTER_KEY_FILE: '/run/secrets/latchkey.key',
  LATCHKEY_SMTP_URL: 'smtps://mailer:s3cret@smtp.example.com:465',
  LATCHKEY_MAIL_FROM: 'Passwords <no-reply@example.com>',
}

function refusalOf(env: NodeJS.ProcessEnv, changes: Partial<Surroundings> = {}): ConfigurationError {
  try {
    parse(env, changes)
  } catch (error) {
    if (error instanceof ConfigurationError) return error
    throw error
  }
  throw new Error('the environment was accepted')
}
type Changes = Partial<Surroundings>
const problemsOf = (env: NodeJS.ProcessEnv, changes?: Changes): readonly Problem[] => refusalOf(env, changes).problems
const namesOf = (env: NodeJS.ProcessEnv, changes?: Changes) => problemsOf(env, changes).map(({ variable }) => variable)

describe('an empty environment', () => {
  it('is a demo on loopback with everything below the data directory', () => {
    expect(parse({ PATH: '/bin', HOME: '/home/x' })).toEqual({
      role: 'all',
      mode: 'demo',
      dataDir: '/data',
      listen: { host: '127.0.0.1', port: 8080, portIsDefault: true },
      origin: { publicOrigin: null, trustedProxies: [] },
      database: { url: null, ownerUrl: null, appRole: null, poolSize: 10 },
      keys: { masterKeyFile: '/data/secrets/master.key', epochFile: '/data/secrets/master.key.epoch', mayCreate: true },
      audit: { checkpointFile: '/data/audit-checkpoints.jsonl' },
      mail: { smtpUrl: null, from: 'Latchkey <no-reply@latchkey.example>' },
      log: { level: 'info', file: '/data/latchkey.log' },
    })
  })

  it('counts a variable that is set to nothing as not set', () => {
    expect(parse({ PORT: '', LATCHKEY_DATA_DIR: '  ', LATCHKEY_MODE: '' })).toEqual(parse({}))
  })
})

describe('the mode', () => {
  it('of an existing data directory is kept', () => {
    const asked: string[] = []
    const installedMode = (dataDir: string) => (asked.push(dataDir), 'production' as const)
    const { LATCHKEY_MODE: _, ...rest } = PRODUCTION
    expect(parse({ ...rest, LATCHKEY_DATA_DIR: '/elsewhere' }, { installedMode }).mode).toBe('production')
    expect(asked).toEqual(['/elsewhere'])
  })

  it('is production for an outside database, unless told otherwise', () => {
    const DATABASE_URL = 'postgres://app:pw@db/latchkey'
    expect(namesOf({ DATABASE_URL })).toContain('LATCHKEY_PUBLIC_ORIGIN')
    expect(parse({ DATABASE_URL, LATCHKEY_MODE: 'demo' }).mode).toBe('demo')
  })
})

describe('each variable', () => {
  const taken: [keyof typeof VARIABLES, string, (settings: ReturnType<typeof parse>) => unknown, unknown][] = [
    ['PORT', '8443', ({ listen }) => listen, { host: '127.0.0.1', port: 8443, portIsDefault: false }],
    ['DATABASE_URL', 'postgresql://latchkey_app:p%40ss@db.internal:5433/latchkey?sslmode=verify-full',
      ({ database }) => [database.url?.reveal(), database.appRole],
      ['postgresql://latchkey_app:p%40ss@db.internal:5433/latchkey?sslmode=verify-full', 'latchkey_app']],
    ['TRUSTED_PROXIES', '10.0.0.0/8, 192.0.2.7,2001:db8::/32', ({ origin }) => origin.trustedProxies,
      ['10.0.0.0/8', '192.0.2.7', '2001:db8::/32']],
    ['LATCHKEY_MODE', 'production', ({ mode }) => mode, 'production'],
    ['LATCHKEY_HOST', '0.0.0.0', ({ listen }) => listen.host, '0.0.0.0'],
    ['LATCHKEY_DATA_DIR', '/srv/latchkey/../data', ({ dataDir }) => dataDir, '/srv/data'],
    ['LATCHKEY_PUBLIC_ORIGIN', 'https://Password.Example.com/',
      ({ origin }) => origin.publicOrigin, 'https://password.example.com'],
    ['LATCHKEY_MASTER_KEY_FILE', '/keys/master', ({ keys }) => keys,
      { masterKeyFile: '/keys/master', epochFile: '/keys/master.epoch', mayCreate: false }],
    ['LATCHKEY_EPOCH_FILE', '/state/epoch', ({ keys }) => keys.epochFile, '/state/epoch'],
    ['LATCHKEY_AUDIT_CHECKPOINT_FILE', '/worm/heads.jsonl', ({ audit }) => audit.checkpointFile, '/worm/heads.jsonl'],
    ['LATCHKEY_SMTP_URL', 'smtp://relay.example.com', ({ mail }) => mail.smtpUrl?.reveal(), 'smtp://relay.example.com'],
    ['LATCHKEY_MAIL_FROM', 'help@example.com', ({ mail }) => mail.from, 'help@example.com'],
    ['LATCHKEY_LOG_LEVEL', 'debug', ({ log }) => log.level, 'debug'],
    ['LATCHKEY_LOG_FILE', '/var/log/latchkey.jsonl', ({ log }) => log.file, '/var/log/latchkey.jsonl'],
    ['LATCHKEY_DATABASE_POOL', '40', ({ database }) => database.poolSize, 40],
  ]
  it.each(taken)('%s reaches its slice', (name, value, slice, expected) => {
    expect(slice(parse({ ...PRODUCTION, [name]: value }))).toEqual(expected)
  })

  it('DATABASE_OWNER_URL reaches the role migrate, and no other', () => {
    const urls = { DATABASE_URL: 'postgres://app:a@/latchkey', DATABASE_OWNER_URL: 'postgres://owner:o@%2Frun%2Fpg/latchkey' }
    expect(parse({ ...PRODUCTION, ...urls }, { role: 'migrate' }).database.ownerUrl?.reveal()).toBe(urls.DATABASE_OWNER_URL)
    for (const role of ['all', 'api', 'worker', 'verify-audit'] as const) {
      expect(parse({ ...PRODUCTION, ...urls }, { role }).database.ownerUrl).toBeNull()
    }
  })

  const refused: [keyof typeof VARIABLES, string[]][] = [
    ['PORT', ['http', '-1', '65536', '80.5', '1e3', '0x50']],
    ['DATABASE_URL', ['mysql://a:b@c/d', 'postgres://host/db', 'postgres://app:pw@host', 'host=db user=app']],
    ['TRUSTED_PROXIES', ['proxy.internal', '10.0.0.0/33', '10.0.0.0/8/8', '10.0.0.0/x', '::1/129', '10.0.0.1;10.0.0.2']],
    ['LATCHKEY_MODE', ['Demo', 'staging']],
    ['LATCHKEY_HOST', ['0.0.0.0 ; rm', 'http://x']],
    ['LATCHKEY_PUBLIC_ORIGIN', ['password.example.com', 'https://a.example/reset', 'https://a.example?x', 'ftp://a.example',
      'https://user:pw@a.example', 'http://a.example']],
    ['LATCHKEY_SMTP_URL', ['smtp.example.com:25', 'https://smtp.example.com', 'smtp://']],
    ['LATCHKEY_MAIL_FROM', ['nobody', 'a@b\r\nBcc: c@d', 'a@b, c@d', '@b']],
    ['LATCHKEY_LOG_LEVEL', ['verbose', 'INFO']],
    ['LATCHKEY_DATABASE_POOL', ['1', '201', 'many']],
  ]
  it.each(refused.flatMap(([name, values]) => values.map((value) => [name, value] as const)))('%s refuses %j', (name, value) => {
    expect(namesOf({ ...PRODUCTION, [name]: value })).toEqual([name])
  })

  it('DATABASE_OWNER_URL is looked at where it is read', () => {
    const env = { ...PRODUCTION, DATABASE_URL: 'postgres://app:a@db/latchkey', DATABASE_OWNER_URL: 'nonsense' }
    expect(namesOf(env, { role: 'migrate' })).toEqual(['DATABASE_OWNER_URL'])
  })

  it('is covered above', () => {
    const covered = new Set([...taken, ...refused].map(([name]) => name))
    expect(Object.keys(VARIABLES).filter((name) => !covered.has(name as 'PORT'))).toEqual(['DATABASE_OWNER_URL'])
  })
})

describe('a refusal', () => {
  const CANARY = 'kanarienvogel'
  const bad = {
    ...PRODUCTION,
    PORT: CANARY, DATABASE_URL: `mysql://app:${CANARY}@db/x`, TRUSTED_PROXIES: CANARY, LATCHKEY_HOST: `${CANARY}/`,
    LATCHKEY_PUBLIC_ORIGIN: CANARY, LATCHKEY_SMTP_URL: `http://u:${CANARY}@x`, LATCHKEY_MAIL_FROM: CANARY,
    LATCHKEY_LOG_LEVEL: CANARY, LATCHKEY_DATABASE_POOL: CANARY, LATCHKEY_SMPT_URL: `smtp://u:${CANARY}@x`,
  }

  it('names every bad variable at once', () => {
    const wrong = Object.keys(bad).filter((name) => !['LATCHKEY_MODE', 'LATCHKEY_MASTER_KEY_FILE'].includes(name))
    expect(namesOf(bad).sort()).toEqual([...wrong].sort())
  })

  it('repeats no value', () => {
    const refusal = refusalOf(bad)
    for (const shown of [refusal.message, refusal.stack, JSON.stringify(refusal), inspect(refusal, { depth: 9 })]) {
      expect(shown).not.toContain(CANARY)
    }
  })

  it('of an accepted secret shows none either', () => {
    const settings = parse({ ...PRODUCTION, DATABASE_URL: `postgres://app:${CANARY}@db/latchkey` })
    expect(`${JSON.stringify(settings)}${inspect(settings, { depth: 9 })}`).not.toContain(CANARY)
  })

  it('comes for a setting that does not exist, with the name that was meant', () => {
    expect(problemsOf({ LATCHKEY_SMPT_URL: 'x', LATCHKEY_MASTERKEY: 'x', LATCHKEY_PORT: '1', LATCHKEY_WEATHER: 'x' })).toEqual([
      { variable: 'LATCHKEY_SMPT_URL', rule: 'is not a setting; did you mean LATCHKEY_SMTP_URL?' },
      { variable: 'LATCHKEY_MASTERKEY', rule: 'is not a setting; did you mean LATCHKEY_MASTER_KEY_FILE?' },
      { variable: 'LATCHKEY_PORT', rule: 'is not a setting; did you mean PORT?' },
      { variable: 'LATCHKEY_WEATHER', rule: 'is not a setting' },
    ])
  })

  it('does not come for notes of a test run or for names of others', () => {
    expect(() => parse({ LATCHKEY_TEST_CLUSTER: '{}', DATABASE_NAME: 'x', NODE_ENV: 'production' })).not.toThrow()
  })
})

describe('production', () => {
  const needed = ['LATCHKEY_PUBLIC_ORIGIN', 'LATCHKEY_MASTER_KEY_FILE', 'LATCHKEY_SMTP_URL', 'LATCHKEY_MAIL_FROM'] as const
  it.each(needed)('needs %s', (name) => {
    const { [name]: _, ...rest } = PRODUCTION
    expect(problemsOf(rest)).toEqual([{ variable: name, rule: 'is missing: production needs it' }])
  })

  it('needs neither mail nor key to migrate', () => {
    const urls = { DATABASE_URL: 'postgres://app:a@db/x', DATABASE_OWNER_URL: 'postgres://owner:o@db/x' }
    expect(parse({ LATCHKEY_MODE: 'production', ...urls }, { role: 'migrate' }).mode).toBe('production')
  })

  it.each(['DATABASE_URL', 'DATABASE_OWNER_URL'])('does not migrate an outside database with %s alone', (name) => {
    const missing = name === 'DATABASE_URL' ? 'DATABASE_OWNER_URL' : 'DATABASE_URL'
    expect(namesOf({ LATCHKEY_MODE: 'production', [name]: 'postgres://a:b@db/x' }, { role: 'migrate' })).toEqual([missing])
  })

  it('refuses a key inside the data directory, however it is spelled', () => {
    for (const file of ['/data/master.key', '/data/a/b/../../master.key', '/etc/../data/secrets/master.key']) {
      expect(namesOf({ ...PRODUCTION, LATCHKEY_MASTER_KEY_FILE: file })).toEqual(['LATCHKEY_MASTER_KEY_FILE'])
    }
    expect(parse({ ...PRODUCTION, LATCHKEY_MASTER_KEY_FILE: '/data-keys/master.key' }).keys.mayCreate).toBe(false)
  })
})

describe('a demo', () => {
  it.each([
    ['LATCHKEY_HOST', '0.0.0.0'], ['LATCHKEY_HOST', '::'], ['LATCHKEY_HOST', '10.0.0.5'], ['LATCHKEY_HOST', 'portal.internal'],
    ['LATCHKEY_PUBLIC_ORIGIN', 'https://password.example.com'], ['LATCHKEY_SMTP_URL', 'smtp://smtp.example.com'],
  ])('refuses %s=%s', (name, value) => {
    expect(namesOf({ LATCHKEY_MODE: 'demo', [name]: value })).toEqual([name])
  })

  it.each([
    ['LATCHKEY_HOST', '127.0.0.1'], ['LATCHKEY_HOST', '::1'], ['LATCHKEY_HOST', 'localhost'],
    ['LATCHKEY_PUBLIC_ORIGIN', 'http://localhost:8080'], ['LATCHKEY_SMTP_URL', 'smtp://127.0.0.1:2525'],
  ])('takes %s=%s', (name, value) => {
    expect(() => parse({ LATCHKEY_MODE: 'demo', [name]: value })).not.toThrow()
  })
})

it('settings cannot be changed afterwards', () => {
  const settings = parse({})
  expect(() => Object.assign(settings, { mode: 'production' })).toThrow(TypeError)
  expect(() => Object.assign(settings.listen, { host: '0.0.0.0' })).toThrow(TypeError)
})
