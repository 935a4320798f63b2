import { Injectable, type OnModuleInit } from '@nestjs/common'
import { Scheduler } from '../../../platform/scheduler/index.js'
import { Metrics } from '../../../platform/telemetry/index.js'
import { RemoveOld } from '../domain/remove-old.js'
import { TenantBrake } from '../domain/tenant-brake.js'

const HOUR_MS = 3_600_000

/** Clears away what no window needs any more, and shows the tenant's brake as a gauge. */
@Injectable()
export class VerificationRetention implements OnModuleInit {
  constructor(
    private readonly scheduler: Scheduler,
    private readonly metrics: Metrics,
    private readonly old: RemoveOld,
    private readonly brake: TenantBrake,
  ) {}

  onModuleInit(): void {
    this.scheduler.every({ name: 'verification-retention', everyMs: HOUR_MS, work: () => this.old.remove() })
    this.metrics.observe(
      'latchkey_verification_step_up_active',
      '1 while wrong codes over the whole tenant ask for stronger proofs',
      async () => ((await this.brake.active()) ? 1 : 0),
    )
  }
}
