import { Injectable } from '@nestjs/common'
import type { SettleListener, WriteGate } from './task.js'

/** What the modules above have asked to be called for. Provisioning knows none of them. */
@Injectable()
export class ProvisioningHooks {
  readonly writeGates: WriteGate[] = []
  readonly settleListeners: SettleListener[] = []
}
