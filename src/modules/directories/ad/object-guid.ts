/** Where the bytes of the text lie in the stored form: the first three groups are little endian (MS-DTYP 2.3.4). */
const ORDER = [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15]
const TEXT = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

export const isGuid = (text: string): boolean => TEXT.test(text)

/** The sixteen bytes of objectGUID as people write them: what schemaIDGUID, dsacls and `<GUID=…>` use too. */
export function guidText(stored: Buffer): string {
  if (stored.length !== 16) throw new Error('a GUID has 16 bytes')
  const hex = ORDER.map((at) => stored[at]!.toString(16).padStart(2, '0')).join('')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}

export function guidBytes(text: string): Buffer {
  if (!isGuid(text)) throw new Error('not a GUID')
  const written = Buffer.from(text.replaceAll('-', ''), 'hex')
  const stored = Buffer.alloc(16)
  ORDER.forEach((at, index) => { stored[at] = written[index]! })
  return stored
}

/** A base that finds the entry wherever it was moved and however it was renamed (MS-ADTS 3.1.1.3.1.2.4). */
export const guidBase = (text: string): string => {
  if (!isGuid(text)) throw new Error('not a GUID')
  return `<GUID=${text.toLowerCase()}>`
}
