import { disconnectBrowser } from '../harness/page.js'
import { sharedServer, type RunningServer } from '../harness/server.js'
import { NEW_PASSWORD, Person, type Who } from './person.js'

const START_AGAIN = 'We cannot go on from that page It was opened in another browser, or it has ended.'
const NOTHING_CHANGED = 'Nothing was changed. Start again when you are ready.'
const METHOD = 'How do you want to prove who you are?'
const CODE = 'Enter the 8-digit code'
const ACCOUNTS = 'Which passwords do you want to change?'
const PASSWORD = 'Choose a new password'

const startedServer = sharedServer()
let server: RunningServer
let person: Person
beforeAll(async () => {
  server = await startedServer()
  person = await Person.open(server)
})
afterEach(async () => {
  expect(person.problems).toEqual([])
  await person.becomeSomebodyElse()
})
afterAll(disconnectBrowser)

/** As the owner of the database: the flow on this person's page was last used so long ago. */
const lastUsed = ({ page }: Person, ago: string): Promise<unknown> => {
  const [id] = /[0-9a-f-]{36}/.exec(page.url())!
  return server.database!.owner.query('UPDATE self_service_flow SET touched_at = now() - $2::interval WHERE id = $1', [id, ago])
}

describe('one walk, two places', () => {
  it('is not given to another browser that opens its address', async () => {
    const johan: Who = { login: 'johan.nystrom', mail: 'johan.nystrom@posti.example' }
    await person.start(johan.login)
    await person.askForCode()
    const thief = await person.another()
    await thief.page.goto(person.page.url())
    await thief.at('Reset your password')
    expect(await thief.reads()).toContain(START_AGAIN)
    expect(await thief.reads()).not.toContain(johan.login)
    expect(thief.problems).toEqual([])
    await thief.close()
    // and the walk goes on where it was begun
    await person.answer(await person.inbox.nextCode(johan.mail))
    await person.at(PASSWORD)
  })

  it('is not given to another browser once it is proved either, nor its outcome', async () => {
    await person.prove({ login: 'petri.kallio', mail: 'petri@kallio.example' })
    await person.at(PASSWORD)
    const thief = await person.another()
    await thief.page.goto(person.page.url())
    await thief.at('Reset your password')
    expect(await thief.reads()).toContain(START_AGAIN)
    await person.choose(NEW_PASSWORD)
    await person.at('Your password is changed')
    await thief.page.goto(person.page.url())
    await thief.at('Reset your password')
    expect(await thief.reads()).not.toMatch(/SR-\d|petri/)
    await thief.close()
  })

  it('goes on in whichever tab the person uses', async () => {
    await person.start('kaisa.jokinen')
    await person.askForCode()
    const code = await person.inbox.nextCode('kaisa.jokinen@posti.example')
    const other = await person.page.context().newPage()
    await other.goto(person.page.url())
    await other.getByLabel('Code', { exact: true }).fill(code)
    await other.getByRole('button', { name: 'Continue' }).click()
    await other.getByRole('heading', { level: 1, name: PASSWORD }).waitFor()
    // the first tab still asks for the code; whatever is typed there, it comes to the same page
    await person.at(CODE)
    await person.answer(code)
    await person.choose(NEW_PASSWORD)
    await person.at('Your password is changed')
    // and the second tab, which still asks for a password, finds the outcome instead of a second change
    await other.getByLabel('New password', { exact: true }).fill(`${NEW_PASSWORD}-2`)
    await other.getByLabel('New password again', { exact: true }).fill(`${NEW_PASSWORD}-2`)
    await other.getByRole('button', { name: 'Change password' }).click()
    await other.getByRole('heading', { level: 1, name: 'Your password is changed' }).waitFor()
    await other.close()
    await person.signIn('kaisa.jokinen', NEW_PASSWORD)
    await person.at('Change your password')
  })

  it('begun anew in a second tab, tells the first tab to start again', async () => {
    await person.start('lars.engstrom')
    await person.askForCode()
    const first = person.page.url()
    const other = await person.page.context().newPage()
    await other.goto(server.origin)
    await other.getByLabel('User name, work email or mobile number', { exact: true }).fill('lars.engstrom')
    await other.getByRole('button', { name: 'Continue' }).click()
    await other.getByRole('heading', { level: 1, name: METHOD }).waitFor()
    await other.close()
    expect(person.page.url()).toBe(first)
    await person.answer(await person.inbox.nextCode('lars.engstrom@kotinen.example'))
    await person.at('Reset your password')
    expect(await person.reads()).toContain(START_AGAIN)
  })
})

