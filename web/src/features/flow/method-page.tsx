import type { MethodOffer } from '@contract/self-service.contract.js'
import { useState, type FormEvent, type ReactNode } from 'react'
import { Button } from '../../components/ui/button.js'
import { Choice } from '../../components/ui/choice.js'
import { ErrorSummary } from '../../components/ui/error-summary.js'
import { Back, Steps, Title } from '../../components/ui/page-parts.js'
import { CannotUseAny } from '../../components/cannot-use-any.js'
import { mistakeFrom } from '../../lib/failure.js'
import { startPath } from '../../lib/open-flow.js'
import { Link } from '../../lib/router.js'
import { useSubmitting } from '../../lib/submitting.js'
import { useText, type Text } from '../../lib/text.js'
import type { QuestionProps } from './flow-page.js'
import { methodKind, stepsOf } from './method-kind.js'

const keyOf = (offer: MethodOffer): string => `${offer.method} ${offer.target}`

export function MethodPage({ open, go, identifier }: QuestionProps & { readonly identifier: string | null }) {
  const text = useText()
  const { t, rich } = text
  const { flow, calls } = open
  const [chosen, setChosen] = useState(() => flow.methods.find((offer) => offer.available))
  const form = useSubmitting()

  if (flow.methods.length === 0) return <CannotUseAny back={startPath(flow.kind)} />

  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (!chosen) return
    void form.send(async () => {
      const answer = await calls.sendCode(chosen.method, chosen.target)
      if (answer.ok) {
        open.accept(answer.value)
        return go('code')
      }
      if (open.leaveIfOver(answer)) return
      // A code is under way already: the page where it is entered says when a new one may be asked for.
      if (answer.problem.code === 'OTP_RATE_LIMIT' && flow.challenge?.masked === chosen.masked) return go('code')
      const now = await open.reload()
      if (now?.state === 'locked') return
      return [await mistakeFrom(answer)]
    })
  }

  return (
    <>
      <Back to={startPath(flow.kind)} />
      <Steps at={1} of={stepsOf(flow)} />
      {form.mistakes.length > 0 && <ErrorSummary mistakes={form.mistakes} attempt={form.attempt} />}
      <Title error={form.mistakes.length > 0}>{t('method.title')}</Title>
      <p className="lead">{identifier ? rich('method.lead', { identifier }) : t('method.lead.nameless')}</p>
      <form noValidate onSubmit={submit}>
        <fieldset className="choices">
          <legend className="vh">{t('method.legend')}</legend>
          {flow.methods.map((offer, index) => {
            const kind = methodKind(offer.method)
            return (
              <Choice
                key={keyOf(offer)}
                type="radio"
                name="method"
                id={`method-${index}`}
                checked={chosen !== undefined && keyOf(chosen) === keyOf(offer)}
                closed={!offer.available}
                onCheck={() => setChosen(offer)}
                title={t(kind.name)}
                sub={offer.available ? targetOf(offer, text) : t('method.closed')}
                icon={kind.icon}
              />
            )
          })}
        </fieldset>
        {chosen && <Button busy={form.busy} working={t('working')}>{t('continue')}</Button>}
      </form>
      <p><Link to="/help">{t('method.cannot')}</Link></p>
    </>
  )
}

function targetOf(offer: MethodOffer, { rich }: Text): ReactNode {
  const { codeTo } = methodKind(offer.method)
  return codeTo ? rich(codeTo, { target: offer.masked }) : <bdi>{offer.masked}</bdi>
}
