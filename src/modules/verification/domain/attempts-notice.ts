import { Injectable } from '@nestjs/common'
import type { Tx } from '../../../platform/database/database.js'
import { People } from '../../identity/index.js'
import { Notifications } from '../../notifications/index.js'
import { NOBODY, type AnswerContext } from './verification-method.js'
import { VerificationSettings } from './verification-settings.js'

/** Tells the person on record, at most once a day, that their codes are closed to strangers (decisions.md 14). */
@Injectable()
export class AttemptsNotice {
  constructor(
    private readonly people: People,
    private readonly notifications: Notifications,
    private readonly settings: VerificationSettings,
  ) {}

  /** One message for everybody: a decoy's is never sent. */
  async queue(tx: Tx, { subject, correlationId }: AnswerContext, until: Date): Promise<void> {
    const contacts = await this.people.listContactPoints(tx, subject.personId ?? NOBODY)
    const contact = contacts.find(({ kind, verified }) => kind === 'mail' && verified)
    const at = new Date(until.getTime() - this.settings.wrongCodesSeconds * 1000)
    await this.notifications.enqueue(tx, {
      template: 'reset-attempts',
      channel: 'mail',
      to: contact?.value ?? null,
      personId: subject.personId,
      language: subject.language,
      params: { wrongCodes: this.settings.wrongCodes, at: at.toISOString(), until: until.toISOString() },
      usefulUntil: until,
      onceKey: `reset-attempts ${subject.personId ?? subject.subjectKey.toString('hex')} ${at.toISOString().slice(0, 10)}`,
      correlationId,
    })
  }
}
