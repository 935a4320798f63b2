import type { DecoyShape, Weighted } from '../persistence/decoy-shape.store.js'

/** Bytes that are the same for the same question in every process, and unguessable without the key. */
export type Draw = (label: string) => Buffer

/**
 * The masked contacts of somebody who does not exist: as many as people here have, with their first letters and domains in
 * the frequencies they really have, and for one name always the same.
 */
export function decoyMasks(shape: DecoyShape, typedMask: string | null, draw: Draw): string[] {
  const count = pick(shape.counts, draw('count'))
  const masks = typedMask !== null && carriesReset(typedMask, shape) ? [typedMask] : []
  // bounded: in a tenant with a single letter and domain there are no more masks than one
  for (let turn = 0; masks.length < count && turn < count * 8; turn += 1) {
    const mask = `${pick(shape.letters, draw(`letter ${turn}`))}•••@${pick(shape.domains, draw(`domain ${turn}`))}`
    if (!masks.includes(mask)) masks.push(mask)
  }
  return masks
}

/** A typed work address finds a person through a mailbox that is not offered; any other mail address is one that is. */
function carriesReset(mask: string, shape: DecoyShape): boolean {
  const domain = mask.slice(mask.lastIndexOf('@') + 1)
  return mask.includes('@') && !shape.accountDomains.includes(domain)
}

function pick<T>(values: Weighted<T>, bytes: Buffer): T {
  const total = values.reduce((sum, [, weight]) => sum + weight, 0)
  // 48 bits over weights of some thousands: the bias of the remainder is far below one in a billion
  let left = bytes.readUIntBE(0, 6) % total
  for (const [value, weight] of values) {
    if (left < weight) return value
    left -= weight
  }
  return values[0]![0]
}

/** An id in the form of a UUID that tells nothing: neither whether a contact is behind it nor that two names are one person. */
export function opaqueId(bytes: Buffer): string {
  const id = Buffer.from(bytes.subarray(0, 16))
  id[6] = (id[6]! & 0x0f) | 0x40
  id[8] = (id[8]! & 0x3f) | 0x80
  const hex = id.toString('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}
