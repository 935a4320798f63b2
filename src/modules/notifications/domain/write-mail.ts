export type Block =
  | { readonly kind: 'paragraph'; readonly text: string }
  | { readonly kind: 'code'; readonly code: string }
  | { readonly kind: 'facts'; readonly rows: readonly (readonly [string, string])[] }

export function writeText(blocks: readonly Block[], footer: string): string {
  const body = blocks.map((block) => {
    if (block.kind === 'code') return `    ${block.code}`
    if (block.kind === 'facts') return block.rows.map(([label, value]) => `${label}: ${value}`).join('\n')
    return block.text
  })
  return `${[...body, `-- \n${footer}`].join('\n\n')}\n`
}

const PAGE = 'margin:0;padding:24px;background:#f4f4f0;color:#1a1f1e;font:16px/1.5 system-ui,sans-serif'
const SHEET = 'max-width:520px;margin:0 auto;padding:24px;background:#ffffff;border:1px solid #dfdfd8;border-radius:8px'
const CODE = 'margin:20px 0;font:600 28px/1.2 ui-monospace,monospace;letter-spacing:4px'
const FOOT = 'max-width:520px;margin:16px auto 0;color:#5f6663;font-size:13px'

/**
 * The same words as simple HTML: no picture, no script, no link but the product's own address, which mail programs make
 * clickable by themselves. Nothing is loaded when the mail is opened.
 */
export function writeHtml(language: string, title: string, blocks: readonly Block[], footer: string): string {
  return [
    `<!doctype html><html lang="${language}"><head><meta charset="utf-8"><title>${escaped(title)}</title></head>`,
    `<body style="${PAGE}"><div style="${SHEET}">`,
    ...blocks.map(htmlBlock),
    `</div><p style="${FOOT}">${escaped(footer)}</p></body></html>`,
  ].join('\n')
}

function htmlBlock(block: Block): string {
  if (block.kind === 'code') return `<p style="${CODE}">${escaped(block.code)}</p>`
  if (block.kind === 'facts') {
    return `<dl>${block.rows.map(([label, value]) => `<dt>${escaped(label)}</dt><dd>${escaped(value)}</dd>`).join('')}</dl>`
  }
  return `<p>${escaped(block.text)}</p>`
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }
const escaped = (text: string): string => text.replace(/[&<>"']/g, (mark) => ENTITIES[mark]!)
