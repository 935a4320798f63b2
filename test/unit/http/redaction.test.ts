import { SecretText } from '../../../src/kernel/secret-text.js'
import { Log, NestLog } from '../../../src/platform/telemetry/index.js'

const CANARY = 'Kana-4711-lintu'

function logged(work: (log: Log, nest: NestLog) => void): string {
  const lines: string[] = []
  const log = new Log({ level: 'debug' }, { write: (line: string) => void lines.push(line) })
  work(log, new NestLog(log))
  return lines.join('')
}
class Person {
  name = 'Anna'
  password = CANARY
  get computed(): string {
    throw new Error(CANARY)
  }
  toJSON(): string {
    return CANARY
  }
}
class Getter {
  get value(): string {
    return CANARY
  }
}
const circular: Record<string, unknown> = { fine: 'kept', secret: CANARY }
circular['self'] = circular
const postgresError = Object.assign(new Error(`invalid input syntax for type uuid: "${CANARY}"`), {
  code: '22P02', detail: `Key (login)=(${CANARY})`, parameters: [CANARY], query: `SELECT '${CANARY}'`, driverError: { parameters: [CANARY] },
})
const jsonError = (() => {
  try {
    return JSON.parse(`${CANARY}`)
  } catch (error) {
    return error as Error
  }
})()

const HOSTILE: [string, object][] = [
  ['secrets by name', { password: CANARY, newPassword: CANARY, current_password: CANARY, passphrase: CANARY, clientSecret: CANARY, code: CANARY, otpCode: CANARY, resetToken: CANARY }],
  ['request headers', { headers: { cookie: `lk_session=${CANARY}`, authorization: `Basic ${CANARY}`, 'set-cookie': [CANARY], 'proxy-authorization': CANARY, 'x-csrf-token': CANARY } }],
  ['a secret text', { value: new SecretText(CANARY), list: [new SecretText(CANARY)] }],
  ['a secret text in a template', { text: `${new SecretText(CANARY)}` }],
  ['a map and a set', { map: new Map<unknown, unknown>([['password', CANARY], [{ a: CANARY }, new SecretText(CANARY)]]), set: new Set([new SecretText(CANARY)]) }],
  ['getters and toJSON', { person: new Person(), getter: new Getter(), own: { get secretValue() { return CANARY }, get fine() { return CANARY } } }],
  ['bytes', { sealed: Buffer.from(CANARY), view: new Uint8Array(Buffer.from(CANARY)) }],
  ['a cycle', circular],
  ['deep nesting', { a: { b: { c: { d: { e: { f: { g: CANARY } } } } } } }],
  ['symbols and hidden members', Object.defineProperty({ [Symbol('password')]: CANARY }, 'hidden', { value: CANARY, enumerable: false })],
  ['a database error', { error: postgresError }],
  ['an error whose cause quotes input', { error: new Error('outer', { cause: postgresError }) }],
  ['a parser error', { error: jsonError }],
  ['an error with a request on it', { error: Object.assign(new Error('failed'), { config: { data: CANARY }, response: { data: CANARY }, code: CANARY }) }],
  ['an aggregate', { error: new AggregateError([new Error(CANARY)], 'several') }],
  ['prototype tricks', JSON.parse(`{"__proto__":{"password":"${CANARY}"},"token":"${CANARY}"}`) as object],
  ['an error as the facts', postgresError],
]

describe('log', () => {
  it.each(HOSTILE)('prints no secret: %s', (_, facts) => {
    const text = logged((log, nest) => {
      log.info(facts, 'hostile')
      log.error(facts, 'hostile')
      nest.log(facts, 'Context')
      nest.error(facts, undefined, 'Context')
      nest.warn('message', facts, 'Context')
    })
    expect(text).not.toContain(CANARY)
    expect(text).not.toContain(Buffer.from(CANARY).toString('base64').slice(0, 12))
    expect(text.trim().split('\n')).toHaveLength(5)
    for (const line of text.trim().split('\n')) expect(() => JSON.parse(line) as unknown).not.toThrow()
  })

  it('keeps what is needed to find a fault', () => {
    const error = Object.assign(new Error('connect refused'), { code: 'ECONNREFUSED' })
    const line = JSON.parse(logged((log) => log.error({ correlationId: 'c-1', attempts: 3, at: new Date(0), error }, 'mail failed'))) as Record<string, unknown>
    expect(line).toMatchObject({ level: 'error', msg: 'mail failed', correlationId: 'c-1', attempts: 3, at: '1970-01-01T00:00:00.000Z' })
    expect(line['error']).toMatchObject({ name: 'Error', message: 'connect refused', state: 'ECONNREFUSED' })
    expect((line['error'] as { stack: string }).stack).toMatch(/^at .*redaction\.test\.ts/)
  })

  it('keeps the frames of a stack given as text, without the message it begins with', () => {
    const stack = new Error(CANARY).stack!
    const text = logged((_, nest) => nest.error('could not start', stack, 'Main'))
    expect(text).not.toContain(CANARY)
    expect(text).toContain('redaction.test.ts')
  })

  it('has the correlation id of the request being served in every line', () => {
    const lines: string[] = []
    const log = new Log({ correlationId: () => 'c-7' }, { write: (line: string) => void lines.push(line) })
    new NestLog(log).log('sent', 'Mail')
    expect(JSON.parse(lines[0]!)).toMatchObject({ correlationId: 'c-7', context: 'Mail', msg: 'sent' })
  })

  it('bounds width and length', () => {
    const text = logged((log) => log.info({ list: Array.from({ length: 10_000 }, (_, i) => i), text: 'x'.repeat(100_000) }, 'big'))
    expect(text.length).toBeLessThan(3_000)
  })

  it('leaves out what is below the level, without looking at it', () => {
    const lines: string[] = []
    const log = new Log({ level: 'warn' }, { write: (line: string) => void lines.push(line) })
    log.info(new Proxy({}, { ownKeys: () => { throw new Error('looked at') } }), 'no')
    expect(lines).toEqual([])
  })
})
