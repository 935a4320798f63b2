import { useEffect, useEffectEvent, useState } from 'react'
import { Banner } from '../../components/ui/banner.js'
import { useText } from '../../lib/text.js'
import { useTimeUntil } from '../../lib/ticking.js'
import type { QuestionProps } from './flow-page.js'

/** A minute before the end it is said when it comes, with a way to put it off while there is one (WCAG 2.2.1). */
const WARN_MS = 60_000
/** The database's clock decides; asking a moment later saves asking twice. */
const AFTER_MS = 1_500

export function EndingSoon({ open }: { readonly open: QuestionProps['open'] }) {
  const { t, times } = useText()
  const { expiresAt } = open.flow
  const left = useTimeUntil(expiresAt)
  const [atTheEnd, setAtTheEnd] = useState<string | null>(null)
  const over = left === 0
  const ask = useEffectEvent(() => void open.reload())
  useEffect(() => {
    if (!over) return
    const timer = setTimeout(ask, AFTER_MS)
    return () => clearTimeout(timer)
  }, [over, open.flow])

  if (left > WARN_MS || over) return null
  const more = async () => {
    const now = await open.reload()
    if (now && now.expiresAt === expiresAt) setAtTheEnd(expiresAt)
  }
  return (
    <Banner kind="warn" icon="clock" role="status" title={t('soon.title', { time: times.at(expiresAt) })}>
      <p>{t('soon.text')}</p>
      {atTheEnd === expiresAt
        ? <p>{t('soon.no-more')}</p>
        : <button className="btn" type="button" onClick={() => void more()}>{t('soon.more')}</button>}
    </Banner>
  )
}
