import { Injectable } from '@nestjs/common'

@Injectable()
export class PasswordsSettings {
  /** A person waits for it, so it is far below the budget of a write. */
  readonly rulesWithinMs: number = 3_000
  /** How long rules that were read count as today's; live checks must not ask the directory per key. */
  readonly rulesFreshMs: number = 60_000
  /** After a failed read: how long not to ask again. */
  readonly rulesRetryMs: number = 5_000
  /** Accounts whose rules are remembered; AD may have one policy for each (PSO). */
  readonly rulesKept: number = 5_000
  /** Draws before a policy counts as one that no generated password can meet. */
  readonly suggestionTries: number = 8
}
