import type { ReactNode } from 'react'
import { usePage } from '../../lib/page.js'
import { Link, navigate } from '../../lib/router.js'
import { useText } from '../../lib/text.js'
import { Icon, type IconName } from './icon.js'

/** The h1 and the title of the tab. Exactly one a page; it takes the focus after navigation. */
export function Title({ children, error = false }: { readonly children: string; readonly error?: boolean }) {
  const heading = usePage(children, error)
  return <h1 ref={heading} tabIndex={-1}>{children}</h1>
}

type VerdictProps = { readonly icon: IconName; readonly tone: 'ok' | 'warn' | 'bad'; readonly children: string }

export function Verdict({ icon, tone, children }: VerdictProps) {
  return <div className="verdict"><Icon name={icon} className={tone} /><Title>{children}</Title></div>
}

export function Steps({ at, of }: { readonly at: number; readonly of: number }) {
  const { t } = useText()
  return (
    <div className="step">
      <span>{t('step', { n: at, of })}</span>
      <span className="bar" aria-hidden="true">
        {Array.from({ length: of }, (_, index) => <i key={index} className={index < at ? 'on' : undefined} />)}
      </span>
    </div>
  )
}

/** Back to a place of ours, or, without one, to where the person came from. */
export function Back({ to }: { readonly to?: string }) {
  const { t } = useText()
  const face = <><Icon name="left" />{t('back')}</>
  if (to) return <Link className="ss-back" to={to}>{face}</Link>
  const back = () => (history.length > 1 ? history.back() : navigate('/'))
  return <button className="ss-back" type="button" onClick={back}>{face}</button>
}

/** What waits for the first answer of the server. The skeleton appears only if the answer is slow. */
export function Waiting({ children }: { readonly children?: ReactNode }) {
  const { t } = useText()
  return <><div role="status"><span className="vh">{t('loading')}</span></div>{children}</>
}
