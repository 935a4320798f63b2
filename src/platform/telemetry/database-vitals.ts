import { Injectable, Optional, type OnModuleInit } from '@nestjs/common'
import { Database } from '../database/database.js'
import { loadMigrations, pendingMigrations, type MigrationClass } from '../database/migrate.js'
import { Metrics } from './metrics.js'
import { Readiness } from './readiness.js'

type PoolCounts = { totalCount: number; idleCount: number; waitingCount: number }

/** Whether the database answers and has the schema this build was written for, and how busy our pool is. */
@Injectable()
export class DatabaseVitals implements OnModuleInit {
  #migrations: readonly MigrationClass[] | null = null

  constructor(
    private readonly metrics: Metrics,
    private readonly readiness: Readiness,
    @Optional() private readonly database?: Database,
  ) {}

  onModuleInit(): void {
    const { database } = this
    if (!database) return
    this.readiness.add('database', async () => void (await database.query('SELECT 1')))
    this.readiness.add('migrations', () => this.assertMigrated(database))
    const pool = (database.source.driver as unknown as { master?: PoolCounts }).master
    if (!pool) return
    this.metrics.observe('latchkey_database_pool_connections', 'Open connections of this process', () => pool.totalCount)
    this.metrics.observe('latchkey_database_pool_idle', 'Of these, not in use', () => pool.idleCount)
    this.metrics.observe('latchkey_database_pool_waiting', 'Callers waiting for a connection', () => pool.waitingCount)
  }

  private async assertMigrated(database: Database): Promise<void> {
    this.#migrations ??= await loadMigrations()
    const pending = await pendingMigrations(database, this.#migrations)
    if (pending.length > 0) throw new Error(`${pending.length} migrations are not applied`)
  }
}
