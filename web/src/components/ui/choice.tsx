import type { ReactNode } from 'react'
import { Icon, type IconName } from './icon.js'

type Props = {
  readonly type: 'radio' | 'checkbox'
  readonly id: string
  readonly name: string
  readonly checked: boolean
  readonly closed?: boolean
  readonly onCheck: (checked: boolean) => void
  readonly title: ReactNode
  readonly sub: ReactNode
  readonly icon: IconName
}

/** A radio or a checkbox whose whole row can be pressed; the second line is its target, or why it is closed. */
export function Choice({ closed = false, onCheck, title, sub, icon, ...input }: Props) {
  return (
    <label className="choice">
      <input {...input} disabled={closed} onChange={(event) => onCheck(event.target.checked)} />
      <span><span className="c-name">{title}</span><span className="c-sub">{sub}</span></span>
      <Icon name={icon} />
    </label>
  )
}
