import type { ErrorCode } from '../../../contract/error-codes.js'
import type { AssuranceLevel, Purpose, Strength } from '../proof.js'

export type RequirementQuestion = {
  readonly purpose: Purpose
  readonly channel: 'self-service'
  readonly privileged: boolean
  /** Somebody is trying codes all over the tenant: the brake is on. */
  readonly stepUp: boolean
}
export type Requirement =
  | ({ readonly allowed: true } & Strength)
  | { readonly allowed: false; readonly code: ErrorCode }

/** Someone who knows the password proves little by it; whoever has forgotten it must prove more (requirements §1.4). */
const ASKED: Readonly<Record<Purpose, AssuranceLevel>> = {
  'self-service-sign-in': 'low', 'password-change': 'low', 'account-unlock': 'medium', 'password-reset': 'medium',
}

/**
 * The one answer to *what must this person prove?* (decisions.md 27): pure, asked by the page for what it offers, by each
 * step for what it takes, and by the gate at the write.
 *
 * Under the brake a short code is not enough, whenever it was sent: codes are what is being guessed. It is not an end of
 * resets, since anybody can pull the brake with three made-up names (decisions.md 14: nobody can block another's reset).
 */
export function decideRequirement({ purpose, privileged, stepUp }: RequirementQuestion): Requirement {
  if (privileged) return { allowed: false, code: 'PRIVILEGED_TARGET' }
  const assurance = ASKED[purpose]
  return { allowed: true, assurance, longCode: stepUp && assurance === 'medium' }
}

const RANK: Readonly<Record<AssuranceLevel, number>> = { low: 1, medium: 2, high: 3 }

export function satisfies(proof: Strength, required: Requirement): boolean {
  if (!required.allowed || RANK[proof.assurance] < RANK[required.assurance]) return false
  return RANK[proof.assurance] > RANK[required.assurance] || proof.longCode || !required.longCode
}
