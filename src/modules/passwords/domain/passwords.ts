import { Injectable } from '@nestjs/common'
import type { PasswordCheck, PolicyView } from '../../../contract/password-policy.contract.js'
import type { Suggestion } from '../../../contract/self-service.contract.js'
import type { Violation } from '../../../contract/problem.contract.js'
import type { SecretText } from '../../../kernel/secret-text.js'
import type { Tx } from '../../../platform/database/database.js'
import type { Account } from '../../identity/index.js'
import type { Operation, Task } from '../../provisioning/index.js'

export type NewPassword = Pick<Operation, 'origin' | 'requestId' | 'personId' | 'mustChange' | 'secretTtlSeconds' | 'actor' | 'correlationId'> & {
  readonly kind: 'reset' | 'change'
  readonly accounts: readonly Account[]
  readonly newPassword: SecretText
  readonly currentPassword: SecretText | null
}

/** The only writer of passwords: policy, tasks, bookkeeping. Reset, change, and later initialize, uniform, takeover. */
@Injectable()
export class Passwords {
  /** The join of the product's policy and what each directory declares (cached; a directory read at most). */
  async effectivePolicy(_accounts: readonly Account[], _kind: 'reset' | 'change'): Promise<PolicyView> {
    throw new Error('pending')
  }
  /** Live check while typing: the same rules as the gate, and the meter. */
  async check(_personId: string, _accounts: readonly Account[], _kind: 'reset' | 'change', _password: SecretText): Promise<PasswordCheck> {
    throw new Error('pending')
  }
  /** Empty when it may be sent. Called before the transaction that submits. */
  async violations(_personId: string, _accounts: readonly Account[], _kind: 'reset' | 'change', _password: SecretText): Promise<Violation[]> {
    throw new Error('pending')
  }
  async suggest(_personId: string, _accounts: readonly Account[], _kind: 'passphrase' | 'random', _language: string): Promise<Suggestion> {
    throw new Error('pending')
  }
  /** One durable task per account, in the caller's transaction. */
  async submit(_tx: Tx, _request: NewPassword): Promise<Task[]> {
    throw new Error('pending')
  }
}
