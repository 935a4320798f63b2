import { DataSource, type DataSourceOptions } from 'typeorm'

export type DataSourceSettings = {
  /** postgres://role:password@host/database; a unix socket as host=%2Fpath or a percent-encoded host. */
  readonly url: string
  readonly applicationName: string
  readonly poolSize: number
  readonly entities?: DataSourceOptions['entities']
  readonly migrations?: DataSourceOptions['migrations']
  readonly onPoolError?: (error: Error) => void
}

/** Recorded migrations, one row each; the app role may read it. */
export const MIGRATION_TABLE = 'schema_migration'

/** The only place that makes a DataSource. The schema is written by migrations alone, never derived from entities. */
export function createDataSource(settings: DataSourceSettings): DataSource {
  return new DataSource({
    type: 'postgres',
    url: settings.url,
    applicationName: `latchkey ${settings.applicationName}`,
    poolSize: settings.poolSize,
    entities: settings.entities ?? [],
    migrations: settings.migrations ?? [],
    migrationsTableName: MIGRATION_TABLE,
    migrationsTransactionMode: 'each',
    synchronize: false,
    // Postgres restarting ends idle connections; that is news for the log, not a reason to fall over.
    poolErrorHandler: settings.onPoolError ?? (() => {}),
    connectTimeoutMS: 5_000,
    // pg would otherwise wait for ever on a server that accepts and then says nothing.
    extra: { keepAlive: true, idle_in_transaction_session_timeout: 60_000 },
  })
}
