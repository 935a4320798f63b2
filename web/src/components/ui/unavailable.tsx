import { useEffect, useEffectEvent, useState } from 'react'
import { Button } from './button.js'
import { DeskPhone } from './desk-phone.js'
import { Title } from './page-parts.js'
import { useSite } from '../../lib/site.js'
import { useText } from '../../lib/text.js'

const AGAIN_MS = 5_000

/** Nothing of ours answers. The page tries again by itself, when the connection is back and every few seconds. */
export function Unavailable({ retry, byItself = true }: { readonly retry: () => Promise<unknown>; readonly byItself?: boolean }) {
  const { t, rich } = useText()
  const site = useSite()
  const [busy, setBusy] = useState(false)
  const tryAgain = async () => {
    setBusy(true)
    await retry()
    setBusy(false)
  }
  const quietly = useEffectEvent(() => {
    if (!document.hidden) void retry()
  })
  useEffect(() => {
    if (!byItself) return
    const timer = setInterval(quietly, AGAIN_MS)
    addEventListener('online', quietly)
    return () => {
      clearInterval(timer)
      removeEventListener('online', quietly)
    }
  }, [byItself])
  return (
    <>
      <Title>{t('down.title')}</Title>
      <p className="lead">{t('down.lead')}</p>
      {site && <p>{rich('down.desk', { phone: <DeskPhone /> })}</p>}
      <div className="btn-row">
        <Button busy={busy} working={t('loading')} onPress={() => void tryAgain()}>{t('try-again')}</Button>
      </div>
    </>
  )
}
