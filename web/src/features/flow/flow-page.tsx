import type { FlowKind } from '@contract/self-service.contract.js'
import { useEffect } from 'react'
import { Waiting } from '../../components/ui/page-parts.js'
import { Unavailable } from '../../components/ui/unavailable.js'
import { findOpened } from '../../lib/open-flow.js'
import { navigate, usePlace } from '../../lib/router.js'
import { AccountsPage } from './accounts-page.js'
import { CodePage } from './code-page.js'
import { EndingSoon } from './ending-soon.js'
import { FlowResult } from './flow-result.js'
import { LockedPage } from './locked-page.js'
import { MethodPage } from './method-page.js'
import { PasswordPage } from './password-page.js'
import { chosenIn, questionOf, type Question } from './question.js'
import { UnlockPage } from './unlock-page.js'
import { useFlow, type OpenFlow } from './use-flow.js'

/** Goes to another question of this flow. Steps that cannot be taken back replace the entry, so Back never meets them. */
export type Go = (step: Question, how?: { replace?: boolean; accounts?: readonly string[] }) => void
export type QuestionProps = { readonly open: OpenFlow & { readonly flow: NonNullable<OpenFlow['flow']> }; readonly go: Go }

export default function FlowPage({ kind, id }: { readonly kind: FlowKind; readonly id: string }) {
  const open = useFlow(kind, id)
  const { path, query, state } = usePlace()
  const { flow } = open
  const wanted = query.get('step')
  const question = flow && questionOf(flow, wanted, chosenIn(flow, state))

  // The address follows what is really shown, whatever was asked for.
  useEffect(() => {
    if (question && wanted !== question) navigate(`${path}?step=${question}`, { replace: true, state })
  }, [question, wanted, path, state])

  if (!flow || !question) return open.unreachable ? <Unavailable retry={open.reload} /> : <Waiting />

  const go: Go = (step, { replace = false, accounts } = {}) =>
    navigate(`${path}?step=${step}`, { replace, state: accounts ? { accounts } : state })
  const props: QuestionProps = { open: { ...open, flow }, go }
  return (
    <>
      {ask(question, props, state, findOpened(id)?.identifier ?? null)}
      {question !== 'result' && question !== 'locked' && <EndingSoon open={props.open} />}
    </>
  )
}

function ask(question: Question, props: QuestionProps, state: unknown, identifier: string | null) {
  switch (question) {
    case 'method':
      return <MethodPage {...props} identifier={identifier} />
    case 'code':
      return <CodePage {...props} />
    case 'accounts':
      return <AccountsPage {...props} chosen={chosenIn(props.open.flow, state)} />
    case 'password':
      return <PasswordPage {...props} chosen={chosenIn(props.open.flow, state)} />
    case 'unlock':
      return <UnlockPage {...props} />
    case 'locked':
      return <LockedPage flow={props.open.flow} />
    case 'result':
      return <FlowResult {...props} />
  }
}
