import { Findings, type AuditVerification } from '../../../src/modules/audit/domain/verification-findings.js'
import { exitCodeOf, reportOf, VERIFY_EXIT } from '../../../src/modules/audit/jobs/run-verify-audit.js'

const intact: AuditVerification = {
  intact: true, rows: 12, head: { position: '12', hash: 'ab' }, firstBad: null, findings: [], findingCount: 0,
  checkpoints: { inDatabase: 2, inFile: 2, unreadableLines: 0, signaturesChecked: true, coveredUpTo: '12' },
  unchained: { count: 0, oldestSeconds: 0, first: [] }, cannotExclude: [], seconds: 0.04,
}

it.each<[string, Partial<AuditVerification>, number]>([
  ['intact and anchored', {}, VERIFY_EXIT.intact],
  ['tampered with', { intact: false }, VERIFY_EXIT.tampered],
  ['no file', { checkpoints: { ...intact.checkpoints, inFile: null } }, VERIFY_EXIT.notAnchored],
  ['an empty file', { checkpoints: { ...intact.checkpoints, inFile: 0 } }, VERIFY_EXIT.notAnchored],
  ['no key', { checkpoints: { ...intact.checkpoints, signaturesChecked: false } }, VERIFY_EXIT.notAnchored],
  ['tampered with and no file', { intact: false, checkpoints: { ...intact.checkpoints, inFile: null } }, VERIFY_EXIT.tampered],
])('%s has its exit code', (_what, change, code) => {
  expect(exitCodeOf({ ...intact, ...change })).toBe(code)
})

it('the report of an intact trail is short', () => {
  expect(reportOf(intact)).toEqual([
    'INTACT: 12 rows, every hash recomputed in 0.0 s', 'head: position 12, ab',
    'checkpoints: 2 in the database, 2 in the file, signatures checked', 'not chained yet: none',
  ])
})

it('the report of a broken one names the first bad row first, then what else there is', () => {
  const findings = new Findings()
  findings.add('rebuilt', { position: 5n, orUpTo: 10n }, 'signed otherwise')
  findings.add('edited', { position: 7n, entryId: '71' }, 'row 71 changed')
  findings.add('wrong-key', {}, 'keys differ')
  const lines = reportOf({
    ...intact, intact: false, firstBad: findings.first(), findings: findings.listed, findingCount: findings.count,
    unchained: { count: 1, oldestSeconds: 61, first: [{ id: '99', action: 'a.b.c', at: new Date(0), ageSeconds: 61 }] },
    cannotExclude: ['something'],
  })
  expect(lines).toEqual([
    'TAMPERED WITH: 3 findings in 12 rows', 'first bad row: position 7, row 71', '  rebuilt: signed otherwise',
    '  edited: row 71 changed', '  wrong-key: keys differ', 'head: position 12, ab',
    'checkpoints: 2 in the database, 2 in the file, signatures checked',
    'not chained yet, so not protected: 1 rows, the oldest 61.0 s old', '  row 99, a.b.c, 61.0 s old',
    'cannot exclude: something',
  ])
})

it('a thousand findings are counted and fifty listed, the first among them', () => {
  const findings = new Findings()
  for (let position = 1000n; position > 0n; position -= 1n) findings.add('edited', { position }, 'x')
  expect(findings.count).toBe(1000)
  expect(findings.listed).toHaveLength(50)
  expect(reportOf({ ...intact, intact: false, findings: findings.listed, findingCount: 1000 })).toContain('  and 950 more')
})
