import { RULE_IDS, type PasswordCheck } from '../../../src/contract/password-policy.contract.js'
import type { FlowView, SessionView } from '../../../src/contract/self-service.contract.js'
import type { BrowserClient } from '../harness/browser-client.js'
import { auditCount, passwordWrites, tasksOf } from '../harness/look-behind.js'
import { OLD_PASSWORD, TestApp, type TestPerson } from '../harness/test-app.js'
import { settled, submit, verify } from '../harness/walk.js'

let app: TestApp
beforeAll(async () => {
  app = await TestApp.open({ directories: [{}] })
})
afterAll(() => app.close())

const loginFor = (what: string): string => `data.${what.replaceAll(/[^a-z0-9]+/gi, '.').toLowerCase()}`
const signIn = (person: TestPerson, password: string) =>
  app.browser().post<SessionView>('/self-service/session', { identifier: person.login, password })

async function verified(what: string): Promise<{ person: TestPerson; browser: BrowserClient; flow: FlowView; accounts: string[] }> {
  const person = await app.person({ login: loginFor(what) })
  const browser = app.browser()
  const flow = await verify(browser, app.smtp, person.login, person.mail)
  return { person, browser, flow, accounts: flow.accounts!.map(({ id }) => id) }
}

const LETTERS = 'kettu-9-Lumi-saari-'
const ROCKET = '\u{1f680}'
/** What works, and spellings that look the same and must not work in its place. */
const WORKING: [string, string, string[]][] = [
  ['spaces at both ends', '  Puro virtaa 19 kertaa  ', ['Puro virtaa 19 kertaa', ' Puro virtaa 19 kertaa ', '  Puro virtaa 19 kertaa']],
  ['quotes and statements', `'; DROP TABLE person; -- "Lumi" \\' 9`, [`'; DROP TABLE person; -- "Lumi" ' 9`]],
  ['backslashes and escapes', 'Lumi\\n\\u0041\\\\x00\\0 ja 9', ['Lumi\n\u0041\\x00\0 ja 9', 'Lumi\\n\\u0041\\x00\\0 ja 9']],
  ['markup and templates', '<b>Lumi</b>&amp;${9}{{9}}%s%n%00', ['Lumi&amp;${9}{{9}}%s%n%00', '<b>Lumi</b>&${9}{{9}}%s%n\0']],
  ['things that look like JSON', '{"$gt":""},["Lumi",9]', ['{"$gt":""}']],
  ['emoji', `Lumi${ROCKET}kettu\u{1f98a}saari9`, ['Lumikettusaari9', 'Lumi?kettu?saari9', 'Lumi\ufffdkettu\ufffdsaari9']],
  ['joined emoji', 'Lumi-\u{1f468}\u200d\u{1f469}\u200d\u{1f467}-saari-9', ['Lumi-\u{1f468}\u{1f469}\u{1f467}-saari-9']],
  ['right-to-left marks', 'Lumi\u200fsaari\u202eketunpesa\u202c9', ['Lumisaariketunpesa9', 'Lumi\u200fsaari\u202eketunpesa9']],
  ['Hebrew, Greek and Chinese', '\u05e9\u05dc\u05d5\u05dd-\u039b\u03cd\u03c7\u03bd\u03bf\u03c2-\u96ea\u5c9b-9', ['-\u039b\u03cd\u03c7\u03bd\u03bf\u03c2-\u96ea\u5c9b-9']],
  ['full-width letters', '\uff2c\uff55\uff4d\uff49-saari-kettu-9', ['Lumi-saari-kettu-9']],
  ['64 characters', `${LETTERS.repeat(4)}`.slice(0, 63) + '!', [`${LETTERS.repeat(4)}`.slice(0, 63)]],
  ['256 characters', `${LETTERS.repeat(20)}`.slice(0, 255) + '!', [`${LETTERS.repeat(20)}`.slice(0, 255), `${LETTERS.repeat(20)}`.slice(0, 255) + '?']],
  ['256 emoji', `Lumi-9${ROCKET.repeat(250)}`, [`Lumi-9${ROCKET.repeat(249)}`, `Lumi-9${ROCKET.repeat(125)}`]],
]

