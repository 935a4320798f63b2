import { Injectable, type OnModuleInit } from '@nestjs/common'
import { Database } from '../../../../platform/database/database.js'
import { DirectoryCensus } from '../../../directories/index.js'
import { AccountCensusStore } from '../persistence/account-census.store.js'

/** Tells the list of directories how many accounts of each are on record. */
@Injectable()
export class AccountCensus implements OnModuleInit {
  constructor(
    private readonly database: Database,
    private readonly census: DirectoryCensus,
    private readonly store: AccountCensusStore,
  ) {}

  onModuleInit(): void {
    this.census.countBy(() => this.store.take(this.database))
  }
}
