import { Injectable, type OnApplicationShutdown } from '@nestjs/common'
import type pg from 'pg'
import { DataSource, type EntityManager, type EntityTarget, type ObjectLiteral, type QueryRunner, type Repository } from 'typeorm'
import { copyOut } from './copy-out.js'

/** Whatever can run a statement: the pool (each statement commits by itself) or one open transaction. */
export interface Queryable {
  /** Rows of a SELECT or of a statement with RETURNING. */
  query<Row extends object>(sql: string, params?: unknown[]): Promise<Row[]>
  /** Number of rows a guarded statement really changed: the caller decides on it, so it must look at it. */
  execute(sql: string, params?: unknown[]): Promise<number>
  repository<Entity extends ObjectLiteral>(entity: EntityTarget<Entity>): Repository<Entity>
  /** COPY … TO STDOUT, message by message while it arrives. For reading a great deal; see copy-out.ts. */
  copyOut(sql: string, onData: (message: Buffer) => void): Promise<void>
}

/** One open transaction. Passed from hand to hand, never kept: what needs a transaction says so in its signature. */
export interface Tx extends Queryable {
  /** Runs once the transaction has committed, in this process only (wake a worker, publish an event). Must not throw. */
  afterCommit(work: () => void): void
}

class Session implements Tx {
  readonly afterwards: (() => void)[] = []
  constructor(private readonly manager: EntityManager) {}
  async query<Row extends object>(sql: string, params: unknown[] = []): Promise<Row[]> {
    return rowsOf<Row>(await runStatement(this.manager, sql, params))
  }
  async execute(sql: string, params: unknown[] = []): Promise<number> {
    return (await runStatement(this.manager, sql, params)).affected
  }
  repository<Entity extends ObjectLiteral>(entity: EntityTarget<Entity>): Repository<Entity> {
    return this.manager.getRepository(entity)
  }
  copyOut(sql: string, onData: (message: Buffer) => void): Promise<void> {
    return withRunner(this.manager, async (runner) => copyOut((await runner.connect()) as pg.ClientBase, sql, onData))
  }
  afterCommit(work: () => void): void {
    this.afterwards.push(work)
  }
}

type StatementResult = { records: object[]; affected: number }

/** TypeORM answers SELECT with rows and UPDATE/DELETE with [rows, count]; the structured form gives both for all. */
async function runStatement(manager: EntityManager, sql: string, params: unknown[]): Promise<StatementResult> {
  const result = await withRunner(manager, (runner) => runner.query(sql, params, true))
  return { records: (result.records ?? []) as object[], affected: result.affected ?? result.records?.length ?? 0 }
}

/** The transaction's own connection, or one of the pool for just this. */
async function withRunner<T>(manager: EntityManager, work: (runner: QueryRunner) => Promise<T>): Promise<T> {
  const runner = manager.queryRunner ?? manager.connection.createQueryRunner()
  try {
    return await work(runner)
  } finally {
    if (!manager.queryRunner) await runner.release()
  }
}
const rowsOf = <Row extends object>(result: StatementResult): Row[] => result.records as Row[]

/** The only door to Postgres for the modules. One DataSource, one pool, a process. */
@Injectable()
export class Database implements Queryable, OnApplicationShutdown {
  constructor(readonly source: DataSource) {}

  query<Row extends object>(sql: string, params: unknown[] = []): Promise<Row[]> {
    return new Session(this.source.manager).query<Row>(sql, params)
  }

  execute(sql: string, params: unknown[] = []): Promise<number> {
    return new Session(this.source.manager).execute(sql, params)
  }

  repository<Entity extends ObjectLiteral>(entity: EntityTarget<Entity>): Repository<Entity> {
    return this.source.getRepository(entity)
  }

  copyOut(sql: string, onData: (message: Buffer) => void): Promise<void> {
    return new Session(this.source.manager).copyOut(sql, onData)
  }

  /**
   * Commits what `work` did, or nothing. READ COMMITTED: guards are written as conditions of the statement itself
   * (UPDATE … WHERE state = …, partial unique indexes), never as a read followed by a write.
   */
  async transaction<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    let afterwards: (() => void)[] = []
    const answer = await this.source.transaction(async (manager) => {
      const session = new Session(manager)
      afterwards = session.afterwards
      return work(session)
    })
    for (const run of afterwards) run()
    return answer
  }

  async onApplicationShutdown(): Promise<void> {
    if (this.source.isInitialized) await this.source.destroy()
  }
}
