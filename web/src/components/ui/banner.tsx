import type { ReactNode } from 'react'
import { Icon, type IconName } from './icon.js'

type Props = {
  readonly kind: 'info' | 'warn' | 'bad'
  readonly icon: IconName
  readonly title: ReactNode
  readonly children?: ReactNode
  readonly role?: 'status' | 'alert'
}

/** A fact about this page. It stands in the flow and is never taken away by time. */
export function Banner({ kind, icon, title, children, role }: Props) {
  return (
    <div className={`banner ${kind}`} role={role}>
      <Icon name={icon} />
      <div><p className="b-title">{title}</p>{children}</div>
    </div>
  )
}
