import type { FlowKind } from '@contract/self-service.contract.js'
import { useState, type FormEvent } from 'react'
import { Button } from '../../components/ui/button.js'
import { ErrorSummary } from '../../components/ui/error-summary.js'
import { Field } from '../../components/ui/field.js'
import { Title } from '../../components/ui/page-parts.js'
import { mistakeFrom } from '../../lib/failure.js'
import { flowPath, handOver } from '../../lib/open-flow.js'
import { Link, navigate } from '../../lib/router.js'
import { startFlow } from '../../lib/self-service.js'
import { useSite } from '../../lib/site.js'
import { useSubmitting } from '../../lib/submitting.js'
import { useText } from '../../lib/text.js'
import { EndedBanner } from './ended-banner.js'
import { NotInUse } from './not-in-use.js'
import { TooMany } from './too-many.js'

const FIELD = 'identifier'
const LONGEST = 256 // the contract's own bound

type Props = {
  readonly kind: FlowKind
  /** The person has begun to answer: what comes next can be fetched meanwhile. */
  readonly onBegin: () => void
}

/** One road for known and unknown: nothing here or on the next two pages depends on whether the person exists. */
export function StartPage({ kind, onBegin }: Props) {
  const text = useText()
  const { t } = text
  const site = useSite()
  const [identifier, setIdentifier] = useState('')
  const [limited, setLimited] = useState<{ until: string | null } | null>(null)
  const form = useSubmitting()

  if (site && !site.services[kind]) return <NotInUse />
  if (limited) return <TooMany until={limited.until} onBack={() => setLimited(null)} />

  const submit = (event: FormEvent) => {
    event.preventDefault()
    const typed = identifier.trim()
    if (!typed) return form.refuse([{ say: (text) => text.t('identifier.missing'), field: FIELD }])
    if (typed.length > LONGEST) return form.refuse([{ say: (text) => text.t('identifier.long'), field: FIELD }])
    void form.send(async () => {
      const answer = await startFlow(kind, typed)
      if (answer.ok) {
        handOver(answer.value, typed)
        return navigate(flowPath(kind, answer.value.id))
      }
      if (answer.problem.code === 'RATE_LIMITED') return setLimited({ until: answer.problem.retryAt ?? null })
      return [await mistakeFrom(answer, answer.problem.code === 'REQUEST_INVALID' ? FIELD : undefined)]
    })
  }

  return (
    <>
      {form.mistakes.length > 0
        ? <ErrorSummary mistakes={form.mistakes} attempt={form.attempt} />
        : <EndedBanner />}
      <Title error={form.mistakes.length > 0}>{t(`${kind}.title`)}</Title>
      <p className="lead">{t(`${kind}.lead`)}</p>
      <form noValidate onSubmit={submit}>
        <Field
          id={FIELD}
          label={t('identifier.label')}
          hint={site && text.rich('identifier.hint', { example: site.identifierExample })}
          error={form.mistakeOf(FIELD)}
          value={identifier}
          onValue={setIdentifier}
          onFocus={onBegin}
          autoComplete="username"
          autoCapitalize="none"
          spellCheck={false}
        />
        <Button busy={form.busy} working={t('working')}>{t('continue')}</Button>
      </form>
      <SomethingElse kind={kind} />
    </>
  )
}

function SomethingElse({ kind }: { readonly kind: FlowKind }) {
  const { t } = useText()
  const services = useSite()?.services
  const links = [
    kind === 'unlock' && services?.reset && { to: '/', text: t('else.reset') },
    services?.change && { to: '/change', text: t('else.change') },
    kind === 'reset' && services?.unlock && { to: '/unlock', text: t('else.unlock') },
    services?.requests && { to: '/requests', text: t('else.requests') },
  ].filter((link) => link !== false && link !== undefined)
  if (links.length === 0) return null
  return (
    <>
      <h2>{t('else.title')}</h2>
      <ul className="stack-sm">{links.map(({ to, text }) => <li key={to}><Link to={to}>{text}</Link></li>)}</ul>
    </>
  )
}
