import { readFile, writeFile } from 'node:fs/promises'
import { createHash } from 'node:crypto'
import { runVerifyAudit, verifyAudit, type AuditVerification } from '../../../src/modules/audit/index.js'
import { chainHash, GENESIS, type StoredEntry } from '../../../src/modules/audit/domain/canonical-form.js'
import { publicPem, verifyingKey } from '../../../src/modules/audit/domain/checkpoint.js'
import { CANONICAL_COLUMNS } from '../../../src/modules/audit/persistence/entry.store.js'
import { anEntry, auditParts, temporaryFolder, testKeyRing, untilChained, type AuditParts } from '../../builders/audit.js'
import { openTestDatabase, type TestDatabase } from '../harness/test-database.js'

const ROWS = 30
let db: TestDatabase
let audit: AuditParts
let folder: Awaited<ReturnType<typeof temporaryFolder>>

/** A trail of thirty rows, with checkpoints at 10, 20 and 30. */
beforeEach(async () => {
  db = await openTestDatabase()
  folder = await temporaryFolder()
  audit = auditParts(db.database, { settings: { checkpointFile: folder.file, checkpointRows: 10 } })
  for (let checkpoint = 0; checkpoint < 3; checkpoint += 1) {
    await db.database.transaction(async (tx) => {
      for (let n = 0; n < 10; n += 1) await audit.log.record(tx, anEntry({ facts: { n } }))
    })
    await untilChained(audit.sequencer, 10)
    await audit.checkpointer.run()
  }
})
afterEach(async () => {
  await db.close()
  await folder.remove()
})

const verify = (): Promise<AuditVerification> =>
  verifyAudit({ on: db.database, checkpointFile: folder.file, keyring: audit.keyring })
const entryAt = async (position: number): Promise<string> =>
  (await db.owner.query<{ id: string }>('SELECT entry_id::text AS id FROM audit_chain WHERE position = $1', [position]))[0]!.id
const command = async (options: Partial<Parameters<typeof runVerifyAudit>[0]> = {}): Promise<{ code: number; text: string }> => {
  const lines: string[] = []
  const code = await runVerifyAudit({
    on: db.database, checkpointFile: folder.file, keyring: audit.keyring, print: (line) => lines.push(line), ...options,
  })
  return { code, text: lines.join('\n') }
}

/** What an owner of the database can do: recompute every hash from a position on, so that the chain is consistent again. */
async function rebuildFrom(position: number): Promise<void> {
  const [before] = await db.owner.query<{ hash: Buffer }>('SELECT hash FROM audit_chain WHERE position = $1', [position - 1])
  let previous = before?.hash ?? GENESIS
  const rows = await db.owner.query<StoredEntry & { position: string }>(
    `SELECT ${CANONICAL_COLUMNS}, c.position FROM audit_chain c JOIN audit_entry e ON e.id = c.entry_id
     WHERE c.position >= $1 ORDER BY c.position`,
    [position])
  for (const row of rows) {
    const hash = chainHash(previous, row)!
    await db.owner.execute('UPDATE audit_chain SET prev_hash = $1, hash = $2 WHERE position = $3', [previous, hash, row.position])
    previous = hash
  }
}
async function movePositions(from: number, by: 1 | -1): Promise<void> {
  await db.owner.execute('UPDATE audit_chain SET position = position + 1000 WHERE position >= $1', [from])
  await db.owner.execute('UPDATE audit_chain SET position = position - 1000 + $1 WHERE position >= 1000', [by])
}

