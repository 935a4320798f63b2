import type { InboxView } from '@contract/self-service.contract.js'
import { useCallback, useEffect, useState } from 'react'
import { Icon } from '../../components/ui/icon.js'
import { Title, Waiting } from '../../components/ui/page-parts.js'
import { announce } from '../../lib/announce.js'
import { usePolling } from '../../lib/polling.js'
import { readInbox } from '../../lib/self-service.js'
import { useText } from '../../lib/text.js'

/** A one-time code on a line of its own, 6 to 10 digits, perhaps in two groups: a telephone number in a sentence is none. */
const CODE = /^[ \t]*(\d{3,5}[ \u00a0-]?\d{3,5})[ \t]*$/m

/** The demo's mail box: what would have been sent, newest first, and the newest code ready to copy. */
export default function InboxPage() {
  const { t, rich, times } = useText()
  const [inbox, setInbox] = useState<InboxView | 'closed' | null>(null)
  const read = useCallback(async (signal?: AbortSignal) => {
    const answer = await readInbox(signal)
    if (answer.ok) setInbox(answer.value)
    else if (answer.reached) setInbox('closed')
  }, [])
  useEffect(() => {
    void read().catch(() => undefined)
  }, [read])
  usePolling(inbox !== 'closed', read, 1_000)

  if (inbox === null) return <Waiting />
  if (inbox === 'closed') return <><Title>{t('inbox.title')}</Title><p className="lead">{t('inbox.closed')}</p></>
  const mails = [...inbox.messages].sort((one, other) => Date.parse(other.at) - Date.parse(one.at))
  const newest = mails.find((mail) => CODE.test(mail.text))
  return (
    <>
      <Title>{t('inbox.title')}</Title>
      <p className="lead">{t('inbox.lead')}</p>
      {mails.length === 0 && (
        <div className="empty panel"><Icon name="inbox" /><h2>{t('inbox.empty')}</h2><p>{t('inbox.empty.text')}</p></div>
      )}
      <ul className="mails">
        {mails.map((mail) => (
          <li className="mail panel" key={mail.id}>
            <h2><bdi>{mail.subject}</bdi></h2>
            <p className="soft small">{rich('inbox.to', { to: mail.to, time: times.stamp(mail.at) })}</p>
            {mail === newest && <NewestCode code={CODE.exec(mail.text)?.[1] ?? ''} />}
            <p className="body" dir="auto">{mail.text}</p>
          </li>
        ))}
      </ul>
    </>
  )
}

function NewestCode({ code }: { readonly code: string }) {
  const { t } = useText()
  const [copied, setCopied] = useState('')
  const copy = async () => {
    await navigator.clipboard.writeText(code.replace(/\D/g, ''))
    setCopied(code)
    announce(t('inbox.copied'))
  }
  return (
    <div className="code">
      <span>{t('inbox.newest')}</span>
      <b className="mono">{code}</b>
      <button className="btn" type="button" onClick={() => void copy().catch(() => undefined)}>
        {t(copied === code ? 'inbox.copied' : 'inbox.copy')}
      </button>
    </div>
  )
}
