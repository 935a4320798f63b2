import { setTimeout as pause } from 'node:timers/promises'
import { Injectable } from '@nestjs/common'
import { DomainError } from '../../../../kernel/domain-error.js'
import { AuditLog } from '../../../audit/index.js'
import { ImportTuning } from '../import-settings.js'

/**
 * Nothing is read in that the trail cannot tell of. A trail that falls behind for a moment is waited for, between pages and
 * outside of any transaction; one that stays away ends the run. What is on record stays, and the next run goes on from there.
 */
@Injectable()
export class TrailGate {
  constructor(
    private readonly audit: AuditLog,
    private readonly tuning: ImportTuning,
  ) {}

  /** Throws AUDIT_UNAVAILABLE after the patience of the import, or what the signal says. */
  async pass(signal?: AbortSignal): Promise<void> {
    const until = performance.now() + this.tuning.trailPatienceMs
    for (let refusal = this.#refusal(); refusal; refusal = this.#refusal()) {
      if (performance.now() >= until) throw refusal
      await pause(this.tuning.trailLookMs, undefined, { signal })
    }
  }

  #refusal(): DomainError | null {
    try {
      this.audit.assertWritable()
      return null
    } catch (error) {
      if (error instanceof DomainError) return error
      throw error
    }
  }
}
