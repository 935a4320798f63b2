import { useEffect, useRef, type RefObject } from 'react'
import { useSite } from './site.js'
import { useText } from './text.js'

/** The very first page keeps the browser's own focus at the top; every later one moves it to its heading. */
let first = true

/**
 * Names the page in the tab and, after navigation, moves focus to its h1, so that a screen reader says where one is.
 * With an error the title begins "Error: "; the error summary then takes the focus itself.
 */
export function usePage(title: string, hasError = false): RefObject<HTMLHeadingElement | null> {
  const heading = useRef<HTMLHeadingElement>(null)
  const site = useSite()
  const { t } = useText()
  const full = site ? `${title} - ${site.name}` : title
  const shown = hasError ? t('error.title', { title: full }) : full
  useEffect(() => {
    document.title = shown
  }, [shown])
  useEffect(() => {
    if (!first) heading.current?.focus()
    first = false
  }, [])
  return heading
}
