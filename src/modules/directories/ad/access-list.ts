import { guidText } from './object-guid.js'
import { sidText } from './security-id.js'

/** One entry of an access list that applies to the object itself. */
type AccessEntry = {
  readonly allows: boolean
  readonly mask: number
  /** The extended right or attribute it is limited to; null: all of them. */
  readonly object: string | null
  readonly trustee: string
}

/** Extended rights of a user account (MS-ADTS 5.1.3.2.1). */
export const RESET_PASSWORD = '00299570-246d-11d0-a768-00aa006e0529'
export const CHANGE_PASSWORD = 'ab721a53-1e2f-11d0-9819-00aa0040529b'

const CONTROL_ACCESS = 0x100
const WRITE_PROPERTY = 0x20
const GENERIC_WRITE = 0x4000_0000
const GENERIC_ALL = 0x1000_0000
const INHERIT_ONLY = 0x08
const OBJECT_PRESENT = 1
const INHERITED_OBJECT_PRESENT = 2
/** ACCESS_ALLOWED, ACCESS_DENIED and their object forms (MS-DTYP 2.4.4). */
const TYPES: Readonly<Record<number, { allows: boolean; hasObject: boolean }>> = {
  0: { allows: true, hasObject: false }, 1: { allows: false, hasObject: false }, 5: { allows: true, hasObject: true }, 6: { allows: false, hasObject: true },
}

/** The access list of a stored, self-relative security descriptor, in its order. Null: there is none, and everybody may everything. */
export function accessListOf(descriptor: Buffer): AccessEntry[] | null {
  const start = descriptor.readUInt32LE(16)
  if (start === 0) return null
  const entries: AccessEntry[] = []
  let at = start + 8
  for (let left = descriptor.readUInt16LE(start + 4); left > 0; left -= 1) {
    const size = descriptor.readUInt16LE(at + 2)
    const entry = entryOf(descriptor.subarray(at, at + size))
    if (entry) entries.push(entry)
    at += size
  }
  return entries
}

/** Null: of another kind (an audit rule, a condition), or meant for what lies below only. */
function entryOf(stored: Buffer): AccessEntry | null {
  const type = TYPES[stored[0]!]
  if (!type || (stored[1]! & INHERIT_ONLY) !== 0) return null
  const mask = stored.readUInt32LE(4)
  const flags = type.hasObject ? stored.readUInt32LE(8) : 0
  let at = type.hasObject ? 12 : 8
  const object = (flags & OBJECT_PRESENT) !== 0 ? guidText(stored.subarray(at, at + 16)) : null
  if (object !== null) at += 16
  if ((flags & INHERITED_OBJECT_PRESENT) !== 0) at += 16
  return { allows: type.allows, mask, object, trustee: sidText(stored.subarray(at)) }
}

/** Whether whoever bears these SIDs has an extended right: the first entry that speaks of it decides (MS-ADTS 5.1.3.3.4). */
export function hasExtendedRight(list: readonly AccessEntry[] | null, sids: ReadonlySet<string>, right: string): boolean {
  return decide(list, sids, [right], CONTROL_ACCESS | GENERIC_ALL)
}

/** Whether they may write an attribute: by its own schemaIDGUID, or by the property set it is in (MS-ADTS 5.1.3.3.3). */
export function mayWriteProperty(
  list: readonly AccessEntry[] | null, sids: ReadonlySet<string>, attribute: string, propertySet: string | null,
): boolean {
  const objects = propertySet === null ? [attribute] : [attribute, propertySet]
  return decide(list, sids, objects, WRITE_PROPERTY | GENERIC_WRITE | GENERIC_ALL)
}

function decide(list: readonly AccessEntry[] | null, sids: ReadonlySet<string>, objects: readonly string[], bits: number): boolean {
  if (list === null) return true
  const decisive = list.find(({ mask, object, trustee }) =>
    sids.has(trustee) && (object === null || objects.includes(object)) && (mask & bits) !== 0)
  return decisive?.allows ?? false
}
