import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from 'playwright-core'

const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

/** Fails when the page as it stands breaks WCAG 2.2 AA or the best practices axe knows; says where and how. */
export async function axe(page: Page): Promise<void> {
  // Legacy mode looks at this page only and opens no second one for frames, of which the product has none.
  const { violations, passes } = await new AxeBuilder({ page }).setLegacyMode(true).withTags(TAGS).analyze()
  if (passes.length === 0) throw new Error('axe looked at nothing')
  if (violations.length === 0) return
  const lines = violations.flatMap(({ id, impact, help, nodes }) => [
    `${id} (${impact ?? 'unrated'}): ${help}`,
    ...nodes.map(({ target, failureSummary }) => `    ${target.join(' ')}: ${failureSummary?.replace(/\s+/g, ' ')}`),
  ])
  throw new Error(`axe on ${page.url()}\n${lines.join('\n')}`)
}
