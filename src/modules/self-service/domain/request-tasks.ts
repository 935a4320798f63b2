import { Injectable } from '@nestjs/common'
import type { RequestKind } from '../../../contract/self-service.contract.js'
import { DomainError } from '../../../kernel/domain-error.js'
import type { SecretText } from '../../../kernel/secret-text.js'
import type { Tx } from '../../../platform/database/database.js'
import type { Account } from '../../identity/index.js'
import { Passwords } from '../../passwords/index.js'
import { Provisioning } from '../../provisioning/index.js'
import { SelfServiceSettings } from '../self-service-settings.js'

export type TasksOfRequest = {
  readonly requestId: string
  readonly kind: RequestKind
  readonly personId: string
  readonly accounts: readonly Account[]
  readonly newPassword: SecretText | null
  readonly currentPassword: SecretText | null
  readonly correlationId: string
}

/** What a request asks of provisioning: one durable task an account. A password goes by way of its only writer. */
@Injectable()
export class RequestTasks {
  constructor(
    private readonly passwords: Passwords,
    private readonly provisioning: Provisioning,
    private readonly settings: SelfServiceSettings,
  ) {}

  async submit(tx: Tx, tasks: TasksOfRequest): Promise<void> {
    const { requestId, personId, kind, accounts, newPassword, currentPassword, correlationId } = tasks
    const shared = {
      origin: 'SELF' as const,
      requestId,
      personId,
      mustChange: false,
      secretTtlSeconds: this.settings.secretTtlSeconds,
      actor: { kind: 'person' as const, id: personId },
      correlationId,
    }
    if (kind !== 'unlock') {
      if (!newPassword) throw new DomainError('REQUEST_INVALID')
      await this.passwords.submit(tx, { ...shared, kind, accounts, newPassword, currentPassword })
      return
    }
    for (const { id, directoryId, nativeId, login } of inLockOrder(accounts)) {
      await this.provisioning.submit(tx, {
        ...shared, kind, accountId: id, directoryId, ref: { nativeId, login }, newPassword: null, currentPassword: null,
      })
    }
  }
}

/** One order for everybody: two submits for the same two accounts must not wait for each other in a circle. */
const inLockOrder = (accounts: readonly Account[]): Account[] => [...accounts].sort((left, right) => (left.id < right.id ? -1 : 1))
