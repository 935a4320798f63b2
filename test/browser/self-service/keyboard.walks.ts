import { disconnectBrowser } from '../harness/page.js'
import { sharedServer, type RunningServer } from '../harness/server.js'
import { wrongCode } from './inbox.js'
import { focused, tabTo } from './keyboard.js'
import { Person } from './person.js'

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

/** A second private mailbox, so that there is something to choose with the arrows. */
async function hasSecondMailbox(login: string, address: string): Promise<void> {
  await server.database!.owner.query(
    `INSERT INTO contact_point (id, person_id, kind, value, source, verified_at, first_seen_at, position)
     SELECT gen_random_uuid(), person_id, 'mail', $2, 'test', now() - interval '90 days', now() - interval '90 days', 9
     FROM account WHERE login = $1`,
    [login, address],
  )
}

const atHeading = async (heading: string): Promise<void> => {
  await person.at(heading)
  await person.until(async () => (await focused(person.page)) === `h1 "${heading}"`)
}
const atSummary = async (words: string): Promise<void> => {
  await person.page.locator('.error-summary', { hasText: words }).waitFor()
  await person.until(async () => (await focused(person.page)).startsWith('div.error-summary'))
}
const press = async (...keys: string[]): Promise<void> => {
  for (const key of keys) await person.page.keyboard.press(key)
}
const type = (text: string): Promise<void> => person.page.keyboard.type(text)

describe('without a mouse', () => {
  it('the whole reset is walked; each page begins at its heading, each refusal at its summary', async () => {
    const { page } = person
    await hasSecondMailbox('elina.saarinen', 'elina.second@posti.example')
    await person.goto('/')
    await person.at('Reset your password')
    await press('Tab')
    expect(await focused(page)).toContain('Skip to content')
    await press('Enter')
    expect(await focused(page)).toContain('main#main')

    // an empty form: the summary takes the focus, its link leads to the field
    const name = person.field('User name, work email or mobile number')
    await tabTo(page, name)
    await press('Enter')
    await atSummary('Enter your user name, work email or mobile number')
    await press('Tab', 'Enter')
    expect(await focused(page)).toContain('input#identifier')
    await type('elina.saarinen')
    await press('Enter')

    await atHeading('How do you want to prove who you are?')
    const [first, second] = await page.getByRole('radio').all()
    await tabTo(page, first!)
    await press('ArrowDown')
    expect(await second!.isChecked()).toBe(true)
    await press('ArrowUp', 'ArrowDown')
    await tabTo(page, person.button('Continue'))
    await press('Enter')

    await atHeading('Enter the 8-digit code')
    const code = await person.inbox.nextCode('elina.second@posti.example')
    await tabTo(page, person.field('Code'))
    await type(wrongCode(code))
    await press('Enter')
    await atSummary('You have 4 tries left.')
    await press('Tab', 'Enter')
    expect(await focused(page)).toContain('input#code')
    await type(`${code.slice(0, 4)} ${code.slice(4)}`)
    await press('Enter')

    await atHeading('Which passwords do you want to change?')
    const archive = page.getByRole('checkbox', { name: /Design archive/ })
    await tabTo(page, page.getByRole('checkbox', { name: /Windows and email/ }))
    await press('Space')
    await tabTo(page, archive)
    await press('Space')
    await tabTo(page, person.button('Continue'))
    await press('Enter')
    await atSummary('Choose at least one account')
    await press('Tab', 'Enter', 'Space')
    await tabTo(page, archive)
    await press('Space')
    await tabTo(page, person.button('Continue'))
    await press('Space')

    await atHeading('Choose a new password')
    await tabTo(page, person.field('New password'))
    await type('Kurki-aamu')
    await press('Enter')
    await atSummary('Enter the new password again')
    await press('Tab', 'Enter')
    expect(await focused(page)).toContain('input#again')
    await tabTo(page, page.getByRole('button', { name: 'Show second entry' }))
    await press('Space')
    expect(await person.field('New password again').getAttribute('type')).toBe('text')
    await press('Shift+Tab')
    await type('Kurki-aamu')
    await press('Enter')
    await atSummary('Use at least 12 characters')
    await tabTo(page, person.button('Suggest a passphrase'))
    await press('Enter')
    await page.locator('.secret').waitFor()
    await tabTo(page, person.button('Change password'))
    await press('Enter')

    await atHeading('Your password is changed')
    await tabTo(page, person.link('Go to sign-in'))
    await press('Enter')
    await atHeading('Sign in')
  })

  it('the language is chosen with the arrows, and the page keeps what was typed', async () => {
    const { page } = person
    await person.goto('/unlock')
    await tabTo(page, person.field('User name, work email or mobile number'))
    await type('timo.ojala')
    await press('Shift+Tab')
    expect(await focused(page)).toContain('select#language')
    await press('ArrowDown')
    await page.getByRole('heading', { level: 1, name: 'Avaa lukittu tunnus' }).waitFor()
    expect(await page.locator('html').getAttribute('lang')).toBe('fi')
    expect(await focused(page)).toContain('select#language')
    await press('Tab')
    expect(await page.locator('#identifier').inputValue()).toBe('timo.ojala')
    await press('Enter')
    await page.getByRole('heading', { level: 1, name: 'Miten haluat' }).or(page.locator('.choices')).first().waitFor()
    await person.until(async () => (await focused(page)).startsWith('h1 '))
  })

  it('signing in, changing and looking at one\'s requests works as well', async () => {
    const { page } = person
    await person.goto('/')
    await tabTo(page, person.link('I know my password and want to change it'))
    await press('Enter')
    await atHeading('Sign in')
    await tabTo(page, person.field('User name or work email'))
    await type('johan.nystrom')
    await press('Tab')
    await type('Lokki-lautta-7-majakka')
    await press('Enter')
    await atHeading('Change your password')
    await tabTo(page, person.link('My requests'))
    await press('Enter')
    await atHeading('My requests')
    await page.getByRole('heading', { level: 2, name: 'No requests yet' }).waitFor()
    await tabTo(page, person.button('Sign out'))
    await press('Enter')
    await atHeading('Sign in')
    expect(await person.reads()).toContain('You have signed out of this page.')
  })
})