describe('a trail that nobody touched', () => {
  it('is intact, held by the signed file, exit code 0', async () => {
    const verification = await verify()
    expect(verification).toMatchObject({
      intact: true, rows: ROWS, firstBad: null, findingCount: 0, cannotExclude: [],
      checkpoints: { inDatabase: 3, inFile: 3, unreadableLines: 0, signaturesChecked: true, coveredUpTo: '30' },
      unchained: { count: 0 },
    })
    const { code, text } = await command()
    expect(code).toBe(0)
    expect(text).toMatch(/^INTACT: 30 rows/)
  })

  it('says that a rebuilt chain cannot be excluded when only the database is given, exit code 3', async () => {
    const { code, text } = await command({ checkpointFile: null })
    expect(code).toBe(3)
    expect(text).toContain('only the database was given: a rebuilt chain or a cut tail cannot be excluded')
  })

  it('names the rows that no checkpoint in the file covers yet', async () => {
    await db.database.transaction((tx) => audit.log.record(tx, anEntry()))
    await untilChained(audit.sequencer, 1)
    const { intact, cannotExclude } = await verify()
    expect(intact).toBe(true)
    expect(cannotExclude).toEqual([expect.stringContaining('positions 31 to 31')])
  })

  it('lists rows that wait for the sequencer apart from the verdict', async () => {
    await db.database.transaction((tx) => audit.log.record(tx, anEntry({ action: 'waiting.row.written' })))
    const { intact, unchained } = await verify()
    expect(intact).toBe(true)
    expect(unchained).toMatchObject({ count: 1, first: [{ action: 'waiting.row.written' }] })
    expect((await command()).text).toMatch(/not chained yet, so not protected: 1 rows, the oldest \d+\.\d s old/)
  })

  it('can be checked by an auditor who brings only the public key', async () => {
    const publicKeyFile = `${folder.file}.pub`
    expect(await readFile(publicKeyFile, 'utf8')).toBe(publicPem(verifyingKey(audit.keyring)))
    expect((await command({ keyring: undefined, publicKeyFile })).code).toBe(0)
  })
})

describe('an entry that was changed', () => {
  const changes: [string, string][] = [
    ['its action', `action = 'other.thing.done'`],
    ['a fact', `facts = '{"n": 3.0}'`],
    ['its time, by a microsecond', `at = at + interval '1 microsecond'`],
    ['its person', `person_id = gen_random_uuid()`],
    ['its transaction', `tx = (tx::text::bigint + 1)::text::xid8`],
    ['its error code', `error_code = 'OTP_INVALID'`],
    ['its hash version', `hash_version = 2`],
  ]
  it.each(changes)('is named: %s', async (_what, change) => {
    const id = await entryAt(14)
    await db.owner.execute(`UPDATE audit_entry SET ${change} WHERE id = $1`, [id])
    const { intact, firstBad, findingCount } = await verify()
    expect(intact).toBe(false)
    const kind = change.startsWith('hash_version') ? 'unknown-version' : 'edited'
    expect(firstBad).toMatchObject({ kind, position: '14', entryId: id })
    expect(findingCount).toBe(1)
  })

  it('is named when only the version in its chain row was changed', async () => {
    await db.owner.execute('UPDATE audit_chain SET hash_version = 2 WHERE position = 14')
    expect((await verify()).firstBad).toMatchObject({ kind: 'edited', position: '14' })
  })

  it('ends the command with exit code 1 and its first bad row', async () => {
    await db.owner.execute(`UPDATE audit_entry SET method = 'forged' WHERE id = ANY($1)`, [[await entryAt(22), await entryAt(9)]])
    const { code, text } = await command()
    expect(code).toBe(1)
    expect(text).toMatch(/^TAMPERED WITH: 2 findings in 30 rows\nfirst bad row: position 9, row /)
  })
})

describe('rows that are gone', () => {
  it('an entry, with its chain row left behind', async () => {
    const id = await entryAt(14)
    await db.owner.execute('DELETE FROM audit_entry WHERE id = $1', [id])
    expect((await verify()).firstBad).toMatchObject({ kind: 'removed', position: '14', entryId: id })
  })

  it('an entry and its chain row: the gap is named', async () => {
    const id = await entryAt(14)
    await db.owner.execute('DELETE FROM audit_chain WHERE position = 14')
    await db.owner.execute('DELETE FROM audit_entry WHERE id = $1', [id])
    const { firstBad, findingCount } = await verify()
    expect(firstBad).toMatchObject({ kind: 'removed', position: '14', detail: 'position 14 is missing from the chain' })
    expect(findingCount).toBe(1)
  })

  it('both, with the later positions moved up to close the gap', async () => {
    const id = await entryAt(14)
    await db.owner.execute('DELETE FROM audit_chain WHERE position = 14')
    await db.owner.execute('DELETE FROM audit_entry WHERE id = $1', [id])
    await movePositions(15, -1)
    expect((await verify()).firstBad).toMatchObject({ kind: 'removed', position: '14' })
  })

  it('a chain row only: its entry is then found among the unchained', async () => {
    const id = await entryAt(14)
    await db.owner.execute('DELETE FROM audit_chain WHERE position = 14')
    const { findings } = await verify()
    expect(findings).toContainEqual(expect.objectContaining({ kind: 'inserted', entryId: id }))
    expect(findings).toContainEqual(expect.objectContaining({ kind: 'removed', position: '14' }))
  })

  it('the tail, with its entries and its checkpoints: the file still knows them', async () => {
    await db.owner.execute('DELETE FROM audit_entry WHERE id IN (SELECT entry_id FROM audit_chain WHERE position > 17)')
    await db.owner.execute('DELETE FROM audit_chain WHERE position > 17')
    await db.owner.execute('DELETE FROM audit_checkpoint WHERE position > 17')
    const { firstBad, findings } = await verify()
    expect(firstBad).toMatchObject({ kind: 'cut-tail', position: '18' })
    expect(findings).toHaveLength(1)
    expect((await command({ checkpointFile: null })).code).toBe(3)
  })

  it('everything', async () => {
    await db.owner.execute('TRUNCATE audit_entry, audit_chain, audit_checkpoint')
    expect((await verify()).firstBad).toMatchObject({ kind: 'cut-tail', position: '1' })
  })
})

