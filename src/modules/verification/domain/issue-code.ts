import { Injectable } from '@nestjs/common'
import { randomBytes, randomInt } from 'node:crypto'
import type { ChallengeView } from '../../../contract/self-service.contract.js'
import { newId } from '../../../kernel/ids.js'
import { SecretText } from '../../../kernel/secret-text.js'
import { KeyRing } from '../../../platform/crypto/keyring.js'
import type { Queryable, Tx } from '../../../platform/database/database.js'
import { ChallengeStore, type ChallengeTimes } from '../persistence/challenge.store.js'
import type { MethodId } from '../proof.js'
import { AccountBudget, type Sends } from './account-budget.js'
import type { StartContext } from './verification-method.js'
import { VerificationSettings } from './verification-settings.js'

export type IssuedCode = {
  readonly result: 'issued'
  readonly challengeId: string
  /** For the message, and nowhere else. */
  readonly code: SecretText
  readonly view: ChallengeView
  readonly expiresAt: Date
  readonly askedAt: Date
  readonly seq: number
}
export type IssueAnswer =
  | IssuedCode
  | { readonly result: 'limited'; readonly retryAt: Date }
  | { readonly result: 'locked'; readonly until: Date }

/** Makes one-time codes for methods that send them somewhere. Writes everything in the caller's transaction. */
@Injectable()
export class IssueCode {
  constructor(
    private readonly challenges: ChallengeStore,
    private readonly budget: AccountBudget,
    private readonly keys: KeyRing,
    private readonly settings: VerificationSettings,
  ) {}

  /**
   * The newest code of the flow, and the only one that works. It takes over the end and the used tries of a living one, so
   * asking again gains neither time nor tries. A decoy's row has a hash that no code has.
   */
  async issue(tx: Tx, method: MethodId, masked: string, context: StartContext): Promise<IssueAnswer> {
    const { subject, proof } = context
    const present = await this.challenges.present(tx, proof.flowId)
    if (present?.live && present.tries >= present.most_tries) return { result: 'limited', retryAt: present.expires_at }
    const resend = context.resend || present !== null
    const grant = await this.budget.takeSend(tx, subject, resend, context.deviceToken)
    if (!grant.granted) {
      return grant.because === 'closed' ? { result: 'locked', until: grant.until } : { result: 'limited', retryAt: grant.retryAt }
    }
    if (present) await this.challenges.supersede(tx, present.id)
    const id = newId()
    const { codeSeconds, triesPerChallenge } = this.settings
    const codeLength = this.settings.lengthOf(context)
    const code = randomCode(codeLength)
    const hash = codeHash(this.keys, id, code)
    const times = await this.challenges.insert(tx, {
      id, proof, method, masked, codeLength,
      subjectKey: subject.subjectKey,
      personId: subject.personId,
      target: context.target,
      longCode: context.longCode,
      codeHash: subject.personId === null ? randomBytes(hash.length) : hash,
      lifeSeconds: codeSeconds,
      mostTries: triesPerChallenge,
      replaces: present,
    })
    const shown = { ...times, method, masked, code_length: codeLength, most_tries: triesPerChallenge }
    return {
      result: 'issued', challengeId: id, code, seq: times.seq, expiresAt: times.expires_at, askedAt: times.created_at,
      view: challengeView(shown, grant.resends),
    }
  }

  /** What a page may show of the flow's newest unused code, also when it has run out. */
  async view(on: Queryable, flowId: string): Promise<ChallengeView | null> {
    const row = await this.challenges.find(on, flowId, this.settings.resendsShortSeconds)
    return row && challengeView(row, this.budget.resendsLeft(row, row.created_at))
  }

  /** What the next resend repeats. */
  async presentChoice(on: Queryable, flowId: string): Promise<{ method: MethodId; target: string } | null> {
    return this.challenges.presentChoice(on, flowId)
  }
}

/** The hash is bound to its challenge: the same code elsewhere has another one, and a copied row opens nothing. */
export function codeHash(keys: KeyRing, challengeId: string, code: SecretText): Buffer {
  return keys.hash('one-time-code', `${challengeId} ${code.reveal()}`)
}

function randomCode(length: number): SecretText {
  return new SecretText(String(randomInt(10 ** length)).padStart(length, '0'))
}

type Shown = ChallengeTimes & {
  readonly method: MethodId
  readonly masked: string
  readonly code_length: number
  readonly most_tries: number
}

function challengeView(row: Shown, { left, nextAt }: Sends): ChallengeView {
  // a code whose tries are used up is only followed by one that starts when it ends
  const spent = row.tries >= row.most_tries
  const resendAt = nextAt && spent && row.expires_at > nextAt ? row.expires_at : nextAt
  return {
    method: row.method,
    masked: row.masked,
    codeLength: row.code_length,
    sentAt: row.created_at.toISOString(),
    validUntil: row.expires_at.toISOString(),
    validMinutes: minutesBetween(row.created_at, row.expires_at),
    triesLeft: row.most_tries - row.tries,
    resendAt: resendAt?.toISOString() ?? null,
    resendsLeft: left,
    resent: row.seq > 1,
  }
}

export function minutesBetween(from: Date, to: Date): number {
  return Math.max(1, Math.floor((to.getTime() - from.getTime()) / 60_000))
}
