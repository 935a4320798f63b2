import type { Database } from '../../../src/platform/database/database.js'
import { disconnectBrowser } from '../harness/page.js'
import { startServer, type RunningServer } from '../harness/server.js'
import { MisbehavingSmtp } from '../../smtp/misbehaving-smtp.js'
import { holdTheAccount } from './held-account.js'
import { NEW_PASSWORD, Person } from './person.js'

afterAll(disconnectBrowser)

describe('the server dies while the progress page is open', () => {
  it('the page waits, and shows the outcome once the server is there again', async () => {
    const dead = await startServer()
    let server: RunningServer = dead
    const { database, dataDir, origin } = dead
    const person = await Person.open(() => server)
    try {
      await person.prove({ login: 'timo.ojala', mail: 'timo.ojala@kotinen.example' })
      await person.at('Choose a new password')
      const release = await holdTheAccount(dead, 'timo.ojala')
      await person.choose(NEW_PASSWORD)
      await person.at('Changing your password')
      await person.page.getByText('Writing the new password').waitFor()

      await dead.kill()
      const unanswered = person.page.waitForEvent('requestfailed')
      await unanswered
      release()
      expect(await person.heading()).toBe('Changing your password')
      await theirTimeIsOver(database!.owner as Database)
      server = await startServer({ database, dataDir, env: { PORT: new URL(origin).port } })
      expect(server.origin).toBe(origin)

      await person.at('Your password is changed')
      expect(await person.reads()).toMatch(/Windows and email timo\.ojala · changed at \d\d:\d\d:\d\d/)
      expect(await written(database!.owner as Database, 'timo.ojala')).toBe(1)
      await person.signIn('timo.ojala', NEW_PASSWORD)
      await person.at('Change your password')
      expect(person.problems.filter((problem) => !/ERR_CONNECTION_(REFUSED|RESET)/.test(problem))).toEqual([])
    } finally {
      await person.close()
      await server.stop()
      await database!.close()
    }
  })
})

describe('the mail server is down', () => {
  let server: RunningServer
  let smtp: MisbehavingSmtp
  let person: Person
  beforeAll(async () => {
    smtp = await MisbehavingSmtp.start()
    smtp.misbehave({ at: 'greeting', how: 'refuse', code: 421, text: 'closing for maintenance', times: Infinity })
    server = await startServer({ env: { LATCHKEY_SMTP_URL: smtp.url, LATCHKEY_MAIL_FROM: 'no-reply@norrhavn.example' } })
    person = await Person.open(server)
  })
  afterAll(async () => {
    await person.close()
    await server.stop()
    await smtp.close()
  })

  it('whoever is typed reads the same: what does not work and what to do, until it answers again', async () => {
    // on the way already when it is noticed: the person at the code page is told as they ask for another
    const { page } = person
    await page.clock.install()
    await person.start('petri.kallio')
    await person.askForCode()
    // its mails leave by SMTP, so nothing comes to the demo's own inbox, and nobody is sent there
    expect(await page.getByText(/demo inbox/i).count()).toBe(0)
    await person.until(async () => (await noticedFailures()) >= 3)
    await page.clock.fastForward('00:31')
    await person.button('Send a new code').click()
    await page.locator('.error-summary').waitFor()
    expect(await person.summary()).toContain('This way of checking does not work right now. Nothing was sent. Choose another way')

    const pages: string[] = []
    for (const typed of ['petri.kallio', 'pekka.rantanen', 'nobody.here']) {
      await person.start(typed)
      pages.push((await person.reads()).replaceAll(typed, '<typed>').replace(/\S•••@\S+/, '<masked>'))
      expect(await page.getByRole('radio').isDisabled()).toBe(true)
      expect(await person.button('Continue').count()).toBe(0)
    }
    expect(new Set(pages).size).toBe(1)
    expect(pages[0]).toContain('Email This is not answering right now. Choose another way, or try this again later.')
    await person.link('I cannot use any of these').click()
    await person.at('If you cannot use any of these')
    expect(await person.reads()).toContain('Call the service desk or visit them.')
    expect(await person.reads()).toContain('09 000 00100')

    smtp.reset()
    await person.until(async () => (await noticedFailures()) === 0)
    await person.start('petri.kallio')
    await person.askForCode()
    const mail = await smtp.nextMail({ to: 'petri@kallio.example' })
    expect(mail.subject).toBe('Code to reset your password')
    expect(person.problems).toEqual([])
  })

  const noticedFailures = async (): Promise<number> =>
    (await server.database!.owner.query<{ failures: number }>('SELECT failures FROM outbox_health'))[0]!.failures
})

/** The 20 s after which a worker that was heard of no more is given up, and the 16 s in which its write may still land. */
async function theirTimeIsOver(owner: Database): Promise<void> {
  await owner.query(`UPDATE provisioning_task SET lease_until = now() WHERE lease_until > now()`)
  await owner.query(`UPDATE provisioning_attempt SET write_until = now() WHERE write_until > now()`)
}

async function written(owner: Database, login: string): Promise<number> {
  const [account] = await owner.query<{ marker: string }>(
    'SELECT password_marker AS marker FROM local_account WHERE login = $1', [login],
  )
  return Number(account!.marker) - 1
}
