import { Injectable, Logger } from '@nestjs/common'
import type { Queryable, Tx } from '../../../platform/database/database.js'
import { AuditLog } from '../../audit/index.js'
import { BrakeStore, type CodeCounts } from '../persistence/brake.store.js'
import { VerificationSettings } from './verification-settings.js'

/**
 * Watches wrong codes over the whole tenant: someone who tries one code on each of ten thousand people stays below every
 * personal budget and not below this (security.md, Numbers). It raises a flag that `decideRequirement` is asked with, an audit
 * row, a gauge and a line that somebody is to be woken by.
 */
@Injectable()
export class TenantBrake {
  readonly #log = new Logger('Verification')

  constructor(
    private readonly store: BrakeStore,
    private readonly audit: AuditLog,
    private readonly settings: VerificationSettings,
  ) {}

  async count(tx: Tx, kind: 'wrong' | 'correct', correlationId: string): Promise<void> {
    const counts = await this.store.count(tx, kind, this.settings.brakeRatioMinutes)
    const reason = kind === 'wrong' ? this.#reason(counts) : null
    if (reason === null || !(await this.store.pull(tx, this.settings.brakeSeconds, reason))) return
    tx.afterCommit(() => this.#log.error(
      `codes are being tried over the whole tenant (${reason}: ${counts.wrong} wrong, ${counts.correct} right): only long ones count now`))
    await this.audit.record(tx, {
      action: 'verification.step-up.activated',
      outcome: 'info',
      channel: 'system',
      correlationId,
      actor: { kind: 'system', id: null },
      facts: { reason, wrongThisMinute: counts.wrong_this_minute, wrong: counts.wrong, correct: counts.correct },
    })
  }

  active(on?: Queryable): Promise<boolean> {
    return this.store.active(on)
  }

  #reason({ wrong_this_minute, wrong, correct }: CodeCounts): string | null {
    const { brakeWrongPerMinute, brakeRatio, brakeRatioLeast } = this.settings
    if (wrong_this_minute > brakeWrongPerMinute) return 'wrong-codes-per-minute'
    return wrong >= brakeRatioLeast && wrong > brakeRatio * correct ? 'wrong-to-right-ratio' : null
  }
}
