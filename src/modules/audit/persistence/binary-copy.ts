/** Bytes that are not what this program expects of COPY … (FORMAT binary): nothing is concluded from them. */
export class UnknownWire extends Error {}

/** Exact up to 2^53; what is greater is not a safe integer, and whoever asks looks. */
export const int8At = (message: Buffer, at: number): number => message.readInt32BE(at) * 4_294_967_296 + message.readUInt32BE(at + 4)

const SIGNATURE = Buffer.from('PGCOPY\n\xff\r\n\0', 'latin1')
const HEADER_BYTES = SIGNATURE.length + 8

/** Calls with the place of each tuple: one a message, the first behind the header, and the end mark told apart. */
export function tuplesOf(columns: number, onTuple: (message: Buffer, tuple: number) => void): (message: Buffer) => void {
  let begun = false
  return (message) => {
    let at = 0
    if (!begun) {
      begun = true
      const usual = message.subarray(0, SIGNATURE.length).equals(SIGNATURE) && message.readInt32BE(SIGNATURE.length + 4) === 0
      if (!usual) throw new UnknownWire()
      at = HEADER_BYTES
      if (message.length === at) return
    }
    const count = message.readInt16BE(at)
    if (count === -1 && message.length === at + 2) return
    if (count !== columns) throw new UnknownWire()
    onTuple(message, at)
  }
}
