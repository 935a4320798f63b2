import { useRef, useState } from 'react'
import type { Mistake } from '../components/ui/error-summary.js'

/** What a form needs to send once: a busy mark that swallows the second press, and what was wrong with the last try. */
export type Submitting = {
  readonly busy: boolean
  readonly attempt: number
  readonly mistakes: readonly Mistake[]
  readonly mistakeOf: (field: string) => Mistake['text'] | undefined
  readonly refuse: (mistakes: readonly Mistake[]) => void
  /** Runs `work` unless it is running already. What `work` returns is shown; nothing means that it went well. */
  readonly send: (work: () => Promise<readonly Mistake[] | void>) => Promise<void>
}

export function useSubmitting(at: readonly Mistake[] = []): Submitting {
  const [busy, setBusy] = useState(false)
  const [{ attempt, mistakes }, setResult] = useState({ attempt: 0, mistakes: at })
  const running = useRef(false)
  const refuse = (next: readonly Mistake[]) => setResult((last) => ({ attempt: last.attempt + 1, mistakes: next }))
  return {
    busy,
    attempt,
    mistakes,
    mistakeOf: (field) => mistakes.find((mistake) => mistake.field === field)?.text,
    refuse,
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
