import type { PolicyView } from '@contract/password-policy.contract.js'
import { useState } from 'react'
import { announce } from '../../lib/announce.js'
import { mistakeFrom } from '../../lib/failure.js'
import type { SuggestionKind } from '../../lib/self-service.js'
import type { Submitting } from '../../lib/submitting.js'
import { useText } from '../../lib/text.js'
import { PasswordInput } from '../ui/password-input.js'
import { Rules } from './rules.js'
import { Strength } from './strength.js'
import { AGAIN, NEW, type NewPassword } from './use-new-password.js'

type Props = { readonly password: NewPassword; readonly policy: PolicyView; readonly form: Submitting }

/** Both entries, the strength, the rules of every chosen directory, and a suggestion for who wants one. */
export function NewPasswordFields({ password, policy, form }: Props) {
  const text = useText()
  const { t } = text
  const several = form.mistakes.filter((mistake) => mistake.field === NEW)
  const error = several.length > 1
    ? <>{several.map(({ say }, index) => <span key={index}>{index > 0 && <br />}{say(text)}</span>)}</>
    : several[0]?.say(text)
  return (
    <>
      <PasswordInput
        id={NEW}
        label={t('password.new')}
        autoComplete="new-password"
        value={password.value}
        onValue={password.type}
        shown={password.shown}
        onShown={password.setShown}
        error={error}
        describedBy="rules"
      >
        <SuggestLinks password={password} form={form} />
        <Strength opinion={password.opinion} typedAt={password.typedAt} />
        <Rules id="rules" policy={policy} opinion={password.opinion} broken={password.broken} />
      </PasswordInput>
      <PasswordInput
        id={AGAIN}
        label={t('password.again')}
        autoComplete="new-password"
        value={password.again}
        onValue={password.setAgain}
        shown={password.againShown}
        onShown={password.setAgainShown}
        which={t('password.which.again')}
        error={form.mistakeOf(AGAIN)}
      />
    </>
  )
}

function SuggestLinks({ password, form }: Pick<Props, 'password' | 'form'>) {
  const { t } = useText()
  const [last, setLast] = useState<SuggestionKind | null>(null)
  const [busy, setBusy] = useState(false)
  const suggest = async (kind: SuggestionKind) => {
    if (busy) return
    setBusy(true)
    const answer = await password.suggest(kind)
    setBusy(false)
    if (!answer.ok) return form.refuse([await mistakeFrom(answer)])
    // What was refused has been replaced.
    form.forget(NEW, AGAIN)
    setLast(kind)
    announce(t('password.suggested'))
  }
  const link = (kind: SuggestionKind, words: string) => (
    <button className="btn-link small" type="button" aria-disabled={busy || undefined} onClick={() => void suggest(kind)}>
      {words}
    </button>
  )
  if (!last) return <div className="links">{link('passphrase', t('password.suggest'))}</div>
  return (
    <>
      {password.suggested && (
        <>
          <p className="secret"><bdi>{password.suggested}</bdi></p>
          <p className="hint">{t('password.suggested')}</p>
        </>
      )}
      <div className="links">
        {last === 'passphrase'
          ? <>{link('passphrase', t('password.suggest.more'))}{link('random', t('password.suggest.random'))}</>
          : <>{link('random', t('password.suggest.again'))}{link('passphrase', t('password.suggest.words'))}</>}
      </div>
    </>
  )
}
