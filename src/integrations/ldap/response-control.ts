import { BerWriter, Control, type BerReader } from 'ldapts'

/**
 * A control with a value of our own making. ldapts hands the answer's control to the request's control of the same OID,
 * on errors too; so one object serves one operation.
 */
export class ResponseControl extends Control {
  /** The value of the answer's control; null: the answer had none. */
  response: Buffer | null = null
  readonly #value: Buffer | null

  constructor(oid: string, { critical, value = null }: { critical: boolean; value?: Buffer | null }) {
    super(oid, { critical })
    this.#value = value
  }

  protected override writeControl(writer: BerWriter): void {
    if (this.#value) writer.writeBuffer(this.#value, 0x04)
  }
  protected override parseControl(reader: BerReader): void {
    this.response = Buffer.from(reader.remainingBuffer)
  }
}

export function berSequence(fill: (writer: BerWriter) => void): Buffer {
  const writer = new BerWriter()
  writer.startSequence()
  fill(writer)
  writer.endSequence()
  return writer.buffer
}