describe('rows in the wrong place', () => {
  it('two entries exchanged in the chain', async () => {
    const [left, right] = [await entryAt(14), await entryAt(18)]
    await db.owner.execute('UPDATE audit_chain SET entry_id = -entry_id WHERE position IN (14, 18)')
    await db.owner.execute('UPDATE audit_chain SET entry_id = $1 WHERE position = 14', [right])
    await db.owner.execute('UPDATE audit_chain SET entry_id = $1 WHERE position = 18', [left])
    expect((await verify()).firstBad).toMatchObject({ kind: 'reordered', position: '14', entryId: right })
  })

  it.each([[14, 18], [14, 15]])('chain rows %i and %i exchanged', async (left, right) => {
    await db.owner.execute('UPDATE audit_chain SET position = 1000 WHERE position = $1', [left])
    await db.owner.execute('UPDATE audit_chain SET position = $1 WHERE position = $2', [left, right])
    await db.owner.execute('UPDATE audit_chain SET position = $1 WHERE position = 1000', [right])
    expect((await verify()).firstBad).toMatchObject({ kind: 'reordered', position: String(left) })
  })

  it('a forged row put between two true ones, hashed like them', async () => {
    const [forged] = await db.owner.query<{ id: string }>(
      `INSERT INTO audit_entry (action, outcome, channel, correlation_id, actor_kind)
       VALUES ('forged.row.put', 'info', 'system', 'x', 'system') RETURNING id::text AS id`)
    const { id } = forged!
    await movePositions(15, 1)
    await db.owner.execute(
      `INSERT INTO audit_chain (position, entry_id, prev_hash, hash, hash_version)
       SELECT 15, $1, hash, hash, 1 FROM audit_chain WHERE position = 14`,
      [id])
    const [row] = await db.owner.query<StoredEntry & { prev_hash: Buffer }>(
      `SELECT ${CANONICAL_COLUMNS}, c.prev_hash FROM audit_chain c JOIN audit_entry e ON e.id = c.entry_id WHERE c.position = 15`)
    await db.owner.execute('UPDATE audit_chain SET hash = $1 WHERE position = 15', [chainHash(row!.prev_hash, row!)])
    expect((await verify()).firstBad).toMatchObject({ kind: 'inserted', position: '15', entryId: id })
  })

  it('a forged entry slipped in among old ones, without a place in the chain', async () => {
    await db.owner.execute(
      `INSERT INTO audit_entry (id, tx, at, action, outcome, channel, correlation_id, actor_kind) OVERRIDING SYSTEM VALUE
       SELECT -5, tx, at, 'forged.row.put', 'info', 'system', 'x', 'system' FROM audit_entry ORDER BY id LIMIT 1`)
    const { firstBad } = await verify()
    expect(firstBad).toMatchObject({ kind: 'inserted', entryId: '-5' })
    expect((await command()).code).toBe(1)
  })
})

