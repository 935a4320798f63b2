import type { InputHTMLAttributes, ReactNode } from 'react'
import { useText } from '../../lib/text.js'
import { Icon } from './icon.js'

export function FieldError({ id, children }: { readonly id: string; readonly children: ReactNode }) {
  const { t } = useText()
  return (
    <p className="field-error" id={id}>
      <Icon name="alert" />
      <span><span className="vh">{t('error.prefix')}</span>{children}</span>
    </p>
  )
}

type Props = Omit<InputHTMLAttributes<HTMLInputElement>, 'id' | 'onChange' | 'value'> & {
  readonly id: string
  readonly label: ReactNode
  readonly hint?: ReactNode
  readonly error?: ReactNode
  readonly value: string
  readonly onValue: (value: string) => void
}

/** A label, a hint under it, the error under that, then the input: the order in which they are read out. */
export function Field({ id, label, hint, error, value, onValue, ...input }: Props) {
  return (
    <div className={error ? 'field has-error' : 'field'}>
      <label className="label" htmlFor={id}>{label}</label>
      {hint && <p className="hint" id={`${id}-hint`}>{hint}</p>}
      {error && <FieldError id={`${id}-error`}>{error}</FieldError>}
      <input
        className="input"
        id={id}
        name={id}
        value={value}
        onChange={(event) => onValue(event.target.value)}
        aria-invalid={error ? true : undefined}
        aria-describedby={describedBy(hint && `${id}-hint`, error && `${id}-error`)}
        {...input}
      />
    </div>
  )
}

export const describedBy = (...ids: unknown[]): string | undefined => ids.filter(Boolean).join(' ') || undefined
