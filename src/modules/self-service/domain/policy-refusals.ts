import { Injectable } from '@nestjs/common'
import type { Violation } from '../../../contract/problem.contract.js'
import type { RequestKind } from '../../../contract/self-service.contract.js'
import { DomainError } from '../../../kernel/domain-error.js'
import type { SecretText } from '../../../kernel/secret-text.js'
import { Database } from '../../../platform/database/database.js'
import { AuditLog } from '../../audit/index.js'
import type { Account } from '../../identity/index.js'
import { Passwords } from '../../passwords/index.js'

/** The last judgement before a password is sealed. Refusing one is an event of its own (requirements §1.14 check 2). */
@Injectable()
export class PolicyRefusals {
  constructor(
    private readonly database: Database,
    private readonly passwords: Passwords,
    private readonly audit: AuditLog,
  ) {}

  /** Recorded is which rules were broken, never by what. */
  async assertMeetsPolicy(
    personId: string, accounts: readonly Account[], kind: RequestKind & ('reset' | 'change'), password: SecretText, correlationId: string,
  ): Promise<void> {
    const violations = await this.passwords.violations(personId, accounts, kind, password)
    if (violations.length === 0) return
    await this.audit.record(this.database, {
      action: 'self-service.password.refused',
      outcome: 'refused',
      channel: 'self-service',
      correlationId,
      actor: { kind: 'person', id: personId },
      personId,
      errorCode: 'POLICY_VIOLATION',
      facts: { kind, rules: ruleNames(violations) },
    })
    throw new DomainError('POLICY_VIOLATION', { violations })
  }
}

const ruleNames = (violations: readonly Violation[]): string => violations.map((violation) => violation.rule).join(' ')