describe('a chain that was rebuilt', () => {
  it('from an edited row on, consistent in itself: the signed positions do not agree', async () => {
    await db.owner.execute(`UPDATE audit_entry SET outcome = 'refused' WHERE id = $1`, [await entryAt(14)])
    await rebuildFrom(14)
    const { firstBad, findings } = await verify()
    expect(firstBad).toMatchObject({ kind: 'rebuilt', position: '11' })
    expect(firstBad!.detail).toContain('so the first changed row is one of 11 to 20')
    expect(new Set(findings.map(({ kind }) => kind))).toEqual(new Set(['rebuilt']))
  })

  it('with the checkpoints of the database removed too', async () => {
    await db.owner.execute(`UPDATE audit_entry SET outcome = 'refused' WHERE id = $1`, [await entryAt(4)])
    await rebuildFrom(4)
    await db.owner.execute('DELETE FROM audit_checkpoint')
    const { findings } = await verify()
    expect(findings.map(({ kind }) => kind)).toContain('rebuilt')
    expect(findings.map(({ kind }) => kind)).toContain('checkpoint-removed')
    const alone = await verifyAudit({ on: db.database, keyring: audit.keyring })
    expect(alone).toMatchObject({ intact: true, cannotExclude: [expect.stringContaining('only the database was given')] })
  })

  it('and signed anew with a key the attacker made', async () => {
    await db.owner.execute(`UPDATE audit_entry SET outcome = 'refused' WHERE id = $1`, [await entryAt(14)])
    await rebuildFrom(14)
    await db.owner.execute('DELETE FROM audit_checkpoint')
    const forged = await temporaryFolder()
    const settings = { checkpointFile: forged.file }
    const attacker = auditParts(db.owner as typeof db.database, { keyring: testKeyRing(66), settings })
    await attacker.checkpointer.run()
    const { findings } = await verifyAudit({ on: db.database, checkpointFile: forged.file, keyring: audit.keyring })
    expect(findings.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['wrong-key']))
    await forged.remove()
  })
})

describe('checkpoints that are not what was signed', () => {
  const edit = async (change: (lines: string[]) => string[]): Promise<void> => {
    const lines = (await readFile(folder.file, 'utf8')).trimEnd().split('\n')
    await writeFile(folder.file, `${change(lines).join('\n')}\n`)
  }

  it('a line whose position was changed has a bad signature', async () => {
    await edit(([first, second, third]) => [first!, second!.replace('"position":"20"', '"position":"19"'), third!])
    expect((await verify()).firstBad).toMatchObject({ kind: 'bad-signature', position: '19' })
  })

  it('a row of audit_checkpoint whose hash was changed has a bad signature', async () => {
    await db.owner.execute('UPDATE audit_checkpoint SET hash = $1 WHERE position = 20', [createHash('sha256').digest()])
    expect((await verify()).findings).toContainEqual(expect.objectContaining({ kind: 'bad-signature', position: '20' }))
  })

  it('the wrong public key is told from a bad signature', async () => {
    const publicKey = publicPem(verifyingKey(testKeyRing(1)))
    const { findings } = await verifyAudit({ on: db.database, checkpointFile: folder.file, publicKey })
    expect(findings.map(({ kind }) => kind)).toEqual(['wrong-key'])
  })

  it('a key file beside the checkpoints that is not ours is reported', async () => {
    await writeFile(`${folder.file}.pub`, publicPem(verifyingKey(testKeyRing(1))))
    expect((await verify()).findings.map(({ kind }) => kind)).toEqual(['wrong-key'])
  })

  it('lines of another installation hold for nothing and are reported', async () => {
    await db.owner.execute(`INSERT INTO install (mode) VALUES ('production')`)
    expect((await verify()).firstBad).toMatchObject({ kind: 'foreign-checkpoint', position: '10' })
  })

  it('a line cut short by a power failure is counted, and the others still hold', async () => {
    await edit(([first, second, third]) => [first!, second!.slice(0, 40), third!])
    const { intact, checkpoints, cannotExclude } = await verify()
    expect(intact).toBe(true)
    expect(checkpoints).toMatchObject({ inFile: 2, unreadableLines: 1, coveredUpTo: '30' })
    expect(cannotExclude).toEqual(['1 lines of the checkpoint file cannot be read'])
  })

  it('lines out of order are still compared', async () => {
    await edit(([first, second, third]) => [third!, first!, second!])
    expect((await verify()).intact).toBe(true)
    await db.owner.execute(`UPDATE audit_entry SET outcome = 'refused' WHERE id = $1`, [await entryAt(4)])
    await rebuildFrom(4)
    expect((await verify()).findings.map(({ kind }) => kind)).toContain('rebuilt')
  })
})

describe('what cannot be checked', () => {
  it('a checkpoint file that should be there ends with exit code 2', async () => {
    const { code, text } = await command({ checkpointFile: `${folder.file}.elsewhere` })
    expect(code).toBe(2)
    expect(text).toMatch(/^NOT CHECKED: /)
  })

  it('a database that does not answer ends with exit code 2', async () => {
    await db.owner.execute('ALTER TABLE audit_chain RENAME TO audit_chain_gone')
    expect((await command()).code).toBe(2)
  })
})
