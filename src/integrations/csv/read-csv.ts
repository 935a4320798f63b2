import { CsvError, parse } from 'csv-parse'
import type { Readable } from 'node:stream'

export type CsvRecord = { readonly line: number; readonly cells: readonly string[] }

/** The file is no CSV from here on: a quotation that never ends, or the like. */
export class CsvUnreadable extends Error {
  constructor(readonly line: number, readonly code: string) {
    super(`line ${line}: ${code}`)
    this.name = 'CsvUnreadable'
  }
}

const LONGEST_RECORD = 65_536
const HEAD_BYTES = 4_096

/**
 * Records of RFC 4180, one after the other in bounded memory: quotation marks, line ends inside them, either line end, a
 * byte order mark, and a comma or, as spreadsheets of half of Europe write it, a semicolon, whichever the first line has.
 */
export async function* readCsv(source: Readable): AsyncGenerator<CsvRecord> {
  const chunks = source[Symbol.asyncIterator]() as AsyncIterator<Buffer | string>
  const head: Buffer[] = []
  for (let size = 0; size < HEAD_BYTES;) {
    const { done, value } = await chunks.next()
    if (done) break
    head.push(Buffer.from(value))
    size += head.at(-1)!.length
    if (head.at(-1)!.includes(0x0a)) break
  }
  const parser = parse({
    bom: true, delimiter: delimiterOf(Buffer.concat(head).toString('utf8')), relax_column_count: true, skip_empty_lines: true, info: true,
    trim: true, max_record_size: LONGEST_RECORD,
  })
  const feeding = (async () => {
    for (const chunk of head) await fed(parser, chunk)
    for (let next = await chunks.next(); !next.done; next = await chunks.next()) await fed(parser, next.value)
    parser.end()
  })()
  feeding.catch((error: Error) => parser.destroy(error))
  try {
    for await (const { record, info } of parser as AsyncIterable<{ record: string[]; info: { lines: number } }>) yield { line: info.lines, cells: record }
  } catch (error) {
    if (error instanceof CsvError) throw new CsvUnreadable(Number((error as { lines?: number }).lines ?? 0), error.code)
    throw error
  } finally {
    parser.destroy()
    await chunks.return?.()
  }
}

const fed = (parser: ReturnType<typeof parse>, chunk: Buffer | string): Promise<void> => new Promise((resolve, reject) => {
  parser.write(chunk, (error) => (error ? reject(error) : resolve()))
})

/** Of the header line, outside of quotation marks. */
function delimiterOf(text: string): ',' | ';' {
  const header = (text.split(/\r?\n/)[0] ?? '').replace(/"(?:[^"]|"")*"/g, '')
  return header.split(';').length > header.split(',').length ? ';' : ','
}

/** One line of RFC 4180. A cell that a spreadsheet would take for a formula is kept from being one. */
export const csvText = (cells: readonly (string | number)[]): string =>
  `${cells.map((cell) => `"${String(cell).replace(/^[=+\-@\t\r]/, (sign) => `'${sign}`).replaceAll('"', '""')}"`).join(',')}\r\n`
