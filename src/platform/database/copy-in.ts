import type pg from 'pg'

type Connection = { query(sql: string): void; sendCopyFromChunk(chunk: Buffer): void; endCopyFrom(): void }

/** Rows for one table: `into` names it and its columns, `rows` are theirs in COPY's text format (`copyRow`). */
export type CopyPart = { readonly into: string; readonly rows: string }

/**
 * COPY … FROM STDIN into several tables, one after the other, in one message and one wait: everything is sent at once, because
 * the server takes the rows of each as it comes to it. After a failure it passes over what is left.
 */
class CopyIn implements pg.Submittable {
  readonly ended: Promise<number[]>
  readonly #counts: number[] = []
  #resolve!: (counts: number[]) => void
  #reject!: (error: unknown) => void

  constructor(private readonly parts: readonly CopyPart[]) {
    this.ended = new Promise((resolve, reject) => {
      this.#resolve = resolve
      this.#reject = reject
    })
  }

  submit(connection: unknown): void {
    const server = connection as Connection
    server.query(this.parts.map(({ into }) => `COPY ${into} FROM STDIN`).join(';'))
    for (const { rows } of this.parts) {
      server.sendCopyFromChunk(Buffer.from(rows))
      server.endCopyFrom()
    }
  }

  /** The server is ready for rows that are on their way already. */
  handleCopyInResponse(): void {}

  handleCommandComplete({ text }: { text: string }): void {
    this.#counts.push(Number(text.split(' ').at(-1)))
  }
  handleError(error: unknown): void {
    this.#reject(error)
  }
  handleReadyForQuery(): void {
    this.#resolve(this.#counts)
  }
}

/** How many rows went into each. Nothing did when it throws, as with any statement. */
export async function copyIn(client: pg.ClientBase, parts: readonly CopyPart[]): Promise<number[]> {
  return client.query(new CopyIn(parts)).ended
}

const SPECIAL = /[\\\n\r\t]/g
const ESCAPED: Readonly<Record<string, string>> = { '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' }

/** One row of COPY's text format. Numbers, times and so on as Postgres reads them. */
export function copyRow(values: readonly (string | number | boolean | Date | null)[]): string {
  let row = ''
  for (const value of values) {
    if (typeof value === 'string') row += `\t${escaped(value)}`
    else if (value === null) row += '\t\\N'
    else row += `\t${typeof value === 'object' ? value.toISOString() : value}`
  }
  return `${row.slice(1)}\n`
}

/** A list for a column of type text[]. */
export const copyList = (values: readonly string[]): string => `{${values.map((value) => `"${value.replace(/["\\]/g, '\\$&')}"`).join(',')}}`

const escaped = (text: string): string => (text.search(SPECIAL) < 0 ? text : text.replace(SPECIAL, (character) => ESCAPED[character]!))
