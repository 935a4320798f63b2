export {
  Verification,
  type AnswerResult, type AssuranceLevel, type FlowProof, type KnownPasswordResult, type Purpose, type StartAnswer, type Subject,
} from './domain/verification.js'
export { decideRequirement, satisfies, type Requirement, type RequirementQuestion } from './domain/requirement.js'
