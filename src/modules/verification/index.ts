export {
  Verification,
  type AnswerResult, type AssuranceLevel, type FlowProof, type KnownPasswordResult, type Purpose, type StartAnswer, type Subject,
} from './domain/verification.js'
