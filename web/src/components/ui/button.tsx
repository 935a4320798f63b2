import type { ReactNode } from 'react'

type Props = {
  readonly children: ReactNode
  /** The -ing form, shown beside a spinner while `busy`. */
  readonly working: ReactNode
  readonly busy: boolean
  readonly onPress?: () => void
  readonly kind?: 'primary' | 'secondary'
}

/**
 * A button that sends something. While busy it keeps its width (both faces share one cell), keeps its focus
 * (`aria-disabled`, not `disabled`) and ignores a second press.
 */
export function Button({ children, working, busy, onPress, kind = 'primary' }: Props) {
  return (
    <button
      type={onPress ? 'button' : 'submit'}
      className={kind === 'primary' ? 'btn btn-primary' : 'btn'}
      aria-disabled={busy || undefined}
      onClick={(event) => {
        if (busy) event.preventDefault()
        else onPress?.()
      }}
    >
      <span className="faces">
        <span className={busy ? 'off' : undefined}><span>{children}</span></span>
        <span className={busy ? undefined : 'off'}><span className="spin" aria-hidden="true" /><span>{working}</span></span>
      </span>
    </button>
  )
}
