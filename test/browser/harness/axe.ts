import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { AxeResults } from 'axe-core'
import type { Page } from 'playwright-core'

const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']
/** axe itself, found beside the package of ours that brings it. */
const AXE = readFileSync(createRequire(createRequire(import.meta.url).resolve('@axe-core/playwright')).resolve('axe-core/axe.min.js'), 'utf8')
/** What another width, scheme or language of the same page can break. The structure of the page is the same in all of them. */
const OF_THE_LOOK = [
  'color-contrast', 'target-size', 'link-in-text-block', 'scrollable-region-focusable', 'html-has-lang', 'html-lang-valid',
  'valid-lang', 'document-title', 'label-content-name-mismatch', 'region',
]
const run = (runOnly: object): string =>
  `axe.run(document, { runOnly: ${JSON.stringify(runOnly)}, resultTypes: ['violations'] })`
    + '.then(({ violations, passes }) => ({ violations, passed: passes.length }))'
const RUNS = { page: run({ type: 'tag', values: TAGS }), look: run({ type: 'rule', values: OF_THE_LOOK }) }
type Findings = { readonly violations: AxeResults['violations']; readonly passed: number }

/**
 * Fails when the page as it stands breaks WCAG 2.2 AA or the best practices axe knows; says where and how. `look`: only what may
 * differ from the look of the same page that was examined before. axe is put into a page once and stays as long as the page
 * does: bringing its half megabyte anew costs three times what a look costs.
 */
export async function axe(page: Page, extent: keyof typeof RUNS = 'page'): Promise<void> {
  if (!(await page.evaluate<boolean>('"axe" in window'))) await page.evaluate(AXE)
  const { violations, passed } = await page.evaluate<Findings>(RUNS[extent])
  if (passed === 0) throw new Error('axe looked at nothing')
  if (violations.length === 0) return
  const lines = violations.flatMap(({ id, impact, help, nodes }) => [
    `${id} (${impact ?? 'unrated'}): ${help}`,
    ...nodes.map(({ target, failureSummary }) => `    ${target.join(' ')}: ${failureSummary?.replace(/\s+/g, ' ')}`),
  ])
  throw new Error(`axe on ${page.url()}\n${lines.join('\n')}`)
}
