import { Injectable } from '@nestjs/common'
import { DomainError } from '../../../kernel/domain-error.js'
import type { SecretText } from '../../../kernel/secret-text.js'
import { Directories } from '../../directories/index.js'
import type { Account, Person } from '../../identity/index.js'
import { Verification } from '../../verification/index.js'
import { PURPOSE_OF } from './flow-access.js'
import { FindSubject } from './find-subject.js'
import type { Proof } from './request-gate.js'

/** Proves the current password on each account to be changed. One after the other: the first wrong one ends it. */
@Injectable()
export class KnownPasswords {
  constructor(
    private readonly subjects: FindSubject,
    private readonly verification: Verification,
    private readonly directories: Directories,
  ) {}

  async prove(person: Person, accounts: readonly Account[], current: SecretText, requestId: string, correlationId: string): Promise<Proof[]> {
    const subject = this.subjects.subject(person, this.subjects.personKey(person.id), person.language)
    const proofs: Proof[] = []
    for (const account of accounts) {
      const answer = await this.verification.proveKnownPassword(
        subject, { flowId: requestId, purpose: PURPOSE_OF.change }, current, account.id, correlationId,
      )
      const directory = this.directories.get(account.directoryId).name
      if (answer.result === 'locked') throw new DomainError('SIGN_IN_LOCKED', { retryAt: answer.until, params: { directory } })
      if (answer.result === 'unavailable') throw new DomainError('CONNECTOR_UNAVAILABLE', { params: { directory } })
      if (answer.result === 'refused') {
        throw new DomainError('CURRENT_PASSWORD_WRONG', { params: { directory, triesLeft: answer.triesLeft }, fields: [{ field: 'currentPassword', reason: 'wrong' }] })
      }
      proofs.push({ flowId: requestId, evidenceId: answer.evidenceId })
    }
    return proofs
  }
}
