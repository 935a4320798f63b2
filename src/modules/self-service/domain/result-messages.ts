import { Injectable } from '@nestjs/common'
import type { RequestState } from '../../../contract/self-service.contract.js'
import type { Tx } from '../../../platform/database/database.js'
import { Directories } from '../../directories/index.js'
import { People } from '../../identity/index.js'
import { Notifications, type Template } from '../../notifications/index.js'
import type { Task } from '../../provisioning/index.js'
import type { ServiceRequestRow } from '../persistence/service-request.store.js'

const USEFUL_MS = 3 * 24 * 60 * 60 * 1000

/** One message a result to each mail contact on record: whoever's password it is must hear of it (security.md). */
@Injectable()
export class ResultMessages {
  constructor(
    private readonly people: People,
    private readonly directories: Directories,
    private readonly notifications: Notifications,
  ) {}

  async queue(tx: Tx, request: ServiceRequestRow, tasks: readonly Task[], state: RequestState): Promise<void> {
    const person = await this.people.getPerson(tx, request.person_id)
    const contacts = await this.people.listContactPoints(tx, person.id)
    const changed = tasks.filter((task) => task.state === 'succeeded')
    const rest = tasks.filter((task) => task.state !== 'succeeded')
    const template: Template =
      changed.length === 0 ? 'outcome-settled' : request.kind === 'unlock' ? 'account-unlocked' : 'password-changed'
    for (const contact of contacts.filter((each) => each.kind === 'mail' && each.verified)) {
      await this.notifications.enqueue(tx, {
        template,
        channel: 'mail',
        to: contact.value,
        personId: person.id,
        language: request.language,
        params: {
          name: person.displayName,
          reference: `SR-${request.number}`,
          state,
          directories: this.names(changed.length ? changed : rest),
          failed: changed.length ? this.names(rest) : '',
          at: new Date().toISOString(),
        },
        usefulUntil: new Date(Date.now() + USEFUL_MS),
        onceKey: `result ${request.id} ${request.runs} ${contact.id}`,
        correlationId: tasks[0]?.correlationId ?? request.id,
      })
    }
  }

  private names(tasks: readonly Task[]): string {
    return tasks.map((task) => this.directories.get(task.directoryId).name).join(', ')
  }
}
