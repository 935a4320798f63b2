import { createHash } from 'node:crypto'
import fc from 'fast-check'
import {
  canonicalBytes, chainHash, GENESIS, HASH_VERSION, type StoredEntry,
} from '../../../src/modules/audit/domain/canonical-form.js'

/** Never change these rows: they stand for rows that are in somebody's database. */
const FULL: StoredEntry = {
  id: '9007199254740993', tx: '18446744073709551615', micros: '1795247999123456',
  action: 'passwords.reset.requested', outcome: 'intent', channel: 'self-service',
  correlation_id: '01936f3e-0000-7000-8000-000000000001', actor_kind: 'person', actor_id: '01936f3e-0000-7000-8000-000000000002',
  person_id: '01936f3e-0000-7000-8000-000000000003', account_id: '01936f3e-0000-7000-8000-000000000004',
  directory_id: '01936f3e-0000-7000-8000-000000000005', request_id: 'SR-20418', task_id: '01936f3e-0000-7000-8000-000000000006',
  attempt_no: 2, method: 'mail-code', error_code: 'DIRECTORY_POLICY_REJECTED',
  facts: '{"n": 1.50, "mustChange": true, "viesti": "äiti 🙈"}',
  personal: Buffer.from('00ff10', 'hex'), identifier_hash: Buffer.alloc(32, 0xab), hash_version: 1,
}
const EMPTY: StoredEntry = {
  id: '1', tx: '731', micros: '0', action: 'a.b.c', outcome: 'info', channel: 'system', correlation_id: '', actor_kind: 'system',
  actor_id: null, person_id: null, account_id: null, directory_id: null, request_id: null, task_id: null, attempt_no: null,
  method: null, error_code: null, facts: '{}', personal: null, identifier_hash: null, hash_version: 1,
}

describe('version 1 of the canonical form', () => {
  it('is spelled out byte by byte for a small row', () => {
    const text = (value: string) => {
      const bytes = Buffer.from(value, 'utf8')
      return `01${bytes.length.toString(16).padStart(8, '0')}${bytes.toString('hex')}`
    }
    const nothing = '00'
    expect(canonicalBytes(EMPTY)!.toString('hex')).toBe([
      Buffer.from('latchkey.audit.entry.1\n').toString('hex'),
      text('1'), text('731'), text('0'), text('a.b.c'), text('info'), text('system'), text(''), text('system'),
      nothing.repeat(9), text('{}'), nothing.repeat(2),
    ].join(''))
  })

  it('gives the golden hashes, for good', () => {
    expect(HASH_VERSION).toBe(1)
    const alone = createHash('sha256').update(canonicalBytes(FULL)!).digest('hex')
    expect(alone).toBe('7a670a96ed69b147cf516900ca636e48395ad5803073dcaf19e0be36365cda89')
    const first = chainHash(GENESIS, EMPTY)!
    expect(first.toString('hex')).toBe('1d6632d77564e5c054d45277651bae7cf4f7a725e2539258a3a93a095880a014')
    expect(chainHash(first, FULL)!.toString('hex')).toBe('cdd2407a380970a31e1f97a4edb44862f923b1ebb0c3fcc873868fedbe2f05cb')
  })

  it('refuses a version it does not know instead of guessing', () => {
    expect(chainHash(GENESIS, { ...FULL, hash_version: 2 })).toBeNull()
  })
})

describe('the form is unambiguous', () => {
  const fields = Object.keys(FULL).filter((field) => field !== 'hash_version') as (keyof StoredEntry)[]

  it.each(fields)('a change of %s changes the bytes', (field) => {
    const value = FULL[field]
    const longer = Buffer.isBuffer(value) ? Buffer.concat([value, Buffer.of(0)]) : `${value}0`
    const other = typeof value === 'number' ? value + 1 : longer
    expect(canonicalBytes({ ...FULL, [field]: other })).not.toEqual(canonicalBytes(FULL))
  })

  it('nothing and an empty text differ', () => {
    expect(canonicalBytes({ ...EMPTY, method: '' })).not.toEqual(canonicalBytes(EMPTY))
  })

  it('text never moves from one field into the next', () => {
    const text = fc.option(fc.string({ unit: 'binary', maxLength: 8 }), { nil: null })
    const row = fc.record({ request_id: text, method: text, error_code: text, actor_id: text })
    fc.assert(fc.property(row, row, (left, right) => {
      const same = JSON.stringify(left) === JSON.stringify(right)
      return canonicalBytes({ ...EMPTY, ...left })!.equals(canonicalBytes({ ...EMPTY, ...right })!) === same
    }), { numRuns: 500 })
  })
})
