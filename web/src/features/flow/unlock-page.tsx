import type { AccountView } from '@contract/self-service.contract.js'
import type { ReactNode } from 'react'
import { AccountNames } from '../../components/account-choices.js'
import { Banner } from '../../components/ui/banner.js'
import { Button } from '../../components/ui/button.js'
import { ErrorSummary } from '../../components/ui/error-summary.js'
import { Icon, type IconName } from '../../components/ui/icon.js'
import { Steps, Title, Verdict } from '../../components/ui/page-parts.js'
import { errorText } from '../../lib/error-texts.js'
import { mistakeFrom } from '../../lib/failure.js'
import { Link } from '../../lib/router.js'
import { useSubmitting } from '../../lib/submitting.js'
import { useText, type Text } from '../../lib/text.js'
import type { QuestionProps } from './flow-page.js'
import { stepsOf } from './method-kind.js'
import { selectableOf } from './question.js'

export function UnlockPage({ open, go }: QuestionProps) {
  const text = useText()
  const { t, rich } = text
  const { flow, calls } = open
  const form = useSubmitting()
  const selectable = selectableOf(flow)
  // What could not be read may be locked as well; unlocking it does no harm.
  const targets = selectable.filter((account) => account.lock === null || account.lock.locked)
  const choose = <Link to="/">{t('unlock.choose')}</Link>

  if (selectable.length === 0) {
    const first = flow.accounts?.[0]
    return (
      <>
        <Verdict icon="ban" tone="warn">{t('unlock.cannot.title')}</Verdict>
        {first && <p className="lead">{closedText(first, text)}</p>}
        {first?.closed?.code === 'OPERATION_NOT_SUPPORTED' && <p>{rich('unlock.cannot.next', { choose })}</p>}
        <div className="btn-row"><Link className="btn" to="/unlock">{t('to-start')}</Link></div>
      </>
    )
  }
  if (targets.length === 0) {
    return (
      <>
        <Verdict icon="okc" tone="ok">{t('unlock.none.title')}</Verdict>
        <p className="lead">{t('unlock.none.lead')}</p>
        <LockList accounts={flow.accounts ?? []} />
        <p>{rich('unlock.none.next', { choose })}</p>
        <div className="btn-row"><Link className="btn" to="/unlock">{t('to-start')}</Link></div>
      </>
    )
  }

  const unlock = () => form.send(async () => {
    const answer = await calls.unlock(targets.map((account) => account.id))
    if (answer.ok) {
      open.accept(answer.value)
      return go('result', { replace: true })
    }
    if (open.leaveIfOver(answer)) return
    const now = await open.reload()
    if (now && now.state !== 'verified') return
    return [await mistakeFrom(answer)]
  })
  return (
    <>
      <Steps at={3} of={stepsOf(flow)} />
      {form.mistakes.length > 0 && <ErrorSummary mistakes={form.mistakes} attempt={form.attempt} />}
      <Title error={form.mistakes.length > 0}>{t('unlock.title')}</Title>
      <p className="lead">{t('unlock.verified')}</p>
      <LockList accounts={flow.accounts ?? []} />
      <Banner kind="info" icon="phone" title={t('unlock.phone.title')}><p>{t('unlock.phone.text')}</p></Banner>
      <div className="btn-row">
        <Button busy={form.busy} working={t('unlock.submitting')} onPress={() => void unlock()}>
          {rich('unlock.submit', { accounts: <AccountNames accounts={targets} strong={false} /> })}
        </Button>
      </div>
      <p><Link to="/">{t('unlock.new')}</Link></p>
    </>
  )
}

function LockList({ accounts }: { readonly accounts: readonly AccountView[] }) {
  const text = useText()
  return (
    <ul className="outcomes">
      {accounts.map((account) => {
        const { icon, tone, words } = lockOf(account, text)
        return (
          <li key={account.id}>
            <Icon name={icon} className={tone} />
            <span className="o-name"><bdi>{account.directory}</bdi></span>
            <span className="o-sub">{words}</span>
          </li>
        )
      })}
    </ul>
  )
}

function lockOf(account: AccountView, text: Text): { icon: IconName; tone: string; words: ReactNode } {
  const { rich, t, times, plural } = text
  const { login, lock, closed } = account
  if (closed) return { icon: 'ban', tone: '', words: closedText(account, text) }
  if (!lock) return { icon: 'quest', tone: 'warn', words: rich('unlock.unread', { login }) }
  if (!lock.locked) return { icon: 'okc', tone: 'ok', words: rich('unlock.open', { login }) }
  const since = lock.since
    ? rich('unlock.locked', { login, time: times.at(lock.since) })
    : rich('unlock.locked.timeless', { login })
  return {
    icon: 'lock',
    tone: 'warn',
    words: (
      <>
        {since}
        {lock.wrongPasswords ? plural('unlock.locked.after', lock.wrongPasswords) : null}
        {lock.unlocksAt && <>. {t('unlock.opens', { time: times.at(lock.unlocksAt) })}</>}
      </>
    ),
  }
}

function closedText({ closed, directory }: AccountView, { t, rich }: Text): ReactNode {
  if (closed?.code === 'OPERATION_NOT_SUPPORTED') return rich('unlock.closed.unsupported', { directory })
  return closed?.code === 'ACCOUNT_DISABLED' ? t('unlock.closed.disabled') : closed && errorText(closed.code, closed.params)
}
