import { CODE_OF_REASON, CONNECTOR_REASONS, ConnectorError } from '../../../src/modules/directories/index.js'
import { conclusionOfCertain } from '../../../src/modules/provisioning/domain/conclusion.js'

it('has an answer for every reason of the closed list, with the code of the catalogue', () => {
  for (const reason of CONNECTOR_REASONS) {
    expect(conclusionOfCertain(new ConnectorError(reason, 'its words'))).toMatchObject({ code: CODE_OF_REASON[reason], diagnostic: 'its words' })
  }
})

it('tries again only what may pass by itself', () => {
  const again = CONNECTOR_REASONS.filter((reason) => conclusionOfCertain(new ConnectorError(reason, '')).kind === 'deferred')
  expect(again).toEqual(['unreachable', 'throttled', 'timed-out', 'unknown'])
})

it('makes a dead letter, ready for a re-run, of what an admin must repair', () => {
  const dead = CONNECTOR_REASONS.filter((reason) => conclusionOfCertain(new ConnectorError(reason, '')).kind === 'failed')
  expect(dead).toEqual(['bad-credentials', 'not-permitted'])
})

it.each([
  ['history', [], { rule: 'history' }],
  ['too-young', [], { rule: 'min-age' }],
  ['policy-refused', [{ rule: 'min-length' }], { rule: 'min-length' }],
  ['policy-refused', [], {}],
] as const)('names the rule of %s %j for the person', (reason, violations, params) => {
  expect(conclusionOfCertain(new ConnectorError(reason, '', 'no', violations))).toMatchObject({ params })
})
