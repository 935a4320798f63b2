import { Injectable } from '@nestjs/common'
import type { ContactField } from '../../../contract/import.contract.js'

export { CONTACT_FIELDS, DirectoryImport, SOURCED_FIELDS, type ContactField } from '../../../contract/import.contract.js'

/** AD lets people write their own mobile number (property set Personal-Information). */
export const PERSON_WRITES: Readonly<Record<string, readonly ContactField[]>> = { ad: ['mobile'] }

@Injectable()
export class ImportTuning {
  /** Entries asked for and written at a time. AD gives no more than 1,000. */
  readonly pageSize: number = 1_000
  readonly pageMs: number = 30_000
  /** More than this share of the known accounts gone in one run: somebody has to say that it is true. Percent. */
  readonly goneLimitPercent: number = 5
  /** Accounts marked as gone in one transaction. */
  readonly goneBatch: number = 1_000
  /** How long a trail that cannot be kept is waited for, before each page, and how often it is looked at. */
  readonly trailPatienceMs: number = 30_000
  readonly trailLookMs: number = 250
}
