import { DeskPhone } from '../../components/ui/desk-phone.js'
import { Title } from '../../components/ui/page-parts.js'
import { serverNow } from '../../lib/server-clock.js'
import { useText } from '../../lib/text.js'

const MINUTE_MS = 60_000

export function TooMany({ until, onBack }: { readonly until: string | null; readonly onBack: () => void }) {
  const { t, rich, plural, times } = useText()
  const minutes = until ? Math.max(1, Math.ceil((Date.parse(until) - serverNow()) / MINUTE_MS)) : null
  // "in 1,440 minutes" helps nobody: beyond an hour the clock time below says it
  const title = minutes !== null && minutes <= 60 ? plural('limited.title', minutes) : t('limited.title.later')
  return (
    <>
      <Title>{title}</Title>
      <p className="lead">{until ? rich('limited.lead', { time: times.at(until) }) : t('limited.lead.later')}</p>
      <p>{t('limited.nothing')}</p>
      <p>{rich('limited.hurry', { phone: <DeskPhone /> })}</p>
      <div className="btn-row"><button className="btn" type="button" onClick={onBack}>{t('to-start')}</button></div>
    </>
  )
}
