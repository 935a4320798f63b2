export {
  Verification,
  type AnswerResult, type AssuranceLevel, type Choice, type EvidenceClaim, type FlowProof, type KnownPasswordResult,
  type MethodId, type Purpose, type SpentEvidence, type StartAnswer, type Subject, type VerificationMethod,
} from './domain/verification.js'
export { carriesReset } from './domain/carries-reset.js'
export { decideRequirement, satisfies, type Requirement, type RequirementQuestion } from './domain/requirement.js'
export { NOBODY } from './domain/verification-method.js'
export { VerificationSettings } from './domain/verification-settings.js'
export { VerificationModule } from './verification.module.js'
