import { DEMO_PEOPLE } from '../../../src/demo/people.js'
import { disconnectBrowser } from '../harness/page.js'
import { startServer, type RunningServer } from '../harness/server.js'
import { DEMO_PASSWORD, NEW_PASSWORD, Person, type Who } from './person.js'
import { walkAsStranger, type StrangerPages } from './stranger.js'

/** What the README and the terminal tell a newcomer to try, one test a story. */
let server: RunningServer
let person: Person
beforeAll(async () => {
  server = await startServer()
  person = await Person.open(server)
})
afterEach(async () => {
  expect(person.problems).toEqual([])
  await person.becomeSomebodyElse()
})
afterAll(async () => {
  await disconnectBrowser()
  await server.stop()
})

const covered: string[] = []
/** The story of one login, under the name that the demo gives it. */
function story(login: string, walk: () => Promise<void>): void {
  const found = DEMO_PEOPLE.find(({ accounts }) => accounts[0]!.login === login)?.story
  if (!found) throw new Error(`the demo tells no story of ${login}`)
  covered.push(login)
  it(`${login}: ${found.try}: ${found.ends}`, walk)
}

const at = (login: string, mail: string): Who => ({ login, mail })
const REFUSED = 'There is a problem You are not signed in. The user name or the password is not right. '
  + 'Check both, or choose "I forgot my password".'

