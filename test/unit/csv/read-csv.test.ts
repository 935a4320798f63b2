import { Readable } from 'node:stream'
import { csvText, CsvUnreadable, readCsv } from '../../../src/integrations/csv/index.js'

async function records(...chunks: (string | Buffer)[]) {
  const found: { line: number; cells: readonly string[] }[] = []
  for await (const record of readCsv(Readable.from(chunks.map((chunk) => Buffer.from(chunk))))) found.push(record)
  return found
}
const cells = async (...chunks: (string | Buffer)[]) => (await records(...chunks)).map((record) => record.cells)

describe('a CSV file', () => {
  it.each([
    ['commas', 'a,b\r\n1,2\r\n'],
    ['semicolons', 'a;b\n1;2\n'],
    ['a byte order mark', '\ufeffa,b\n1,2'],
    ['blanks around', ' a , b \n 1 , 2 \n'],
    ['empty lines', 'a,b\n\n\n1,2\n\n'],
  ])('is read with %s', async (_what, text) => expect(await cells(text)).toEqual([['a', 'b'], ['1', '2']]))

  it('keeps what is in quotation marks together: delimiters, line ends, marks', async () => {
    expect(await cells('login,note\naino,"a;b, ""c""\r\nd"\n')).toEqual([['login', 'note'], ['aino', 'a;b, "c"\r\nd']])
    expect(await cells('"a,b,c";d\n1;2\n')).toEqual([['a,b,c', 'd'], ['1', '2']])
  })
  it('is read whatever the pieces it arrives in', async () => {
    const text = Buffer.from('\ufefflogin;nimi\näiti;Åström 🙂\n')
    expect(await cells(...[...text].map((byte) => Buffer.from([byte])))).toEqual([['login', 'nimi'], ['äiti', 'Åström 🙂']])
  })
  it('names the line of each record, and shows short and long ones as they are', async () => {
    expect(await records('a,b\n1\n1,2,3\n')).toEqual([{ line: 1, cells: ['a', 'b'] }, { line: 2, cells: ['1'] }, { line: 3, cells: ['1', '2', '3'] }])
  })
  it('is over where a quotation never ends', async () => {
    await expect(cells('a,b\n1,"2\n3,4\n')).rejects.toBeInstanceOf(CsvUnreadable)
  })
  it('is over where one record is larger than any line of contacts', async () => {
    await expect(cells(`a,b\n1,"${'x'.repeat(70_000)}"\n`)).rejects.toBeInstanceOf(CsvUnreadable)
  })
  it('may be empty', async () => expect(await cells('')).toEqual([]))
})

describe('a line that is written', () => {
  it('is one record again, and no formula', async () => {
    const line = csvText(['a "b"', 'c\nd', 3, '=HYPERLINK("x")'])
    expect(await cells(line)).toEqual([['a "b"', 'c\nd', '3', `'=HYPERLINK("x")`]])
  })
})
