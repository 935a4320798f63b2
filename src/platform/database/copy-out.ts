import type pg from 'pg'

type Connection = { query(sql: string): void }

/**
 * COPY … TO STDOUT in the shape that pg takes for a query of one's own: no row object, no text, no type parser. `onData` is
 * called while the bytes arrive, with one message at a time, which Postgres fills with one row; it must not keep them. The
 * server goes on sending while a row is worked on, and waits when it is too far ahead.
 */
class CopyOut implements pg.Submittable {
  readonly ended: Promise<void>
  #resolve!: () => void
  #reject!: (error: unknown) => void
  #failed: { error: unknown } | null = null

  constructor(
    private readonly sql: string,
    private readonly onData: (message: Buffer) => void,
  ) {
    this.ended = new Promise((resolve, reject) => {
      this.#resolve = resolve
      this.#reject = reject
    })
  }

  submit(connection: unknown): void {
    (connection as Connection).query(this.sql)
  }

  handleCopyData({ chunk }: { chunk: Buffer }): void {
    if (this.#failed) return
    try {
      this.onData(chunk)
    } catch (error) {
      // thrown on, it would end the process from inside the socket's event
      this.#failed = { error }
    }
  }

  handleError(error: unknown): void {
    this.#failed ??= { error }
    this.#reject(this.#failed.error)
  }

  handleCommandComplete(): void {}

  handleReadyForQuery(): void {
    if (this.#failed) this.#reject(this.#failed.error)
    else this.#resolve()
  }
}

export function copyOut(client: pg.ClientBase, sql: string, onData: (message: Buffer) => void): Promise<void> {
  return client.query(new CopyOut(sql, onData)).ended
}
