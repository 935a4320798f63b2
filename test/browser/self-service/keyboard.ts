import type { Locator, Page } from 'playwright-core'

const MOST_STOPS = 40

/** What has the focus, and whether one can see it: a ring of its own, or of the frame or label around it. */
const FOCUS_NOW = `(() => {
  const element = document.activeElement
  if (!element || element === document.body) return { what: 'the page itself', shown: true }
  const place = element.id ? '#' + element.id : element.className ? '.' + String(element.className).split(' ')[0] : ''
  const words = (element.innerText ?? '').slice(0, 60)
  const ringed = (one) => {
    const { outlineStyle, outlineWidth } = one ? getComputedStyle(one) : { outlineStyle: 'none' }
    return outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2
  }
  return {
    what: element.tagName.toLowerCase() + place + ' "' + words + '"',
    shown: [element, element.parentElement, element.closest('label')].some(ringed),
  }
})()`
type Focus = { readonly what: string; readonly shown: boolean }

/** For example `h1 "Reset your password"` or `input#code ""`. */
export const focused = async (page: Page): Promise<string> => (await page.evaluate<Focus>(FOCUS_NOW)).what

/**
 * Presses Tab until this has the focus, as somebody without a mouse does. Fails when it is out of reach, and when a place on
 * the way does not show that it has the focus.
 */
export async function tabTo(page: Page, target: Locator): Promise<void> {
  const passed: string[] = []
  for (let stop = 0; stop < MOST_STOPS; stop += 1) {
    await page.keyboard.press('Tab')
    const { what, shown } = await page.evaluate<Focus>(FOCUS_NOW)
    if (!shown) throw new Error(`${what} does not show that it has the focus`)
    if (await target.evaluate((element) => element.matches(':focus'))) return
    passed.push(what)
  }
  throw new Error(`not reached by Tab: ${target}\npassed ${passed.join(' | ')}`)
}