describe('Back, Forward and reload', () => {
  it('walk between the questions without losing the place, and never behind what was answered', async () => {
    const { page } = person
    await person.start('jussi.hirvonen')
    await person.askForCode()
    await page.goBack()
    await person.at(METHOD)
    await page.goBack()
    await person.at('Reset your password')
    await page.goForward()
    await person.at(METHOD)
    expect(await person.reads()).toContain('For jussi.hirvonen.')
    await page.goForward()
    await person.at(CODE)
    await person.answer(await person.inbox.nextCode('jussi@hirvonen.example'))

    await person.at(ACCOUNTS)
    await page.getByRole('checkbox', { name: /Design archive/ }).uncheck()
    await person.button('Continue').click()
    await person.at(PASSWORD)
    expect(await person.reads()).toContain('For Windows and email. These are its rules.')
    await page.goBack()
    await person.at(ACCOUNTS)
    await page.goForward()
    await person.at(PASSWORD)
    expect(await person.reads()).toContain('For Windows and email. These are its rules.')
    await person.choose(NEW_PASSWORD)
    await person.at('Your password is changed')
    for (let back = 0; back < 2; back += 1) {
      await page.goBack()
      await page.waitForURL(/step=result/)
    }
    await person.at('Your password is changed')
    expect(await person.reads()).toMatch(/Windows and email jussi\.hirvonen · changed at/)
    expect(await person.reads()).not.toContain('Design archive')
  })

  it('a reload keeps the place at each step', async () => {
    const { page } = person
    const reload = async (heading: string): Promise<void> => {
      await person.at(heading)
      await page.reload()
      await person.at(heading)
    }
    await person.start('sofia.bergstrom')
    await reload(METHOD)
    await person.askForCode()
    await reload(CODE)
    await person.answer(await person.inbox.nextCode('sofia.bergstrom@posti.example'))
    await person.at(ACCOUNTS)
    await page.getByRole('checkbox', { name: /Windows and email/ }).uncheck()
    await person.button('Continue').click()
    await reload(PASSWORD)
    expect(await person.reads()).toContain('For Design archive. These are its rules.')
    await page.goBack()
    await reload(ACCOUNTS)
    await page.goForward()
    await person.choose(NEW_PASSWORD)
    await reload('Your password is changed')
    expect(await person.reads()).toMatch(/Design archive sbergstr · changed at/)
  })
})

describe('a walk that takes too long', () => {
  it('is stopped, says so and that nothing was changed, and can be started again', async () => {
    await person.start('outi.peltonen')
    await person.askForCode()
    const code = await person.inbox.nextCode('outi.peltonen@posti.example')
    await lastUsed(person, '6 minutes')
    await person.answer(code)
    await person.at('Reset your password')
    expect(await person.reads()).toContain(`The time for this ran out, so we stopped ${NOTHING_CHANGED}`)
    await person.prove({ login: 'outi.peltonen', mail: 'outi.peltonen@posti.example' })
    await person.at(PASSWORD)
  })

  it('notices it by itself on an open page: it warns, then stops and says so', async () => {
    const ingrid = await person.another()
    const { page } = ingrid
    await page.clock.install()
    await ingrid.start('ingrid.dahl')
    await ingrid.askForCode()
    await page.clock.fastForward('04:10')
    await page.getByText(/We stop at \d\d:\d\d unless you go on/).waitFor()
    await ingrid.button('I need more time').waitFor()
    await lastUsed(ingrid, '6 minutes')
    await page.clock.fastForward('01:50')
    await ingrid.at('Reset your password')
    expect(await ingrid.reads()).toContain(`so we stopped ${NOTHING_CHANGED}`)
    expect(ingrid.problems).toEqual([])
    await ingrid.close()
  })
})
