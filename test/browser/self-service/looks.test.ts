import type { Page } from 'playwright-core'
import { axe } from '../harness/axe.js'
import { disconnectBrowser, screenshot, VIEWPORTS } from '../harness/page.js'
import { startServer, type RunningServer } from '../harness/server.js'
import { holdTheAccount } from './held-account.js'
import { NEW_PASSWORD, Person } from './person.js'

/**
 * Every pair of language, scheme and width occurs. axe looks at two of them in turn, which are the two that test/browser/pages,
 * where it looks at every state, leaves out. PICTURES=1 keeps a picture of each, for eyes.
 */
const LOOKS = [
  { lang: 'fi', colorScheme: 'dark', width: 'phone', turn: null },
  { lang: 'fi', colorScheme: 'light', width: 'desktop', turn: 0 },
  { lang: 'en', colorScheme: 'light', width: 'desktop', turn: null },
  { lang: 'en', colorScheme: 'dark', width: 'phone', turn: 1 },
] as const
const WIDER_THAN_THE_WINDOW = 'document.documentElement.scrollWidth > document.documentElement.clientWidth'

let server: RunningServer
let person: Person
beforeAll(async () => {
  server = await startServer()
  person = await Person.open(server, { viewport: VIEWPORTS.phone })
})
afterEach(async () => {
  expect(person.problems).toEqual([])
  await person.becomeSomebodyElse()
})
afterAll(async () => {
  await disconnectBrowser()
  await server.stop()
})

let looked = 0
/** The page as it stands, changed to each look in turn and back again: what was typed stays in it. */
async function looksRight(name: string): Promise<void> {
  const { page } = person
  looked += 1
  for (const { lang, colorScheme, width, turn } of LOOKS) {
    await page.emulateMedia({ colorScheme })
    await page.setViewportSize(VIEWPORTS[width])
    await page.locator('#language').selectOption(lang)
    await page.locator(`html[lang=${lang}]`).waitFor()
    expect(await page.locator('h1').count()).toBe(1)
    expect(await page.locator('main').innerText()).not.toMatch(/undefined|NaN|\{\w+\}|\[object|<b>/)
    expect([name, width, await page.evaluate(WIDER_THAN_THE_WINDOW)]).toEqual([name, width, false])
    if (process.env.PICTURES) await screenshot(page, `journeys/${name}.${width}.${lang}.${colorScheme}`)
    if (turn === looked % 2) await axe(page)
  }
}

const failed = (page: Page): Promise<void> => page.locator('.error-summary').waitFor()
/** In the directory itself, and nobody has told us. */
const isDisabled = (login: string): Promise<unknown> =>
  server.database!.owner.query('UPDATE local_account SET disabled = true WHERE login = $1', [login])

describe('every page of a real walk, in both languages, both schemes and both widths', () => {
  it('on the way to a code', async () => {
    const { page } = person
    await person.goto('/')
    await person.at('Reset your password')
    await looksRight('01-start')
    await person.button('Continue').click()
    await failed(page)
    await looksRight('01-start--error')
    await person.start('aino.korhonen')
    await looksRight('02-method')
    await person.link('I cannot use any of these').click()
    await person.at('If you cannot use any of these')
    await looksRight('02-help')
    await page.goBack()
    await person.askForCode()
    await looksRight('03-code')
    await person.answer('00000000')
    await failed(page)
    await looksRight('03-code--wrong')
  })

  it('on the way to a new password, which works in one place and not in the other', async () => {
    const { page } = person
    await person.prove({ login: 'maria.hamalainen', mail: 'maria.h@posti.example' })
    await person.at('Which passwords do you want to change?')
    await looksRight('04-accounts')
    await person.button('Continue').click()
    await person.at('Choose a new password')
    await looksRight('05-password')
    await person.typeTwice('Kesäloma2026')
    await page.locator('.strength[data-score="1"], .strength[data-score="2"]').waitFor()
    await person.button('Show').click()
    await looksRight('05-password--typing')
    await person.typeTwice('Hämäläinen2026!')
    await person.button('Change password').click()
    await failed(page)
    await looksRight('05-password--refused')
    await person.button('Suggest a passphrase').click()
    await page.locator('.secret').waitFor()
    await looksRight('05-password--suggested')
    await isDisabled('mhamalai')
    await person.button('Change password').click()
    await person.at('One password changed, one did not')
    await looksRight('07-outcome--partly')
  })

  it('a reset that works, one that does not, and one that came too late', async () => {
    await person.prove({ login: 'johan.nystrom', mail: 'johan.nystrom@posti.example' })
    const release = await holdTheAccount(server, 'johan.nystrom')
    await person.choose(NEW_PASSWORD)
    await person.page.getByText('Writing the new password').waitFor()
    await looksRight('06-progress')
    release()
    await person.page.locator('.verdict').waitFor({ timeout: 40_000 })
    await person.at('Your password is changed')
    await looksRight('07-outcome--success')
    await person.prove({ login: 'ville.hakala', mail: 'ville.hakala@posti.example' })
    await person.choose(NEW_PASSWORD)
    await person.at('Your password was not changed')
    await looksRight('07-outcome--failed')
    await person.start('ingrid.dahl')
    await server.database!.owner.query(`UPDATE self_service_flow SET touched_at = now() - interval '6 minutes'`)
    await person.page.reload()
    await person.at('Reset your password')
    await looksRight('01-start--timed-out')
    await person.goto('/inbox')
    await person.at('Demo inbox')
    await person.page.locator('.mail').first().waitFor()
    await looksRight('inbox')
    await person.goto('/no/such/page')
    await looksRight('not-found')
  })

  it('an unlock', async () => {
    await person.prove({ login: 'leena.makinen', mail: 'leena.makinen@posti.example' }, '/unlock')
    await person.at('Unlock your account')
    await person.button('Unlock Windows and email').waitFor()
    await looksRight('09-unlock')
    await person.button('Unlock Windows and email').click()
    await person.at('Your account is unlocked')
    await looksRight('09-unlock--done')
  })

  it('a change with the password one has, and one\'s requests', async () => {
    const { page } = person
    await person.signIn('b.zimmermann', 'not the password')
    await failed(page)
    await looksRight('08-sign-in--refused')
    await person.signIn('tiina.heikkinen', 'Lokki-lautta-7-majakka')
    await person.at('Change your password')
    await looksRight('08-change--expired')
    await person.signIn('b.zimmermann', 'Lokki-lautta-7-majakka')
    await person.at('Change your password')
    await looksRight('08-change')
    await person.goto('/requests')
    await person.page.getByRole('heading', { level: 2, name: 'No requests yet' }).waitFor()
    await looksRight('10-requests--empty')
    await person.signIn('b.zimmermann', 'Lokki-lautta-7-majakka')
    await person.field('Current password').fill('Lokki-lautta-7-majakka')
    await person.typeTwice(NEW_PASSWORD)
    await person.button('Change password').click()
    await person.at('Your password is changed')
    await looksRight('08-change--done')
    await person.link('My requests').click()
    await person.page.locator('.req').waitFor()
    await looksRight('10-requests')
  })
})
