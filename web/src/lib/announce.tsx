import { useEffect, useState } from 'react'

/** One polite live region for the whole app: it must exist before its text changes, or screen readers stay silent. */
let say: (text: string) => void = () => undefined
export const announce = (text: string): void => say(text)

export function Announcer() {
  const [text, setText] = useState('')
  useEffect(() => {
    say = setText
  }, [])
  return <div className="vh" role="status" aria-live="polite">{text}</div>
}
