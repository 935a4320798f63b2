import fc from 'fast-check'
import { DomainError } from '../../../src/kernel/domain-error.js'
import type { AuditLog } from '../../../src/modules/audit/index.js'
import type { Account, ContactPoint, People, Person } from '../../../src/modules/identity/index.js'
import type { Notifications } from '../../../src/modules/notifications/index.js'
import { decoyReason } from '../../../src/modules/self-service/domain/decoy-reason.js'
import { PURPOSE_OF } from '../../../src/modules/self-service/domain/flow-access.js'
import { RequestGate } from '../../../src/modules/self-service/domain/request-gate.js'
import type { DecoyShapes } from '../../../src/modules/verification/domain/decoy-shapes.js'
import type { IssueCode } from '../../../src/modules/verification/domain/issue-code.js'
import { KnownPassword } from '../../../src/modules/verification/domain/known-password.js'
import { MailCode } from '../../../src/modules/verification/domain/mail-code.js'
import { Proofs } from '../../../src/modules/verification/domain/proofs.js'
import type { TenantBrake } from '../../../src/modules/verification/domain/tenant-brake.js'
import { Verification, VerificationSettings, type Subject } from '../../../src/modules/verification/index.js'
import type { Tx } from '../../../src/platform/database/database.js'
import type { Strength } from '../../../src/modules/verification/proof.js'
import { testKeyRing } from '../../builders/audit.js'

/** Everything of a person that may stand in the way of a reset, in every combination. */
type World = { person: Person; accounts: Account[]; contacts: ContactPoint[]; stepUp: boolean; kind: 'reset' | 'unlock'; strongest: Strength }
const people: fc.Arbitrary<Person> = fc.record({
  id: fc.constant('p'), displayName: fc.constant('A B'), givenName: fc.constant('A'), familyName: fc.constant('B'),
  language: fc.constantFrom('en', 'fi'), status: fc.constantFrom('active', 'left'),
  identityLocked: fc.boolean(), adminLocked: fc.boolean(), privileged: fc.boolean(),
  loginBlockedUntil: fc.constantFrom(null, new Date()), frozenUntil: fc.constantFrom(null, new Date()), revision: fc.constant(1),
})
const accounts = fc.array(fc.record({
  id: fc.uuid(), personId: fc.constant('p'), directoryId: fc.constant('d'), nativeId: fc.uuid(), login: fc.constant('a'),
  enabled: fc.boolean(), privileged: fc.boolean(),
}), { maxLength: 3 })
const contacts = fc.array(fc.record({
  id: fc.uuid(), personId: fc.constant('p'), kind: fc.constantFrom('mail' as const, 'phone' as const),
  value: fc.constant('a@posti.example'), masked: fc.constant('a•••@posti.example'),
  verified: fc.boolean(), behindAccount: fc.boolean(), recentlyChanged: fc.boolean(),
}), { maxLength: 4 })
/** Half of the worlds hold somebody whom nothing stands in the way of: the rest would be mostly refusals. */
const ordinary = { status: 'active', identityLocked: false, adminLocked: false, privileged: false, frozenUntil: null } as const
const usable = { kind: 'mail', verified: true, behindAccount: false, recentlyChanged: false } as const
const anyWorld: fc.Arbitrary<World> = fc.record({
  person: people, accounts, contacts, stepUp: fc.boolean(), kind: fc.constantFrom('reset' as const, 'unlock' as const),
  // methods to come: some are weaker than a code by mail, some know no long codes
  strongest: fc.record({ assurance: fc.constantFrom('low' as const, 'medium' as const, 'high' as const), longCode: fc.boolean() }),
})
const worlds = fc.oneof(anyWorld, anyWorld.map((world): World => ({
  ...world,
  person: { ...world.person, ...ordinary },
  accounts: world.accounts.map((account) => ({ ...account, enabled: true })),
  contacts: world.contacts.map((contact) => ({ ...contact, ...usable })),
})))
/** The same worlds in every run, so that a failure can be looked at. */
const RUNS = { numRuns: 500, seed: 20_261_121 }

