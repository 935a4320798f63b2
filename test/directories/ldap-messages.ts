/** Requests of LDAP by the tag of their operation (RFC 4511 §4.2 ff). */
const OPERATIONS = {
  0x60: 'bind', 0x42: 'unbind', 0x63: 'search', 0x66: 'modify', 0x68: 'add', 0x4a: 'delete', 0x6c: 'rename', 0x6e: 'compare', 0x50: 'abandon', 0x77: 'extended',
} as const
export type LdapOperation = (typeof OPERATIONS)[keyof typeof OPERATIONS] | 'other'

export type LdapMessage = { readonly operation: LdapOperation; readonly bytes: Buffer }

/** Whole messages at the start of a stream, and what is left of the next one. */
export function cutMessages(stream: Buffer): { messages: LdapMessage[]; rest: Buffer } {
  const messages: LdapMessage[] = []
  let rest = stream
  for (;;) {
    const header = headerOf(rest)
    if (!header || rest.length < header.start + header.length) return { messages, rest }
    const bytes = rest.subarray(0, header.start + header.length)
    messages.push({ operation: operationOf(bytes, header.start), bytes })
    rest = rest.subarray(bytes.length)
  }
}

/** Tag, then a length of one byte, or of as many as its first says (X.690 §8.1.3). */
function headerOf(bytes: Buffer, at = 0): { start: number; length: number } | null {
  const first = bytes[at + 1]
  if (first === undefined) return null
  if (first < 0x80) return { start: at + 2, length: first }
  const more = first & 0x7f
  return bytes.length < at + 2 + more ? null : { start: at + 2 + more, length: bytes.readUIntBE(at + 2, more) }
}

/** Behind the message number stands the operation. */
function operationOf(bytes: Buffer, start: number): LdapOperation {
  const id = headerOf(bytes, start)
  const tag = id ? bytes[id.start + id.length] : undefined
  return OPERATIONS[tag as keyof typeof OPERATIONS] ?? 'other'
}
