export type ParsedMail = {
  /** Decoded (RFC 2047), by lower-case name; a repeated header keeps every value. */
  headers: Map<string, string[]>
  header(name: string): string | undefined
  subject: string
  /** Decoded text/plain part, or '' when there is none. */
  text: string
  /** Decoded text/html part, or '' when there is none. */
  html: string
  /** The whole message as it came over the wire. */
  raw: string
}

/** Reads a mail as a person's program would: folded and encoded headers, multipart, quoted-printable, base64. */
export function parseMail(raw: string): ParsedMail {
  const parts = new Map<string, string>()
  const headers = readPart(raw, parts)
  const header = (name: string): string | undefined => headers.get(name.toLowerCase())?.[0]
  return { headers, header, subject: header('subject') ?? '', text: parts.get('text/plain') ?? '', html: parts.get('text/html') ?? '', raw }
}

function readPart(raw: string, parts: Map<string, string>): Map<string, string[]> {
  const end = raw.search(/\r?\n\r?\n/)
  const head = end < 0 ? raw : raw.slice(0, end)
  const body = end < 0 ? '' : raw.slice(end).replace(/^\r?\n\r?\n/, '')
  const headers = readHeaders(head)
  const type = headers.get('content-type')?.[0] ?? 'text/plain'
  const boundary = /boundary="?([^";]+)"?/i.exec(type)?.[1]
  if (boundary) {
    // Between the first delimiter and the closing one; what is before and after is for programs without MIME.
    for (const section of body.split(`--${boundary}`).slice(1)) {
      if (!section.startsWith('--')) readPart(section.replace(/^\r?\n/, ''), parts)
    }
    return headers
  }
  const kind = type.split(';')[0]!.trim().toLowerCase()
  if (!parts.has(kind)) parts.set(kind, decodeBody(body, headers.get('content-transfer-encoding')?.[0] ?? '7bit'))
  return headers
}

function readHeaders(head: string): Map<string, string[]> {
  const headers = new Map<string, string[]>()
  for (const line of head.replace(/\r?\n[ \t]+/g, ' ').split(/\r?\n/)) {
    const colon = line.indexOf(':')
    if (colon < 1) continue
    const name = line.slice(0, colon).toLowerCase()
    headers.set(name, [...(headers.get(name) ?? []), decodeWords(line.slice(colon + 1).trim())])
  }
  return headers
}

/** RFC 2047 encoded words; white space between two of them belongs to neither. */
function decodeWords(value: string): string {
  const joined = value.replace(/(=\?[^?]+\?[bq]\?[^?]*\?=)\s+(?==\?)/gi, '$1')
  // Neighbours may split a character between them, so bytes are joined before they become text.
  return joined.replace(/(?:=\?[^?]+\?[bq]\?[^?]*\?=)+/gi, (run) => {
    const bytes = [...run.matchAll(/=\?[^?]+\?([bq])\?([^?]*)\?=/gi)].map(([, encoding, text]) =>
      encoding!.toLowerCase() === 'b' ? Buffer.from(text!, 'base64') : quotedPrintable(text!.replace(/_/g, ' ')),
    )
    return Buffer.concat(bytes).toString('utf8')
  })
}

function decodeBody(body: string, encoding: string): string {
  if (/base64/i.test(encoding)) return Buffer.from(body, 'base64').toString('utf8')
  if (/quoted-printable/i.test(encoding)) return quotedPrintable(body.replace(/=\r?\n/g, '')).toString('utf8')
  return body
}

function quotedPrintable(text: string): Buffer {
  const bytes: number[] = []
  for (let at = 0; at < text.length; at++) {
    const code = /^=([0-9a-f]{2})/i.exec(text.slice(at, at + 3))?.[1]
    if (code) {
      bytes.push(Number.parseInt(code, 16))
      at += 2
    } else bytes.push(...Buffer.from(text[at]!, 'utf8'))
  }
  return Buffer.from(bytes)
}
