import { Injectable } from '@nestjs/common'
import type { Queryable } from '../../../../platform/database/database.js'
import type { AccountCounts } from '../../../directories/index.js'

@Injectable()
export class AccountCensusStore {
  /** By directory. Reads all accounts once, which is a tenth of a second for 100,000. */
  async take(on: Queryable): Promise<Map<string, AccountCounts>> {
    const rows = await on.query<AccountCounts & { directoryId: string }>(
      `SELECT directory_id AS "directoryId", count(*) FILTER (WHERE gone_at IS NULL)::int AS accounts,
              count(*) FILTER (WHERE gone_at IS NULL AND unmatched IS NOT NULL)::int AS unmatched, count(gone_at)::int AS gone
       FROM account GROUP BY directory_id`)
    return new Map(rows.map(({ directoryId, ...counts }) => [directoryId, counts]))
  }
}