describe('a password of', () => {
  it.each(WORKING)('%s signs in with exactly itself', async (what, password, others) => {
    const { person, browser, flow } = await verified(what)
    expect((await settled(browser, await submit(browser, flow, password))).state).toBe('completed')
    expect(await passwordWrites(app, person)).toBe(1)
    // through the page as through the directory: no layer in between trims, escapes or cuts it
    for (const other of [...others, OLD_PASSWORD]) expect([other, await app.signsIn(person, other)]).toEqual([other, false])
    expect(await app.signsIn(person, password)).toBe(true)
    expect((await signIn(person, password)).status).toBe(201)
  })

  const COMPOSED = 'P\u00e4iv\u00e4n\u00f6rtti-\u00c5land-9'
  it.each([
    ['composed letters', COMPOSED, COMPOSED.normalize('NFD')],
    ['combining marks', COMPOSED.normalize('NFD'), COMPOSED],
  ])('%s is the same on a keyboard that writes them otherwise', async (what, password, otherwise) => {
    const { person, browser, flow } = await verified(what)
    expect(otherwise).not.toBe(password)
    expect((await settled(browser, await submit(browser, flow, password))).state).toBe('completed')
    for (const typed of [password, otherwise]) expect((await signIn(person, typed)).status).toBe(201)
    expect(await app.signsIn(person, 'Paivanortti-Aland-9')).toBe(false)
  })

  /** What is refused by a rule, and by which: the person must be able to read what to change. */
  const BROKEN: [string, string, string][] = [
    ['spaces only', ' '.repeat(16), 'not-blank'],
    ['blanks of other alphabets', '\u00a0\u2003\u3000\u2028'.repeat(4), 'not-blank'],
    ['nothing visible', '\u200b\u2060\ufeff\u00ad'.repeat(4), 'not-blank'],
    ['a NUL at the end', 'Lumi-saari-kettu-9\0', 'no-control'],
    ['a NUL in front', '\0Lumi-saari-kettu-9', 'no-control'],
    ['NULs only', '\0'.repeat(16), 'no-control'],
    ['half a character', 'Lumi-saari-kettu-9\ud83d', 'no-control'],
    ['the other half', '\ude80Lumi-saari-kettu-9', 'no-control'],
    ['a line break', 'Lumi-saari\r\nkettu-99', 'no-control'],
    ['a tab', 'Lumi-saari\tkettu-99', 'no-control'],
    ['an escape sequence', '\u001b[31mLumi-saari-9', 'no-control'],
    ['257 characters', `Lumi-9${'x'.repeat(251)}`, 'max-length'],
    ['257 emoji', `Lumi-9${ROCKET.repeat(251)}`, 'max-length'],
    ['4,096 characters', 'Lumi-9'.padEnd(4_096, 'y'), 'max-length'],
    ['eight letters written as thirteen characters', `L9-${'e\u0301'.repeat(5)}`, 'min-length'],
  ]
  it.each(BROKEN)('%s is refused by a rule with a text, before anything is written', async (what, password, rule) => {
    const { person, browser, flow, accounts } = await verified(what)
    const before = await auditCount(app, person, 'self-service.request.opened')
    const refused = await browser.post(`/self-service/password-resets/${flow.id}/password`, { newPassword: password, accounts })
    expect(refused).toMatchObject({ status: 422, body: { code: 'POLICY_VIOLATION' } })
    const rules = refused.body.violations!.map((violation) => violation.rule)
    expect(rules).toContain(rule)
    expect(rules.filter((each) => !(RULE_IDS as readonly string[]).includes(each))).toEqual([])
    expect(refused.body.detail).not.toBe('')
    expect(JSON.stringify(refused.body)).not.toContain(JSON.stringify(password).slice(1, -1))

    const check = await browser.post<PasswordCheck>(`/self-service/password-resets/${flow.id}/password-check`, { password, accounts })
    expect(check.body.acceptable).toBe(false)
    expect(check.body.rules).toContainEqual({ rule, met: false })
    expect(await tasksOf(app, person)).toEqual([])
    expect(await auditCount(app, person, 'self-service.request.opened')).toBe(before)
    expect((await browser.get<FlowView>(`/self-service/password-resets/${flow.id}`)).body.state).toBe('verified')
    expect(await app.signsIn(person, OLD_PASSWORD)).toBe(true)
  })

  it.each([
    ['nothing at all', ''], ['ten thousand characters', 'Lumi-9'.padEnd(10_240, 'z')], ['a number', 12_345_678_901_234], ['null', null],
    ['a list', ['Lumi-saari-kettu-9']], ['an object', { password: 'Lumi-saari-kettu-9' }], ['true', true],
  ])('%s is no password: the request is refused and the flow stays as it was', async (what, password) => {
    const { person, browser, flow, accounts } = await verified(`no password ${what}`)
    const refused = await browser.post(`/self-service/password-resets/${flow.id}/password`, { newPassword: password, accounts })
    expect(refused).toMatchObject({ status: 400, body: { code: 'REQUEST_INVALID', fields: [{ field: 'newPassword' }] } })
    expect(await tasksOf(app, person)).toEqual([])
    expect((await browser.get<FlowView>(`/self-service/password-resets/${flow.id}`)).body.state).toBe('verified')
  })
})

describe('a present password', () => {
  it.each([
    ['spaces only', ' '.repeat(12)], ['a NUL', `${OLD_PASSWORD}\0`], ['NULs only', '\0\0'], ['half a character', `${OLD_PASSWORD}\ud83d`],
    ['trailing space', `${OLD_PASSWORD} `], ['leading space', ` ${OLD_PASSWORD}`], ['other case', OLD_PASSWORD.toUpperCase()],
    ['a long tail', OLD_PASSWORD.padEnd(4_000, 'a')], ['a wildcard', '%'], ['a filter', '*)(uid=*))(|(uid=*'],
  ])('of %s signs nobody in and looks like any wrong one', async (what, password) => {
    const person = await app.person({ login: `present.${what.replaceAll(' ', '.')}` })
    const [hostile, plain] = [await signIn(person, password), await signIn(person, 'Tavallinen-vaara-33')]
    expect(hostile.status).toBe(422)
    expect({ ...hostile.body, correlationId: '' }).toEqual({ ...plain.body, correlationId: '' })
    expect(hostile.headers['set-cookie']).toBeUndefined()
    expect((await signIn(person, OLD_PASSWORD)).status).toBe(201)
  })

  it('is compared as it was typed when it is changed', async () => {
    const person = await app.person({ login: 'changes.exactly' })
    const browser = app.browser()
    const { body: session } = await browser.post<SessionView>('/self-service/session', { identifier: person.login, password: OLD_PASSWORD })
    const accounts = session.accounts.map(({ id }) => id)
    const change = (currentPassword: string) => browser.post('/self-service/session/password', { currentPassword, newPassword: 'Lumi-saari-kettu-9', accounts })
    for (const current of [`${OLD_PASSWORD} `, `${OLD_PASSWORD}\0`]) expect(await change(current)).toMatchObject({ status: 422, body: { code: 'CURRENT_PASSWORD_WRONG' } })
    expect(await passwordWrites(app, person)).toBe(0)
    expect((await change(OLD_PASSWORD)).status).toBe(202)
  })
})
