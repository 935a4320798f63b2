import { useEffect, useRef, type MouseEvent, type ReactNode } from 'react'
import { useText } from '../../lib/text.js'

/** One thing that is wrong. With a `field` its text is a link that puts the cursor there. */
export type Mistake = { readonly text: ReactNode; readonly field?: string }

/**
 * First among what can be wrong with a page, above its h1. Takes the focus after every failed submit, also when the
 * same text stands there already: `attempt` counts the submits.
 */
export function ErrorSummary({ mistakes, attempt }: { readonly mistakes: readonly Mistake[]; readonly attempt: number }) {
  const { t } = useText()
  const box = useRef<HTMLDivElement>(null)
  useEffect(() => {
    box.current?.focus()
  }, [attempt])
  const jump = (event: MouseEvent, field: string) => {
    event.preventDefault()
    document.getElementById(field)?.focus()
  }
  return (
    <div className="error-summary" role="alert" tabIndex={-1} ref={box}>
      <h2>{t('error.heading')}</h2>
      <ul>
        {mistakes.map(({ text, field }, index) => (
          <li key={index}>{field ? <a href={`#${field}`} onClick={(event) => jump(event, field)}>{text}</a> : text}</li>
        ))}
      </ul>
    </div>
  )
}
