import type { ReactNode } from 'react'

/** Drawn for the product: 20 px grid, 1.5 px line, the colour of the text beside it. Always decorative: words say it too. */
const SHAPES = {
  alert: <path d="M10 3 2 17h16zM10 8v4M10 14.4v.1" />,
  app: <><rect x="3" y="3" width="14" height="14" rx="3" /><path d="M10 6.5V10l2.3 1.6" /></>,
  ban: <><circle cx="10" cy="10" r="7.5" /><path d="m4.8 4.8 10.4 10.4" /></>,
  check: <path d="m4 10.5 4 4 8-9" />,
  clock: <><circle cx="10" cy="10" r="7.5" /><path d="M10 5.8V10l2.8 1.7" /></>,
  eye: (
    <><path d="M1.8 10S4.8 4.5 10 4.5 18.2 10 18.2 10 15.2 15.5 10 15.5 1.8 10 1.8 10z" />
      <circle cx="10" cy="10" r="2.4" /></>
  ),
  half: <><circle cx="10" cy="10" r="6.5" /><path d="M10 3.5a6.5 6.5 0 0 1 0 13z" fill="currentColor" /></>,
  home: <path d="m3 9 7-6 7 6v8h-4.5v-5h-5v5H3z" />,
  inbox: <path d="M2.5 11.5 5 4h10l2.5 7.5V16h-15zM2.5 11.5H7l1 2h4l1-2h4.5" />,
  left: <path d="M12 4.5 6.5 10l5.5 5.5" />,
  lock: <><rect x="4" y="9" width="12" height="8.5" rx="1.5" /><path d="M6.5 9V6.5a3.5 3.5 0 0 1 7 0V9" /></>,
  mail: <><rect x="2.5" y="4.5" width="15" height="11" rx="1.5" /><path d="m3 6 7 5 7-5" /></>,
  okc: <><circle cx="10" cy="10" r="7.5" /><path d="m6.5 10.3 2.4 2.4 4.6-5.2" /></>,
  phone: <><rect x="5.5" y="2" width="9" height="16" rx="1.8" /><path d="M9 15.3h2" /></>,
  quest: <><circle cx="10" cy="10" r="7.5" /><path d="M7.8 7.8a2.2 2.2 0 1 1 3.2 2c-.7.4-1 .8-1 1.6M10 14v.1" /></>,
  ring: <circle cx="10" cy="10" r="6.5" />,
  server: (
    <><rect x="3" y="3.5" width="14" height="5.5" rx="1.2" /><rect x="3" y="11" width="14" height="5.5" rx="1.2" />
      <path d="M6 6.2h.1M6 13.7h.1" /></>
  ),
  stop: <><circle cx="10" cy="10" r="7.5" /><path d="m7 7 6 6M13 7l-6 6" /></>,
  tel: (
    <path
      d="M4 3h3l1.5 4-2 1.3a9.5 9.5 0 0 0 5.2 5.2l1.3-2 4 1.5v3a1.5 1.5 0 0 1-1.6 1.5C8.7 17 3 11.3 2.5 4.6A1.5 1.5 0 0 1 4 3z"
    />
  ),
  x: <path d="m5 5 10 10M15 5 5 15" />,
} satisfies Record<string, ReactNode>

export type IconName = keyof typeof SHAPES

export function Icon({ name, className = '' }: { readonly name: IconName; readonly className?: string }) {
  return <svg className={`i ${className}`} viewBox="0 0 20 20" aria-hidden="true">{SHAPES[name]}</svg>
}
