import { Injectable, type OnModuleInit } from '@nestjs/common'
import type { ErrorCode } from '../../../contract/error-codes.js'
import { DomainError } from '../../../kernel/domain-error.js'
import type { Queryable } from '../../../platform/database/database.js'
import { People, type Person } from '../../identity/index.js'
import { Provisioning } from '../../provisioning/index.js'

/** What of a person's own state forbids any change to their accounts, by whoever asks in their name. */
export function personRefusal(person: Person): ErrorCode | null {
  if (person.status === 'left' || person.identityLocked || person.adminLocked) return 'IDENTITY_LOCKED'
  return person.frozenUntil ? 'PERSON_FROZEN' : null
}

/** The same for what they do themselves: someone with a protected account may not, with none of their accounts. */
export function selfServiceRefusal(person: Person): ErrorCode | null {
  return personRefusal(person) ?? (person.privileged ? 'PRIVILEGED_TARGET' : null)
}

/** Every write of self-service asks this of the locked person row. */
export function assertMayAct(person: Person): void {
  const refusal = selfServiceRefusal(person)
  if (refusal) throw new DomainError(refusal)
}

/** The worker asks again right before the directory is called: what was set while a task waited still bites (decisions.md 22). */
@Injectable()
export class PersonGate implements OnModuleInit {
  constructor(
    private readonly provisioning: Provisioning,
    private readonly people: People,
  ) {}

  onModuleInit(): void {
    this.provisioning.addWriteGate((on, task) => (task.origin === 'SELF' ? this.ask(on, task.personId) : Promise.resolve(null)))
  }

  private async ask(on: Queryable, personId: string): Promise<ErrorCode | null> {
    return selfServiceRefusal(await this.people.getPerson(on, personId))
  }
}
