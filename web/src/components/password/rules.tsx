import type { PolicyView } from '@contract/password-policy.contract.js'
import { useText } from '../../lib/text.js'
import { Icon } from '../ui/icon.js'
import { ruleText } from './rule-text.js'
import type { Opinion } from './use-new-password.js'

type Props = {
  readonly id: string
  readonly policy: PolicyView
  readonly opinion: Opinion
  /** Rules that the last submit was refused for. */
  readonly broken: ReadonlySet<string>
}

/**
 * A ring: not yet. A check: met. A cross: refused, after a submit only. What only the directory can check is never ticked
 * by us, and what was met by another password is not by this one until the server says so.
 */
export function Rules({ id, policy, opinion, broken }: Props) {
  const text = useText()
  const { t, rich, list } = text
  const met = new Map(opinion.is === 'known' ? opinion.check.rules.map((rule) => [rule.rule, rule.met]) : [])
  const open = opinion.is === 'checking' ? 'rule.checking' : 'rule.open'
  return (
    <ul className="rules hint" id={id}>
      {policy.rules.filter((rule) => rule.checkedBy !== 'not-enforced').map((rule) => {
        const state = broken.has(rule.rule) ? 'not' : rule.checkedBy === 'here' && met.get(rule.rule) ? 'met' : 'open'
        const words = ruleText(text, 'rule', rule.rule, rule.params)
        const whole = rule.atLeast ? rich('rule.at-least', { rule: <>{words}</> }) : words
        return (
          <li key={`${rule.rule} ${rule.checkedBy}`} className={state === 'open' ? undefined : state}>
            <Icon name={state === 'met' ? 'check' : state === 'not' ? 'x' : 'ring'} />
            <span>
              <span className="vh">{t(state === 'met' ? 'rule.met' : state === 'not' ? 'rule.broken' : open)}</span>
              {rule.checkedBy === 'directory' && rule.directories.length > 0 && state !== 'not'
                ? rich('rule.checked-by', { rule: <>{whole}</>, directories: <>{list(rule.directories)}</> })
                : whole}
            </span>
          </li>
        )
      })}
    </ul>
  )
}
