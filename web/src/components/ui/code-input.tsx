import type { ReactNode } from 'react'
import { describedBy, FieldError } from './field.js'

/** What people put between digits when they type or paste a code. */
export const bareCode = (text: string): string => text.normalize('NFKC').replace(/[\s\p{Pd}.]/gu, '')

type Props = {
  readonly id: string
  readonly label: string
  readonly length: number
  readonly value: string
  readonly onValue: (code: string) => void
  readonly hint: ReactNode
  readonly error?: ReactNode
}

/** One field of as many places as the code has digits, never one field a digit; never sent by itself. */
export function CodeInput({ id, label, length, value, onValue, hint, error }: Props) {
  return (
    <div className={error ? 'field has-error' : 'field'}>
      <label className="label" htmlFor={id}>{label}</label>
      {error && <FieldError id={`${id}-error`}>{error}</FieldError>}
      <input
        className="input code-input"
        id={id}
        name={id}
        inputMode="numeric"
        autoComplete="one-time-code"
        maxLength={length}
        spellCheck={false}
        value={value}
        onChange={(event) => onValue(bareCode(event.target.value))}
        onPaste={(event) => {
          // The browser would cut the pasted text to maxLength before the spaces are out.
          event.preventDefault()
          onValue(bareCode(event.clipboardData.getData('text')).slice(0, length))
        }}
        aria-invalid={error ? true : undefined}
        aria-describedby={describedBy(hint && `${id}-hint`, error && `${id}-error`)}
      />
      {hint && <p className="hint" id={`${id}-hint`}>{hint}</p>}
    </div>
  )
}
