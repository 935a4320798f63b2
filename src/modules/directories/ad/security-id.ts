/** A stored security identifier as people write it (MS-DTYP 2.4.2). */
export function sidText(stored: Buffer): string {
  const parts = stored[1]
  if (parts === undefined || stored.length < 8 + 4 * parts) throw new Error('not a security identifier')
  const authority = stored.readUIntBE(2, 6)
  const rest = Array.from({ length: parts }, (_, index) => stored.readUInt32LE(8 + 4 * index))
  return ['S', stored[0], authority, ...rest].join('-')
}

/** How many bytes the identifier at the start of `stored` takes. */
export const sidLength = (stored: Buffer): number => 8 + 4 * (stored[1] ?? 0)

export const isSid = (text: string): boolean => /^S-1-\d{1,14}(-\d{1,10}){1,15}$/.test(text)

/** The last part: who it is within its domain. */
export const ridOf = (sid: string): number => Number(sid.slice(sid.lastIndexOf('-') + 1))

const DOMAIN = String.raw`S-1-5-21(-\d+){3}`
export const isOfADomain = (sid: string): boolean => new RegExp(`^${DOMAIN}-\\d+$`).test(sid)
