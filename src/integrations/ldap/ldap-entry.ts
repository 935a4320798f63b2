/** One entry as it came: names without regard to case (RFC 4512 §2.5), every value as bytes until it is asked for as text. */
export class LdapEntry {
  readonly #values = new Map<string, readonly Buffer[]>()
  readonly #names: string[] = []

  constructor(readonly dn: string, attributes: Iterable<readonly [string, readonly Buffer[]]>) {
    for (const [name, values] of attributes) {
      if (values.length === 0) continue
      this.#names.push(name)
      this.#values.set(name.toLowerCase(), values)
    }
  }

  /** As the server spells them, options included (`member;range=0-1499`). */
  get names(): readonly string[] {
    return this.#names
  }
  has(name: string): boolean {
    return this.#values.has(name.toLowerCase())
  }
  bytes(name: string): Buffer | null {
    return this.allBytes(name)[0] ?? null
  }
  allBytes(name: string): readonly Buffer[] {
    return this.#values.get(name.toLowerCase()) ?? []
  }
  /** The first value, or null. The order of several is the server's and means nothing. */
  text(name: string): string | null {
    return this.bytes(name)?.toString('utf8') ?? null
  }
  texts(name: string): string[] {
    return this.allBytes(name).map((value) => value.toString('utf8'))
  }
}
