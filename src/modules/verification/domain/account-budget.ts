import { Injectable } from '@nestjs/common'
import { KeyRing } from '../../../platform/crypto/keyring.js'
import { Database, type Queryable, type Tx } from '../../../platform/database/database.js'
import { BudgetStore, type SendBudget, type SendColumn, type SendState, type WrongBudget } from '../persistence/budget.store.js'
import { DeviceStore } from '../persistence/device.store.js'
import { VerificationSettings } from './verification-settings.js'
import { NOBODY, type Subject } from './verification-method.js'

export type Sends = { readonly left: number; readonly nextAt: Date | null }
export type SendGrant =
  | { readonly granted: true; readonly resends: Sends }
  | { readonly granted: false; readonly because: 'closed'; readonly until: Date }
  | { readonly granted: false; readonly because: 'limited'; readonly retryAt: Date }
/** A counted try. `left` is what the budget it was taken from still holds. */
export type TryGrant = {
  readonly from: 'account' | 'device'
  readonly stamp: string
  readonly left: number
}
export type TryRefusal = { readonly closedUntil: Date }

/**
 * What everybody who claims to be this person shares: wrong codes and sends, over all flows, browsers and processes
 * (security.md rule 5). A browser that has proved the person before keeps a small budget of its own when the shared one is
 * spent, so that a stranger who spends it locks out strangers only (decisions.md 14).
 */
@Injectable()
export class AccountBudget {
  constructor(
    private readonly database: Database,
    private readonly budgets: BudgetStore,
    private readonly devices: DeviceStore,
    private readonly keys: KeyRing,
    private readonly settings: VerificationSettings,
  ) {}

  /** Counts a try before it is compared. Each statement commits by itself. */
  async countTry(subject: Subject, deviceToken: string | null): Promise<TryGrant | TryRefusal> {
    const shared = await this.budgets.countWrong(subject.subjectKey, this.#wrong)
    if (shared) return { from: 'account', stamp: shared.stamp, left: this.#wrong.most - shared.count }
    if (deviceToken !== null) {
      const own = await this.devices.countWrong(this.#hash(deviceToken), subject.personId ?? NOBODY, this.settings.deviceTries)
      if (own) return { from: 'device', stamp: own.stamp, left: this.settings.deviceTries - own.count }
    }
    return { closedUntil: await this.closedUntil(this.database, subject) }
  }

  /** The try was right: it comes off the count it was put on. */
  async giveBack(tx: Tx, subject: Subject, grant: TryGrant, deviceToken: string | null): Promise<void> {
    await this.budgets.giveBack(tx, subject.subjectKey, grant.from === 'account' ? grant.stamp : null)
    if (grant.from === 'device' && deviceToken !== null) await this.devices.giveBack(tx, this.#hash(deviceToken), grant.stamp)
  }

  /** Takes a send in the caller's transaction. */
  async takeSend(tx: Tx, subject: Subject, resend: boolean, deviceToken: string | null): Promise<SendGrant> {
    const column: SendColumn = resend ? 'resent_at' : 'sent_at'
    const budget = resend ? this.#resends : this.#starts
    const recentSeconds = this.settings.resendsShortSeconds
    const state = await this.budgets.takeSend(tx, subject.subjectKey, column, this.#wrong, budget, recentSeconds)
    if (state) return { granted: true, resends: this.resendsLeft(state, state.at) }
    if (deviceToken !== null) {
      const most = { sends: this.settings.deviceSends, tries: this.settings.deviceTries }
      const own = await this.devices.takeSend(tx, this.#hash(deviceToken), subject.personId ?? NOBODY, most)
      if (own) return { granted: true, resends: { left: 0, nextAt: null } }
    }
    const closed = await this.budgets.closedUntil(tx, subject.subjectKey, this.#wrong)
    if (closed) return { granted: false, because: 'closed', until: closed }
    return { granted: false, because: 'limited', retryAt: await this.budgets.freeAgainAt(tx, subject.subjectKey, column, budget) }
  }

  /** What is left of the resends after a code of `sentAt`, and when the next may be asked for: never, when the day's are used up. */
  resendsLeft({ stamps, recent, at }: SendState, sentAt: Date): Sends {
    const { shortMost, shortSeconds, dayMost } = this.#resends
    const left = Math.max(0, Math.min(shortMost - recent, dayMost - stamps.length))
    if (stamps.length >= dayMost) return { left, nextAt: null }
    if (left === 0) return { left, nextAt: new Date((stamps.at(-shortMost) ?? at).getTime() + shortSeconds * 1000) }
    return { left, nextAt: new Date(sentAt.getTime() + this.settings.resendPauseSeconds * 1000 * 2 ** recent) }
  }

  async closedUntil(on: Queryable, subject: Subject): Promise<Date> {
    const until = await this.budgets.closedUntil(on, subject.subjectKey, this.#wrong)
    return until ?? new Date() // it opened this very moment: now is when to try again
  }

  #hash(deviceToken: string): Buffer {
    return this.keys.hash('device-cookie', deviceToken)
  }

  get #wrong(): WrongBudget {
    return { most: this.settings.wrongCodes, seconds: this.settings.wrongCodesSeconds }
  }

  get #resends(): SendBudget {
    const { resendsShort, resendsShortSeconds, resendsDay } = this.settings
    return { shortMost: resendsShort, shortSeconds: resendsShortSeconds, dayMost: resendsDay }
  }

  get #starts(): SendBudget {
    const { unprovedStartsDay, resendsShortSeconds } = this.settings
    return { shortMost: unprovedStartsDay, shortSeconds: resendsShortSeconds, dayMost: unprovedStartsDay }
  }
}
