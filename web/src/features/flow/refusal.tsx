import type { FlowView } from '@contract/self-service.contract.js'
import { ruleText } from '../../components/password/rule-text.js'
import { NEW } from '../../components/password/use-new-password.js'
import type { Mistake } from '../../lib/submitting.js'

/** What the directory said to the password sent before, while the flow is still verified. */
export function refusalOf(flow: FlowView): { mistakes: Mistake[]; rules: string[] } | null {
  const refused = flow.request?.outcomes.filter((outcome) => outcome.state === 'refused') ?? []
  if (flow.state !== 'verified' || refused.length === 0) return null
  const rules = refused.map(({ params }) => String(params?.rule ?? ''))
  const mistakes = refused.map(({ directory, params }, index): Mistake => ({
    field: NEW,
    say: (text) => rules[index] === 'history'
      ? text.rich('refused.history', { directory })
      : (
        <>
          {text.rich('refused.heading', { directory })}
          {rules[index] && <> {ruleText(text, 'broken', rules[index], params)}</>}
        </>
      ),
  }))
  return { mistakes, rules }
}
