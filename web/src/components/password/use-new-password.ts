import type { PasswordCheck } from '@contract/password-policy.contract.js'
import type { Violation } from '@contract/problem.contract.js'
import type { Suggestion } from '@contract/self-service.contract.js'
import { useEffect, useEffectEvent, useState } from 'react'
import type { Answer } from '../../lib/api.js'
import type { SuggestionKind } from '../../lib/self-service.js'
import type { Mistake } from '../../lib/submitting.js'
import { ruleText } from './rule-text.js'

const CHECK_AFTER_MS = 300
export const NEW = 'new'
export const AGAIN = 'again'

/** Where the server judges a password; this page never judges one itself. */
export type PasswordJudge = {
  readonly check: (password: string, signal: AbortSignal) => Promise<Answer<PasswordCheck>>
  readonly suggest: (kind: SuggestionKind) => Promise<Answer<Suggestion>>
}
export type NewPassword = ReturnType<typeof useNewPassword>

/** `unmeasured`: the server could not be asked about this password. */
export type Opinion =
  | { readonly is: 'none' }
  | { readonly is: 'checking' }
  | { readonly is: 'unmeasured' }
  | { readonly is: 'known'; readonly check: PasswordCheck }

/** The two entries of a new password, with the server's live opinion of the first. Nothing of it outlives the page. */
export function useNewPassword(judge: PasswordJudge, refusedRules: readonly string[] = []) {
  const [value, setValue] = useState('')
  const [again, setAgain] = useState('')
  const [shown, setShown] = useState(false)
  const [againShown, setAgainShown] = useState(false)
  const [suggested, setSuggested] = useState<string | null>(null)
  const [typedAt, setTypedAt] = useState(0)
  const [checked, setChecked] = useState<Checked | null>(null)
  const [broken, setBroken] = useState<ReadonlySet<string>>(() => new Set(refusedRules))

  const ask = useEffectEvent(async (password: string, signal: AbortSignal) => {
    const answer = await judge.check(password, signal)
    // A meter that does not answer hides nothing: the rules are checked again when the password is sent.
    if (!signal.aborted) setChecked({ of: password, check: answer.ok ? answer.value : null })
  })
  useEffect(() => {
    if (!value || checked?.of === value) return
    const stale = new AbortController()
    const timer = setTimeout(() => void ask(value, stale.signal).catch(() => undefined), CHECK_AFTER_MS)
    return () => {
      clearTimeout(timer)
      stale.abort()
    }
  }, [value, checked])

  const clear = () => {
    setValue('')
    setAgain('')
    setSuggested(null)
    setChecked(null)
  }
  // A page kept for the Back button must not bring the passwords back.
  useEffect(() => {
    addEventListener('pagehide', clear)
    return () => removeEventListener('pagehide', clear)
  }, [])

  return {
    value,
    again,
    shown,
    againShown,
    typedAt,
    broken,
    /** The suggestion, while it stands in the field unchanged. */
    suggested: suggested === value ? suggested : null,
    opinion: opinionOf(value, checked),
    setShown,
    setAgainShown,
    setAgain,
    type: (next: string) => {
      setValue(next)
      setTypedAt(Date.now())
      setBroken(new Set())
    },
    suggest: async (kind: SuggestionKind): Promise<Answer<Suggestion>> => {
      const answer = await judge.suggest(kind)
      if (!answer.ok) return answer
      const { password, check } = answer.value
      setSuggested(password)
      setValue(password)
      setAgain(password)
      setChecked({ of: password, check })
      setTypedAt(Date.now())
      setBroken(new Set())
      setShown(true)
      setAgainShown(true)
      return answer
    },
    clear,
    /** What is wrong before anything is sent. */
    mistakes: (): Mistake[] => {
      if (!value) return [{ say: ({ t }) => t('password.missing'), field: NEW }]
      if (!again) return [{ say: ({ t }) => t('password.again.missing'), field: AGAIN }]
      return value === again ? [] : [{ say: ({ t }) => t('password.differ'), field: AGAIN }]
    },
    /** The server refused it for these rules; they are crossed out in the list. */
    refused: (violations: readonly Violation[]): Mistake[] => {
      setBroken(new Set(violations.map(({ rule }) => rule)))
      return violations.map(({ rule, params }) => ({ say: (text) => ruleText(text, 'broken', rule, params), field: NEW }))
    },
  }
}

type Checked = { readonly of: string; readonly check: PasswordCheck | null }

/** Only ever about what stands in the field now: a verdict on what stood there before would be one on another password. */
function opinionOf(value: string, checked: Checked | null): Opinion {
  if (!value) return { is: 'none' }
  if (checked?.of !== value) return { is: 'checking' }
  return checked.check ? { is: 'known', check: checked.check } : { is: 'unmeasured' }
}