const NO = null as never
const tx = {} as Tx
/** The product's own classes; stubbed is only what would ask a database. */
function verificationIn(world: World, spent: Strength): Verification {
  const mail = new MailCode(
    { listContactPoints: () => Promise.resolve(world.contacts) } as unknown as People,
    { current: () => Promise.resolve({ letters: [['a', 1]], domains: [['x.example', 1]], counts: [[1, 1]], accountDomains: [] }) } as unknown as DecoyShapes,
    NO as IssueCode, { mailAvailable: () => Promise.resolve(true) } as unknown as Notifications, NO, testKeyRing(),
  )
  Object.assign(mail, { strength: world.strongest })
  const brake = { active: () => Promise.resolve(world.stepUp) } as unknown as TenantBrake
  const evidence = { consume: () => Promise.resolve({ method: 'mail-code', ...spent }) }
  const proofs = new Proofs(evidence as never, NO, brake, testKeyRing(), new VerificationSettings())
  return new Verification(mail, new KnownPassword(NO, NO, NO, NO, NO, NO, NO), NO, NO, proofs, {} as AuditLog)
}
const subject: Subject = { personId: 'p', subjectKey: Buffer.alloc(32), identifierKey: Buffer.alloc(32), language: 'en' }

/** What the page of this person truly offers; a decoy's offers lead nowhere. */
async function offered(world: World): Promise<string[]> {
  const purpose = PURPOSE_OF[world.kind]
  if (decoyReason(world.person, world.accounts, world.contacts, purpose)) return []
  return (await verificationIn(world, NO).offers(tx, subject, purpose)).map(({ method }) => method)
}
async function refusalOfGate(world: World, proof: Strength): Promise<string | null> {
  const gate = new RequestGate(verificationIn(world, proof))
  try {
    await gate.pass(tx, world.person, world.kind, [{ evidenceId: 'e', flowId: 'f' }])
    return null
  } catch (error) {
    if (error instanceof DomainError) return error.code
    throw error
  }
}
/** The proof that walking the offered method leads to: its code is long only while the brake is on, and only if it can be. */
const provedBy = ({ strongest, stepUp }: World): Strength => ({ ...strongest, longCode: strongest.longCode && stepUp })

describe('what the page offers and what the gate asks', () => {
  it('whatever is offered is enough at the write', async () => {
    let walked = 0
    await fc.assert(fc.asyncProperty(worlds, async (world) => {
      if ((await offered(world)).length === 0) return
      walked += 1
      expect(await refusalOfGate(world, provedBy(world))).toBeNull()
    }), RUNS)
    expect(walked).toBeGreaterThan(50)
  })

  it('whom the gate refuses even at their strongest is offered nothing', async () => {
    let refused = 0
    await fc.assert(fc.asyncProperty(worlds, async (world) => {
      if ((await refusalOfGate(world, { ...world.strongest })) === null) return
      refused += 1
      expect(await offered(world)).toEqual([])
    }), RUNS)
    expect(refused).toBeGreaterThan(50)
  })

  it('a short code proved before the brake was pulled opens nothing while it is on, and the person is told to start again', async () => {
    await fc.assert(fc.asyncProperty(worlds, async (world) => {
      const before = await refusalOfGate({ ...world, stepUp: false }, { assurance: 'medium', longCode: false })
      const under = await refusalOfGate({ ...world, stepUp: true }, { assurance: 'medium', longCode: false })
      expect(under).toBe(before ?? 'FLOW_EXPIRED')
    }), RUNS)
  })

  it('a known password opens neither a reset nor an unlock', async () => {
    await fc.assert(fc.asyncProperty(worlds, async (world) => {
      expect(await refusalOfGate(world, { assurance: 'low', longCode: true })).not.toBeNull()
    }), RUNS)
  })
})
