import { Injectable } from '@nestjs/common'
import type { LimitRule } from '../../platform/limits/index.js'

/** The numbers of security.md for flows and sessions; rates are per source or per typed name. */
@Injectable()
export class SelfServiceSettings {
  readonly flowIdleSeconds: number = 5 * 60
  readonly flowAbsoluteSeconds: number = 15 * 60
  /** How long the outcome of a submitted flow can still be looked at in its browser. */
  readonly outcomeSeconds: number = 60 * 60
  readonly openChallengesPerPerson: number = 5
  /** A directory may refuse a password we could not judge (history): so many tries before a new proof is asked for. */
  readonly submissionsPerFlow: number = 5
  readonly sessionIdleSeconds: number = 10 * 60
  readonly sessionAbsoluteSeconds: number = 60 * 60
  readonly secretTtlSeconds: number = 10 * 60
  /** A look at the live account state for a page; past it the page shows what is on record. */
  readonly liveStateMilliseconds: number = 3_000
  readonly requestPageSize: number = 20

  readonly startsPerAddress: LimitRule = { name: 'self-service.start.address', points: 300, perSeconds: 15 * 60 }
  readonly startsPerIdentifier: LimitRule = { name: 'self-service.start.identifier', points: 20, perSeconds: 15 * 60 }
  readonly checksPerFlow: LimitRule = { name: 'self-service.check', points: 600, perSeconds: 15 * 60, keyIs: 'identifier' }
  readonly signInsPerAddress: LimitRule = { name: 'self-service.sign-in.address', points: 300, perSeconds: 15 * 60 }
}
