import type { KeyRing } from '../../../../platform/crypto/keyring.js'
import { normaliseIdentifier } from '../../domain/normalise-identifier.js'
import { mailOf, normaliseKey, phoneOf } from '../../import/domain/account-record.js'
import { normaliseNationalId } from './national-id.js'

export const VALUE_COLUMNS = ['mobile', 'secondaryMail', 'nationalId'] as const
export type ValueColumn = (typeof VALUE_COLUMNS)[number]
/** Leaves a value as it is, takes it away, or sets it. */
export type Wish<Value> = undefined | null | Value

export type ContactLine = {
  readonly line: number
  /** As it stands in the file, for the report. */
  readonly person: string
  readonly key: string
  readonly mobile: Wish<string>
  readonly secondaryMail: Wish<string>
  readonly nationalIdHash: Wish<Buffer>
}
export type LineError = { readonly line: number; readonly column: string; readonly problem: string }
export type Header = { readonly keyColumn: string; readonly columns: readonly (ValueColumn | 'key')[] }

const TAKEN_AWAY = '-'

/** The first line says what the columns are: one that names the person, and those that hold values. */
export function headerOf(cells: readonly string[]): Header | string {
  const columns = cells.map((cell) => VALUE_COLUMNS.find((name) => name.toLowerCase() === cell.toLowerCase()) ?? 'key')
  const keys = cells.filter((_, index) => columns[index] === 'key')
  if (keys.length !== 1 || !/^[a-z][a-z0-9-]{0,60}$/i.test(keys[0]!)) {
    return `the first line needs one column that names the person (login, mail or a joining attribute) and any of ${VALUE_COLUMNS.join(', ')}`
  }
  if (columns.length === 1 || new Set(columns).size !== columns.length) return 'the first line names no value, or one twice'
  return { keyColumn: keys[0]!.toLowerCase(), columns }
}

/** One line, checked. A national id is a hash from here on. */
export function lineOf({ line, cells }: { line: number; cells: readonly string[] }, header: Header, countryCode: string, keys: KeyRing): ContactLine | LineError {
  const { columns, keyColumn } = header
  if (cells.length !== columns.length) return { line, column: '', problem: `has ${cells.length} cells instead of ${columns.length}` }
  const cell = (name: ValueColumn | 'key'): string => cells[columns.indexOf(name)] ?? ''
  const person = cell('key')
  if (person === '') return { line, column: keyColumn, problem: 'names nobody' }
  const wish = <Value>(name: ValueColumn, read: (text: string) => Value | null | undefined): Wish<Value> | LineError => {
    const text = cell(name)
    if (text === '') return undefined
    if (text === TAKEN_AWAY) return null
    return read(text) ?? { line, column: name, problem: PROBLEM[name] }
  }
  const mobile = wish('mobile', (text) => phoneOf(text, countryCode)?.value)
  const secondaryMail = wish('secondaryMail', (text) => mailOf(text)?.value)
  const nationalIdHash = wish('nationalId', (text) => {
    const id = normaliseNationalId(text)
    return id === null ? null : keys.hash('national-id', id)
  })
  for (const wished of [mobile, secondaryMail, nationalIdHash]) if (isError(wished)) return wished
  const key = keyColumn === 'login' || keyColumn === 'mail' ? normaliseIdentifier(person, countryCode)[0]! : normaliseKey(person)
  return { line, person, key, mobile: mobile as Wish<string>, secondaryMail: secondaryMail as Wish<string>, nationalIdHash: nationalIdHash as Wish<Buffer> }
}

const PROBLEM: Readonly<Record<ValueColumn, string>> = {
  mobile: 'is no phone number', secondaryMail: 'is no mail address', nationalId: 'is no Finnish or Swedish national id',
}
export const isError = (value: unknown): value is LineError => typeof value === 'object' && value !== null && 'problem' in value