describe('the demo', () => {
  story('aino.korhonen', async () => {
    const aino = at('aino.korhonen', 'aino.korhonen@posti.example')
    await person.prove(aino)
    await person.at('Which passwords do you want to change?')
    expect(await person.reads()).toContain('Windows and email aino.korhonen · Your computer, Outlook, Teams')
    expect(await person.reads()).toContain('Design archive akorhonen · Linux and drawing servers')
    await person.button('Continue').click()
    await person.choose(NEW_PASSWORD)
    await person.at('Your password is changed')
    expect(await person.reads()).toMatch(/aino\.korhonen · changed at [\d:]+ Design archive akorhonen · changed at/)
    await person.signIn(aino.login, NEW_PASSWORD)
    await person.at('Which passwords do you want to change?')
  })

  story('mikael.sundstrom', async () => {
    await person.goto('/')
    await person.link('I know my password and want to change it').click()
    await person.at('Sign in')
    await person.signIn('mikael.sundstrom', DEMO_PASSWORD)
    await person.at('Change your password')
    expect(await person.reads()).toContain('For Windows and email (mikael.sundstrom). Give the password you use now')
    await person.field('Current password').fill('Not-the-password-1')
    await person.typeTwice(NEW_PASSWORD)
    await person.button('Change password').click()
    await person.page.locator('.error-summary').waitFor()
    expect(await person.summary()).toMatch(/The current password is not right\. You have \d tries left\./)
    await changeKnown(person)
    expect(await person.reads()).toContain('Use the new one from now on.')
    expect(await person.isRefused('mikael.sundstrom', DEMO_PASSWORD)).toBe(REFUSED)
    await person.signIn('mikael.sundstrom', NEW_PASSWORD)
    await person.at('Change your password')
    await person.link('My requests').click()
    await person.at('My requests')
    await person.page.locator('.req').waitFor()
    expect(await person.reads()).toMatch(/Windows and email Done Today \d\d:\d\d · by you, with your password · SR-\d+/)
  })

  story('leena.makinen', async () => {
    const leena = at('leena.makinen', 'leena.makinen@posti.example')
    expect(await person.isRefused(leena.login, DEMO_PASSWORD)).toBe(REFUSED)
    await person.goto('/')
    await person.link('My account is locked, the password is right').click()
    await person.at('Unlock your account')
    await person.prove(leena, '/unlock')
    await person.at('Unlock your account')
    const page = await person.reads()
    expect(page).toContain('You are verified. Unlocking keeps the password that you have.')
    expect(page).toMatch(/Windows and email leena\.makinen · locked at \d\d:\d\d Design archive lmakinen · not locked/)
    expect(page).toContain('Check your phone first An old password saved on a phone is the usual reason.')
    await person.button('Unlock Windows and email').click()
    await person.at('Your account is unlocked')
    expect(await person.reads()).toContain('Sign in with the password you already have.')
    expect(await person.reads()).toMatch(/Windows and email leena\.makinen · unlocked at [\d:]+/)
    await person.signIn(leena.login, DEMO_PASSWORD)
    await person.at('Which passwords do you want to change?')
    const told = await person.inbox.next(leena.mail, /^Your account was unlocked$/)
    expect(told.text).toContain('The password is the same as before.')
  })

  story('tiina.heikkinen', async () => {
    await person.signIn('tiina.heikkinen', DEMO_PASSWORD)
    await person.at('Change your password')
    expect(await person.reads()).toMatch(/Your password expired on \d+ \w+( \d{4})? Choose a new one to go on\./)
    await changeKnown(person)
    expect(await person.isRefused('tiina.heikkinen', DEMO_PASSWORD)).toBe(REFUSED)
    await person.signIn('tiina.heikkinen', NEW_PASSWORD)
    await person.at('Change your password')
    expect(await person.reads()).not.toContain('expired')
  })

  story('oskar.lindqvist', async () => {
    await person.signIn('oskar.lindqvist', DEMO_PASSWORD)
    await person.at('Change your password')
    expect(await person.reads()).toContain('You need to choose your own password Choose a new one to go on.')
    await changeKnown(person)
    await person.signIn('oskar.lindqvist', NEW_PASSWORD)
    await person.at('Change your password')
    expect(await person.reads()).not.toContain('You need to choose')
  })

  story('ville.hakala', async () => {
    await person.prove(at('ville.hakala', 'ville.hakala@posti.example'))
    await person.choose(NEW_PASSWORD)
    await person.at('Your password was not changed')
    const page = await person.reads()
    expect(page).toContain('Windows and email The account is disabled, so its password cannot be changed.')
    expect(page).toMatch(/call the service desk on 09 000 00100 and give the number SR-\d+\./)
    const reference = /SR-\d+/.exec(page)![0]
    const mail = await person.inbox.next('ville.hakala@posti.example', /was not done$/)
    expect(mail.subject).toContain(reference)
    expect(await person.isRefused('ville.hakala', NEW_PASSWORD)).toBe(REFUSED)
  })

  story('noora.aalto', async () => {
    await person.prove(at('noora.aalto', 'noora.aalto@posti.example'))
    await person.choose(NEW_PASSWORD)
    await person.at('Your password was not changed')
    const page = await person.reads()
    expect(page).toContain('This password cannot be changed here.')
    expect(page).toMatch(/Trying again will not help\..* give the number SR-\d+\./)
    expect(page).not.toMatch(/admin|protected|privileged/i)
  })

  const strangers: readonly [login: string, typed: string, notice: { to: string; why: RegExp } | null][] = [
    ['pekka.rantanen', 'pekka.rantanen', { to: 'pekka.rantanen@posti.example', why: /Tilisi on poistettu käytöstä\./ }],
    ['sari.virtanen', 'sari.virtanen', { to: 'sari.virtanen@posti.example', why: /Tililläsi on erityisiä oikeuksia/ }],
    ['juhani.niemi', 'juhani.niemi', { to: 'juhani.niemi@norrhavn.example', why: /ei ole yhteystietoa, johon koodin voisi/ }],
    // Not at the value changed in the last days: whoever changed it may be the one who asks.
    ['emma.salo', 'emma.salo', { to: 'emma.salo@norrhavn.example', why: /it was changed in the last few days/ }],
    ['heidi.koskinen', 'heidi.koskinen', { to: 'heidi.koskinen@posti.example', why: /muuttaminen on pysäytetty/ }],
    ['kari.lehto', 'kari.lehto', null],
    ['anna.laine', 'laineen.perhe@posti.example', null],
  ]
  let everyone: Promise<StrangerPages> | undefined
  /** What somebody reads who has done nothing unusual. */
  const pagesOfEveryone = (): Promise<StrangerPages> => (everyone ??= readEveryone())
  async function readEveryone(): Promise<StrangerPages> {
    const timo = await person.another()
    const pages = await walkAsStranger(timo, 'timo.ojala')
    await timo.close()
    return pages
  }

  for (const [login, typed, notice] of strangers) {
    story(login, async () => {
      expect(DEMO_PEOPLE.find(({ accounts: [first] }) => first!.login === login)!.story!.ends)
        .toContain(notice ? 'no code comes, and the inbox has a mail' : 'no code comes and nobody is told')
      expect(await walkAsStranger(person, typed)).toEqual(await pagesOfEveryone())
      if (notice) expect((await person.inbox.next(notice.to)).text).toMatch(notice.why)
      await nothingOnItsWay(person)
      const { accounts, privateMail } = DEMO_PEOPLE.find(({ accounts: [first] }) => first!.login === login)!
      const mailboxes = [privateMail, `${accounts[0]!.login}@norrhavn.example`]
      const received = (await person.inbox.list()).filter(({ to }) => mailboxes.includes(to))
      expect(received.filter(({ text }) => /\d{8}/.test(text))).toEqual([])
      expect(received).toHaveLength(notice ? 1 : 0)
      if (login === 'anna.laine') await resetByLoginName(person)
    })
  }

  it('shows no code in its inbox to somebody who got none', async () => {
    await server.database!.owner.query(
      `UPDATE person SET admin_locked_at = now() FROM account a WHERE a.person_id = person.id AND a.login = 'jussi.hirvonen'`,
    )
    await person.start('jussi.hirvonen')
    await person.inbox.next('jussi@hirvonen.example')
    await person.goto('/inbox')
    const mail = person.page.locator('.mail', { hasText: 'jussi@hirvonen.example' })
    await mail.waitFor()
    expect(await mail.innerText()).not.toContain('Newest code')
  })

  it('somebody who is not in it reads the same pages too', async () => {
    expect(await walkAsStranger(person, 'nobody.here')).toEqual(await pagesOfEveryone())
  })

  it('has no story that is not told here', () => {
    const stories = DEMO_PEOPLE.filter((one) => one.story).map(({ accounts }) => accounts[0]!.login)
    expect(covered.sort()).toEqual(stories.sort())
  })
})

async function changeKnown(person: Person): Promise<void> {
  await person.field('Current password').fill(DEMO_PASSWORD)
  await person.typeTwice(NEW_PASSWORD)
  await person.button('Change password').click()
  await person.at('Your password is changed')
}

/** "Her login name works." */
async function resetByLoginName(person: Person): Promise<void> {
  await person.prove(at('anna.laine', 'laineen.perhe@posti.example'))
  await person.choose(NEW_PASSWORD)
  await person.at('Your password is changed')
}

/** Whatever was to be sent has been sent: what is not in the inbox now does not come any more. */
async function nothingOnItsWay(person: Person): Promise<void> {
  await person.until(async () => {
    const open = await server.database!.owner.query(`SELECT 1 FROM outbox_message WHERE state IN ('queued', 'sending')`)
    return open.length === 0
  })
}
