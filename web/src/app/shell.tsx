import type { ReactNode } from 'react'
import { DeskPhone } from '../components/ui/desk-phone.js'
import { chooseLanguage, isLanguage, languageName, LANGUAGES } from '../lib/language.js'
import { Link, navigate, usePlace } from '../lib/router.js'
import { sessionCalls } from '../lib/self-service.js'
import { keepSession, useSession } from '../lib/session.js'
import { useSite, wordsIn } from '../lib/site.js'
import { useText } from '../lib/text.js'
import { WIDE_PATHS } from './pages.js'

export function Shell({ children }: { readonly children: ReactNode }) {
  const site = useSite()
  const { t, rich, lang } = useText()
  const wide = WIDE_PATHS.test(usePlace().path)
  const desk = site?.serviceDesk
  return (
    <>
      <a className="skip" href="#main">{t('skip')}</a>
      <header className="ss-top">
        <Link className="brand" to="/"><Mark /><bdi>{site?.name ?? 'Latchkey'}</bdi></Link>
        <Who />
        <LanguageSelect />
      </header>
      <main className={wide ? 'ss-main wide' : 'ss-main'} id="main" tabIndex={-1}>{children}</main>
      {site && desk && (
        <footer className="ss-foot">
          <div>
            <span>{rich('desk.line', { phone: <DeskPhone />, hours: wordsIn(desk.hours, lang) })}</span>
            {site.demo && <Link to="/inbox">{t('demo.inbox')}</Link>}
          </div>
        </footer>
      )}
    </>
  )
}

function Mark() {
  return (
    <svg className="i" viewBox="0 0 20 20" aria-hidden="true">
      <path
        fill="currentColor"
        stroke="none"
        d="M10 1.8 3.2 4.3v5.2c0 4 2.7 7.2 6.8 8.7 4.1-1.5 6.8-4.7 6.8-8.7V4.3z"
      />
      <g className="hole"><circle cx="10" cy="8.3" r="2" stroke="none" /><path d="M10 9.5v4" /></g>
    </svg>
  )
}

function Who() {
  const session = useSession()
  const { t, rich } = useText()
  if (!session) return null
  const leave = async () => {
    await sessionCalls.signOut()
    keepSession(null)
    navigate('/sign-in', { state: { left: true } })
  }
  return (
    <div className="who">
      <span className="hide-sm">{rich('signed-in', { name: session.displayName })}</span>
      <button className="btn-link" type="button" onClick={() => void leave()}>{t('sign-out')}</button>
    </div>
  )
}

function LanguageSelect() {
  const site = useSite()
  const { t, lang } = useText()
  const choose = (language: string) => {
    if (isLanguage(language)) void chooseLanguage(language)
  }
  return (
    <div className="lang">
      <label className="vh" htmlFor="language">{t('language')}</label>
      <select className="select" id="language" value={lang} onChange={(event) => choose(event.target.value)}>
        {(site?.languages ?? LANGUAGES).map((language) => (
          <option key={language} value={language} lang={language}>{languageName(language)}</option>
        ))}
      </select>
    </div>
  )
}
