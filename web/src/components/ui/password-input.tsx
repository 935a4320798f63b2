import type { ReactNode } from 'react'
import { useText } from '../../lib/text.js'
import { describedBy, FieldError } from './field.js'
import { Icon } from './icon.js'

type Props = {
  readonly id: string
  readonly label: string
  readonly autoComplete: 'current-password' | 'new-password'
  readonly value: string
  readonly onValue: (value: string) => void
  readonly shown: boolean
  readonly onShown: (shown: boolean) => void
  /** Read out after "Show" when a page has several. */
  readonly which?: string
  readonly error?: ReactNode
  readonly describedBy?: string
  readonly children?: ReactNode
}

/** Show and Hide are words. What is shown stands in mono, where l, I and 1 differ; pasting is welcome. */
export function PasswordInput(props: Props) {
  const { id, label, value, shown, error, which } = props
  const { t } = useText()
  return (
    <div className={error ? 'field has-error' : 'field'}>
      <label className="label" htmlFor={id}>{label}</label>
      {error && <FieldError id={`${id}-error`}>{error}</FieldError>}
      <div className="with-end">
        <input
          className={shown ? 'input mono' : 'input'}
          id={id}
          name={id}
          type={shown ? 'text' : 'password'}
          autoComplete={props.autoComplete}
          autoCapitalize="none"
          autoCorrect="off"
          spellCheck={false}
          value={value}
          onChange={(event) => props.onValue(event.target.value)}
          aria-invalid={error ? true : undefined}
          aria-describedby={describedBy(props.describedBy, error && `${id}-error`)}
        />
        <button className="end-btn" type="button" aria-pressed={shown} onClick={() => props.onShown(!shown)}>
          <Icon name="eye" />
          <span>{t(shown ? 'password.hide' : 'password.show')}{which && <span className="vh">{which}</span>}</span>
        </button>
      </div>
      {props.children}
    </div>
  )
}
