import { useEffect, useRef, type MouseEvent } from 'react'
import type { Mistake } from '../../lib/submitting.js'
import { useText } from '../../lib/text.js'

/**
 * First among what can be wrong with a page, above its h1. Takes the focus after every failed submit, also when the
 * same text stands there already: `attempt` counts the submits. The text of a mistake with a field is a link that puts the
 * cursor there.
 */
export function ErrorSummary({ mistakes, attempt }: { readonly mistakes: readonly Mistake[]; readonly attempt: number }) {
  const text = useText()
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
      <h2>{text.t('error.heading')}</h2>
      <ul>
        {mistakes.map(({ say, field }, index) => (
          <li key={index}>
            {field ? <a href={`#${field}`} onClick={(event) => jump(event, field)}>{say(text)}</a> : say(text)}
          </li>
        ))}
      </ul>
    </div>
  )
}
