import { useRef, useState, type ReactNode } from 'react'
import { useText, type Text } from './text.js'

/** One thing that is wrong: kept as what to say, and said in the language the page is read in. `field`: where to mend it. */
export type Mistake = { readonly say: (text: Text) => ReactNode; readonly field?: string }

/** What a form needs to send once: a busy mark that swallows the second press, and what was wrong with the last try. */
export type Submitting = {
  readonly busy: boolean
  readonly attempt: number
  readonly mistakes: readonly Mistake[]
  readonly mistakeOf: (field: string) => ReactNode
  readonly refuse: (mistakes: readonly Mistake[]) => void
  /** These fields have got another value, which nobody has refused yet. */
  readonly forget: (...fields: readonly string[]) => void
  /** Runs `work` unless it is running already. What `work` returns is shown; nothing means that it went well. */
  readonly send: (work: () => Promise<readonly Mistake[] | void>) => Promise<void>
}

export function useSubmitting(at: readonly Mistake[] = []): Submitting {
  const [busy, setBusy] = useState(false)
  const [{ attempt, mistakes }, setResult] = useState({ attempt: 0, mistakes: at })
  const running = useRef(false)
  const text = useText()
  const refuse = (next: readonly Mistake[]) => setResult((last) => ({ attempt: last.attempt + 1, mistakes: next }))
  return {
    busy,
    attempt,
    mistakes,
    mistakeOf: (field) => mistakes.find((mistake) => mistake.field === field)?.say(text),
    refuse,
    forget: (...fields) => setResult((last) => {
      const left = last.mistakes.filter(({ field }) => field === undefined || !fields.includes(field))
      return left.length === last.mistakes.length ? last : { ...last, mistakes: left }
    }),
    send: async (work) => {
      if (running.current) return
      running.current = true
      setBusy(true)
      try {
        const wrong = await work()
        if (wrong?.length) refuse(wrong)
        else setResult((last) => ({ ...last, mistakes: [] }))
      } finally {
        running.current = false
        setBusy(false)
      }
    },
  }
}
