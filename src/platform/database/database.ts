import { Injectable, type OnApplicationShutdown } from '@nestjs/common'
import type pg from 'pg'
import { ConnectionIsNotSetError, DataSource, type EntityManager, type EntityTarget, type ObjectLiteral, type Repository } from 'typeorm'
import { isConnectionLoss } from './connection-loss.js'
import { copyIn, type CopyPart } from './copy-in.js'
import { copyOut } from './copy-out.js'
import { statement } from './statement.js'

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
  /** COPY … FROM STDIN into one table after the other; the number of rows of each. For writing a great deal; see copy-in.ts. */
  copyIn(parts: readonly CopyPart[]): Promise<number[]>
  /** Runs once the transaction has committed, in this process only (wake a worker, publish an event). Must not throw. */
  afterCommit(work: () => void): void
}

/** Several statements in one text are answered by a list of results, and nobody asks for their rows. */
const rowsOf = <Row extends object>({ rows }: { rows?: unknown[] }): Row[] => (rows ?? []) as Row[]

class Session implements Tx {
  readonly afterwards: (() => void)[] = []
  constructor(
    private readonly manager: EntityManager,
    private readonly connection: pg.ClientBase,
  ) {}
  async query<Row extends object>(sql: string, params: unknown[] = []): Promise<Row[]> {
    return rowsOf(await this.connection.query(statement(sql, params)))
  }
  async execute(sql: string, params: unknown[] = []): Promise<number> {
    return (await this.connection.query(statement(sql, params))).rowCount ?? 0
  }
  repository<Entity extends ObjectLiteral>(entity: EntityTarget<Entity>): Repository<Entity> {
    return this.manager.getRepository(entity)
  }
  copyOut(sql: string, onData: (message: Buffer) => void): Promise<void> {
    return copyOut(this.connection, sql, onData)
  }
  copyIn(parts: readonly CopyPart[]): Promise<number[]> {
    return copyIn(this.connection, parts)
  }
  afterCommit(work: () => void): void {
    this.afterwards.push(work)
  }
}

/** The only door to Postgres for the modules. One DataSource, one pool, a process. */
@Injectable()
export class Database implements Queryable, OnApplicationShutdown {
  constructor(readonly source: DataSource) {}

  async query<Row extends object>(sql: string, params: unknown[] = []): Promise<Row[]> {
    return rowsOf(await this.#withConnection((connection) => connection.query(statement(sql, params))))
  }

  async execute(sql: string, params: unknown[] = []): Promise<number> {
    return (await this.#withConnection((connection) => connection.query(statement(sql, params)))).rowCount ?? 0
  }

  repository<Entity extends ObjectLiteral>(entity: EntityTarget<Entity>): Repository<Entity> {
    return this.source.getRepository(entity)
  }

  copyOut(sql: string, onData: (message: Buffer) => void): Promise<void> {
    return this.#withConnection((connection) => copyOut(connection, sql, onData))
  }

  /**
   * Commits what `work` did, or nothing. READ COMMITTED: guards are written as conditions of the statement itself
   * (UPDATE … WHERE state = …, partial unique indexes), never as a read followed by a write.
   */
  async transaction<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    let afterwards: (() => void)[] = []
    const answer = await this.source.transaction(async (manager) => {
      const session = new Session(manager, (await manager.queryRunner!.connect()) as pg.ClientBase)
      afterwards = session.afterwards
      return work(session)
    })
    for (const run of afterwards) run()
    return answer
  }

  /** TypeORM's own: entities and statements share one set of connections. */
  get #pool(): pg.Pool {
    const { master } = this.source.driver as unknown as { master?: pg.Pool }
    if (!master) throw new ConnectionIsNotSetError('postgres')
    return master
  }

  /** One of the pool for just this. One whose server has gone is not given back, although its socket may not know it yet. */
  async #withConnection<T>(work: (connection: pg.PoolClient) => Promise<T>): Promise<T> {
    const connection = await this.#pool.connect()
    // a server that goes away between two answers says so as an event, which would end the process if nobody listened
    connection.on('error', ignore)
    let lost = false
    try {
      return await work(connection)
    } catch (error) {
      lost = isConnectionLoss(error)
      throw error
    } finally {
      connection.off('error', ignore)
      connection.release(lost)
    }
  }

  async onApplicationShutdown(): Promise<void> {
    if (this.source.isInitialized) await this.source.destroy()
  }
}

const ignore = (): void => {}
