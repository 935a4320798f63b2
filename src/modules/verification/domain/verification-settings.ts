import { Injectable } from '@nestjs/common'

const HOUR = 3_600
const DAY = 24 * HOUR

/** The numbers of security.md and decisions.md 25. Where a safe range is written there, a value outside it is refused. */
@Injectable()
export class VerificationSettings {
  readonly codeLength: number = 8
  /** Under the brake: a hundred times as many codes to guess from, and nobody is kept from a reset. */
  readonly longCodeLength: number = 10
  readonly codeSeconds: number = 5 * 60
  readonly triesPerChallenge: number = 5
  readonly wrongCodes: number = 10
  /** Both the window in which wrong codes add up and how long a spent budget stays closed. */
  readonly wrongCodesSeconds: number = DAY
  readonly resendsShort: number = 3
  readonly resendsShortSeconds: number = 15 * 60
  readonly resendsDay: number = 5
  /**
   * First codes of flows that never proved anybody, a day. Resends have their own budget; without this one a stranger who
   * opens flow after flow could fill a mailbox. A proof empties it.
   */
  readonly unprovedStartsDay: number = 20
  /** The page counts down to the next resend; doubled by each resend. Advice, the budgets are the rule. */
  readonly resendPauseSeconds: number = 30
  /** Absolute life of a flow: no proof is older when it is spent. */
  readonly evidenceSeconds: number = 15 * 60

  readonly deviceTries: number = 5
  readonly deviceSends: number = 5
  readonly deviceDays: number = 180
  readonly devicesPerPerson: number = 10

  /** What is assumed of a directory whose rules cannot be read (security.md rule 6). */
  readonly assumedLockoutThreshold: number = 3
  readonly assumedLockoutWindowSeconds: number = HOUR
  readonly mostPasswordTries: number = 5
  readonly lockoutRulesSeconds: number = 5 * 60
  /** An outage must not keep everybody at one try for longer than it lasts. */
  readonly unreadableRulesSeconds: number = 15
  readonly bindMs: number = 15_000

  readonly brakeWrongPerMinute: number = 50
  readonly brakeRatio: number = 5
  readonly brakeRatioMinutes: number = 10
  /** Below this many wrong codes in the window a ratio says nothing: three people mistyping at night are no attack. */
  readonly brakeRatioLeast: number = 30
  readonly brakeSeconds: number = 15 * 60

  /** Fewer people make no distribution worth keeping; until then masks are drawn from those that are there. */
  readonly decoyShapeLeastPeople: number = 10

  readonly keepDays: number = 7
  readonly retentionBatch: number = 1_000

  lengthOf({ longCode }: { readonly longCode: boolean }): number {
    return longCode ? this.longCodeLength : this.codeLength
  }

  /** Throws on a value outside its safe range: configuration that would weaken a proof refuses the start. */
  static of(overrides: Partial<VerificationSettings>): VerificationSettings {
    const settings = Object.assign(new VerificationSettings(), overrides)
    within('codeLength', settings.codeLength, 6, 10)
    within('longCodeLength', settings.longCodeLength, settings.codeLength, 10)
    within('codeSeconds', settings.codeSeconds, 2 * 60, 10 * 60)
    within('triesPerChallenge', settings.triesPerChallenge, 1, 5)
    within('wrongCodes', settings.wrongCodes, 1, 10)
    within('wrongCodesSeconds', settings.wrongCodesSeconds, DAY, 7 * DAY)
    within('resendsShort', settings.resendsShort, 0, 3)
    within('resendsDay', settings.resendsDay, 0, 5)
    within('evidenceSeconds', settings.evidenceSeconds, 60, 15 * 60)
    within('deviceTries', settings.deviceTries, 0, 5)
    within('mostPasswordTries', settings.mostPasswordTries, 1, 5)
    return settings
  }
}

function within(name: string, value: number, least: number, most: number): void {
  if (!Number.isInteger(value) || value < least || value > most) {
    throw new Error(`${name} must be a whole number from ${least} to ${most}`)
  }
}
