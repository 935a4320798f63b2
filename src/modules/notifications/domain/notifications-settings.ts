import { Injectable } from '@nestjs/common'
import type { SecretText } from '../../../kernel/secret-text.js'

/** What the environment says (bound by the composition root) and the numbers of the sender. */
@Injectable()
export class NotificationsSettings {
  /** Set: real mail. May hold a password, hence secret. */
  readonly smtpUrl: SecretText | null = null
  /** A demo without SMTP shows its mails on a page instead (decisions.md 1); elsewhere no SMTP means no mail. */
  readonly demo: boolean = false
  /** An address, or `Name <address>`; the product's name stands where none is given. */
  readonly from: string = 'latchkey@localhost'
  /** The only origin a link may have (security.md rule 4). */
  readonly publicOrigin: string = 'http://localhost:3000'
  readonly productName: string = 'Latchkey'
  readonly serviceDeskPhone: string | null = null
  /** Clock times in mails are in this zone, which they name. */
  readonly timeZone: string = Intl.DateTimeFormat().resolvedOptions().timeZone

  readonly concurrency: number = 4
  /** Longer than the whole of one send: a lease that ran out means a dead process. */
  readonly leaseSeconds: number = 45
  /** The end of one attempt, however slowly the server answers; socket timeouts alone never end a server that trickles. */
  readonly sendWithinMs: number = 25_000
  readonly retryBaseMs: number = 1_000
  readonly retryCapMs: number = 15_000
  /** A code that arrives with less than this left helps nobody. */
  readonly leastUsefulMs: number = 2_000
  /** Transport failures in a row, over all processes, until the method shows as unavailable. */
  readonly failuresToOpen: number = 3
  readonly probeEveryMs: number = 5_000
  readonly keepSettledDays: number = 30
  readonly retentionBatch: number = 1_000
  readonly demoInboxSize: number = 200

  static of(overrides: Partial<NotificationsSettings>): NotificationsSettings {
    return Object.assign(new NotificationsSettings(), overrides)
  }
}
