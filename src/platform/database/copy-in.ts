import type pg from 'pg'

type Connection = { query(sql: string): void; sendCopyFromChunk(chunk: Buffer): void; endCopyFrom(): void; sendCopyFail(why: string): void }

/** Rows for one table: `into` names it and its columns, `rows` are theirs in COPY's text format (`copyRow`). */
export type CopyPart = { readonly into: string; readonly rows: Iterable<string> }

/** Characters sent at a time: the server works on them while the next ones are made. */
const CHUNK = 262_144

/**
 * COPY … FROM STDIN into several tables, one after the other, in one message and one wait: everything is sent at once, because
 * the server takes the rows of each as it comes to it. After a failure it passes over what is left.
 */
class CopyIn implements pg.Submittable {
  readonly ended: Promise<number[]>
  readonly #counts: number[] = []
  #resolve!: (counts: number[]) => void
  #reject!: (error: unknown) => void
  /** Ours, while rows were made; the server's answer to that says less. */
  #failed: { error: unknown } | null = null

  constructor(private readonly parts: readonly CopyPart[]) {
    this.ended = new Promise((resolve, reject) => {
      this.#resolve = resolve
      this.#reject = reject
    })
  }

  submit(connection: unknown): void {
    const server = connection as Connection
    server.query(this.parts.map(({ into }) => `COPY ${into} FROM STDIN`).join(';'))
    try {
      for (const { rows } of this.parts) {
        for (const chunk of chunksOf(rows)) server.sendCopyFromChunk(Buffer.from(chunk))
        server.endCopyFrom()
      }
    } catch (error) {
      this.#failed = { error }
      server.sendCopyFail('a row could not be made')
    }
  }

  /** The server is ready for rows that are on their way already. */
  handleCopyInResponse(): void {}

  handleCommandComplete({ text }: { text: string }): void {
    this.#counts.push(Number(text.split(' ').at(-1)))
  }
  handleError(error: unknown): void {
    this.#reject(this.#failed ? this.#failed.error : error)
  }
  handleReadyForQuery(): void {
    this.#resolve(this.#counts)
  }
}

function* chunksOf(rows: Iterable<string>): Generator<string> {
  let chunk = ''
  for (const row of rows) {
    chunk += row
    if (chunk.length < CHUNK) continue
    yield chunk
    chunk = ''
  }
  if (chunk !== '') yield chunk
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
