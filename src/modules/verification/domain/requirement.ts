import type { ErrorCode } from '../../../contract/error-codes.js'
import type { AssuranceLevel } from './verification.js'

export type RequirementQuestion = {
  readonly operation: 'reset' | 'change' | 'unlock'
  readonly channel: 'self-service'
  readonly privileged: boolean
}
export type Requirement =
  | { readonly allowed: true; readonly assurance: AssuranceLevel }
  | { readonly allowed: false; readonly code: ErrorCode }

/**
 * The one answer to *what must this person prove?* (decisions.md 27): pure, asked by the flow, by the gate at the write
 * and by any preview. Someone who knows the password proves little by it, and needs no more to change it; whoever has
 * forgotten it must prove more (requirements §1.4).
 */
export function decideRequirement(question: RequirementQuestion): Requirement {
  if (question.privileged) return { allowed: false, code: 'PRIVILEGED_TARGET' }
  return { allowed: true, assurance: question.operation === 'change' ? 'low' : 'medium' }
}

const RANK: Readonly<Record<AssuranceLevel, number>> = { low: 1, medium: 2, high: 3 }

export function satisfies(proof: { readonly assurance: AssuranceLevel }, required: { readonly assurance: AssuranceLevel }): boolean {
  return RANK[proof.assurance] >= RANK[required.assurance]
}
