import { setTimeout as pause } from 'node:timers/promises'
import type { BrowserContext, Locator, Page } from 'playwright-core'
import { DEMO_PASSWORD } from '../../../src/demo/people.js'
import { openPage, type PageOptions } from '../harness/page.js'
import type { RunningServer } from '../harness/server.js'
import { Inbox } from './inbox.js'

export const NEW_PASSWORD = 'Puolukka-sateenvarjo-19'
export { DEMO_PASSWORD }

/** Who walks: what is typed, and where their mail goes. */
export type Who = { readonly login: string; readonly mail: string }

/** Somebody at a browser. Finds things as they do: by the words on the page, in English. */
export class Person {
  readonly inbox: Inbox

  private constructor(
    private readonly server: () => RunningServer,
    readonly page: Page,
    /** What went wrong in the page: thrown, logged, failed to load. */
    readonly problems: string[],
    private readonly options: PageOptions,
  ) {
    this.inbox = new Inbox(() => this.server().origin)
  }

  /** `server` may be a function, for a server that is started again. */
  static async open(server: RunningServer | (() => RunningServer), options: PageOptions = {}): Promise<Person> {
    const { page, problems } = await openPage({ timezoneId: 'Europe/Helsinki', ...options })
    return new Person(typeof server === 'function' ? server : () => server, page, problems, options)
  }

  /** In the first tab of a browser that the test opened itself. */
  static in(context: BrowserContext, server: RunningServer): Person {
    return new Person(() => server, context.pages()[0]!, [], {})
  }

  /** Somebody else, at another browser. */
  another(): Promise<Person> {
    return Person.open(this.server, this.options)
  }

  /** Leaves and comes back as somebody whom the product has never seen, at a browser that need not fetch its files again. */
  async becomeSomebodyElse(): Promise<void> {
    if (this.page.url() !== 'about:blank') await this.page.evaluate('localStorage.clear()')
    await this.page.goto('about:blank')
    await this.page.context().clearCookies()
    this.problems.length = 0
  }

  /** Opens an address of the product by hand. */
  async goto(path: string): Promise<void> {
    await this.page.goto(this.server().origin + path)
  }

  /** Waits until the page with this heading is shown. */
  async at(heading: string | RegExp): Promise<void> {
    await this.page.getByRole('heading', { level: 1, name: heading, exact: true }).waitFor()
  }

  async heading(): Promise<string> {
    return this.page.getByRole('heading', { level: 1 }).innerText()
  }

  /** Everything a person can read in the page, with single spaces. */
  async reads(): Promise<string> {
    return plain(await this.page.locator('main').innerText())
  }

  async summary(): Promise<string> {
    return plain(await this.page.locator('.error-summary').innerText())
  }

  button(name: string | RegExp): Locator {
    return this.page.getByRole('button', { name, exact: true })
  }

  link(name: string | RegExp): Locator {
    return this.page.getByRole('link', { name, exact: true })
  }

  field(label: string): Locator {
    return this.page.getByLabel(label, { exact: true })
  }

  /** Types a name at the start and goes on to the ways to prove oneself. */
  async start(identifier: string, path: '/' | '/unlock' = '/'): Promise<void> {
    await this.goto(path)
    await this.field('User name, work email or mobile number').fill(identifier)
    await this.button('Continue').click()
    await this.at('How do you want to prove who you are?')
  }

  async askForCode(): Promise<void> {
    await this.button('Continue').click()
    await this.at('Enter the 8-digit code')
  }

  async answer(code: string): Promise<void> {
    await this.field('Code').fill(code)
    await this.button('Continue').click()
  }

  /** Up to the page that follows the right code. */
  async prove(who: Who, path: '/' | '/unlock' = '/'): Promise<void> {
    await this.start(who.login, path)
    await this.askForCode()
    await this.answer(await this.inbox.nextCode(who.mail))
  }

  /** Types the new password twice and sends it. */
  async choose(password: string): Promise<void> {
    await this.at('Choose a new password')
    await this.typeTwice(password)
    await this.button('Change password').click()
  }

  async typeTwice(password: string): Promise<void> {
    await this.field('New password').fill(password)
    await this.field('New password again').fill(password)
  }

  async signIn(identifier: string, password: string): Promise<void> {
    await this.goto('/sign-in')
    await this.at('Sign in')
    await this.field('User name or work email').fill(identifier)
    await this.field('Password').fill(password)
    await this.button('Sign in').click()
  }

  /** Signs in where that is not expected to work, and reads why. */
  async isRefused(identifier: string, password: string): Promise<string> {
    await this.signIn(identifier, password)
    await this.page.locator('.error-summary').waitFor()
    return this.summary()
  }

  /** The tab that this opens. */
  async newTab(act: () => Promise<void>): Promise<Page> {
    const [tab] = await Promise.all([this.page.context().waitForEvent('page'), act()])
    await tab.waitForLoadState()
    return tab
  }

  /** Asks until it is true; fails loudly when it never is. */
  async until(holds: () => Promise<boolean>, withinMs = 20_000): Promise<void> {
    const deadline = Date.now() + withinMs
    while (!(await holds())) {
      if (Date.now() > deadline) throw new Error(`did not come true within ${withinMs} ms: ${holds}`)
      await pause(25)
    }
  }

  async close(): Promise<void> {
    await this.page.context().close()
  }
}

export const plain = (text: string): string => text.replace(/\s+/g, ' ').trim()
