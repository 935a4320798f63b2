import type { Settings } from '../config/settings.js'
import { DEMO_PASSWORD, DEMO_PEOPLE } from '../demo/people.js'
import type { HttpSettings } from '../platform/http/index.js'
import type { Tell } from './embedded.js'

/** What the person at the terminal needs next: where it is, and in a demo whom to be. */
export function announce(settings: Settings, { publicOrigin, version }: HttpSettings, seconds: number, tell: Tell): void {
  if (settings.role === 'worker') return tell(`Latchkey ${version}: worker ready after ${seconds.toFixed(1)} s`)
  tell(`\nLatchkey ${version} is ready after ${seconds.toFixed(1)} s:  ${publicOrigin}`)
  if (settings.mode !== 'demo') return
  for (const line of demoLines(publicOrigin, settings.mail.smtpUrl !== null)) tell(line)
  tell(`\nData: ${settings.dataDir}\nLog:  ${settings.log.file}`)
  tell('Ctrl-C ends it; the next start goes on with the same data.\n')
}

function demoLines(origin: string, sendsMail: boolean): string[] {
  const stories = DEMO_PEOPLE.flatMap(({ accounts, story }) => (story ? [{ login: accounts[0]!.login, ...story }] : []))
  const width = Math.max(...stories.map(({ login }) => login.length))
  return [
    sendsMail ? 'Mail goes to the server of LATCHKEY_SMTP_URL.' : `The mails that would have been sent: ${origin}/inbox`,
    '',
    'This is a demo with made-up people. Be one of them:',
    ...stories.map(({ login, try: what }) => `  ${login.padEnd(width)}  ${what}`),
    `Everybody's password is ${DEMO_PASSWORD}`,
  ]
}
