import { Injectable } from '@nestjs/common'
import type { RequestState } from '../../../contract/self-service.contract.js'
import type { Tx } from '../../../platform/database/database.js'
import { People, type ContactPoint } from '../../identity/index.js'
import { Notifications, type Message } from '../../notifications/index.js'
import type { Task } from '../../provisioning/index.js'
import type { ServiceRequestRow } from '../persistence/service-request.store.js'

const USEFUL_MS = 3 * 24 * 60 * 60 * 1000

/** One message a result to each mail contact on record: whoever's password it is must hear of it (security.md). */
@Injectable()
export class ResultMessages {
  constructor(
    private readonly people: People,
    private readonly notifications: Notifications,
  ) {}

  async queue(tx: Tx, request: ServiceRequestRow, tasks: readonly Task[], state: Exclude<RequestState, 'applying'>): Promise<void> {
    const contacts = await this.people.listContactPoints(tx, request.person_id)
    for (const contact of contacts.filter((each) => each.kind === 'mail' && each.verified)) {
      await this.notifications.enqueue(tx, this.message(this.envelope(request, tasks, contact), request, tasks, state))
    }
  }

  private envelope(request: ServiceRequestRow, tasks: readonly Task[], contact: ContactPoint) {
    return {
      channel: 'mail' as const,
      to: contact.value,
      personId: request.person_id,
      language: request.language,
      usefulUntil: new Date(Date.now() + USEFUL_MS),
      onceKey: `result ${request.id} ${request.runs} ${contact.id}`,
      correlationId: tasks[0]?.correlationId ?? request.id,
    }
  }

  private message(
    envelope: ReturnType<ResultMessages['envelope']>, request: ServiceRequestRow, tasks: readonly Task[], state: Exclude<RequestState, 'applying'>,
  ): Message {
    const reference = `SR-${request.number}`
    const at = new Date().toISOString()
    const done = namesOf(tasks.filter((task) => task.state === 'succeeded'))
    if (state === 'completed') {
      const template = request.kind === 'unlock' ? 'account-unlocked' : 'password-changed'
      return { ...envelope, template, params: { accounts: done, at, by: 'self-service', reference } }
    }
    const notDone = tasks.filter((task) => task.state !== 'succeeded')
    return {
      ...envelope,
      template: 'outcome-settled',
      params: {
        operation: request.kind,
        outcome: state,
        done,
        notDone: namesOf(notDone.filter((task) => !task.mayHaveChanged)),
        unknown: namesOf(notDone.filter((task) => task.mayHaveChanged)),
        reference,
        at,
      },
    }
  }
}

const namesOf = (tasks: readonly Task[]): string[] => tasks.map(({ directoryName }) => directoryName)
