import { Injectable } from '@nestjs/common'

@Injectable()
export class PasswordsSettings {
  /** A person waits for it, so it is far below the budget of a write. */
  readonly rulesWithinMs: number = 3_000
  /** Draws before a policy counts as one that no generated password can meet. */
  readonly suggestionTries: number = 8
}
