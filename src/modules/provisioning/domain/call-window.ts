import { ConnectorError, type CallContext } from '../../directories/index.js'

/**
 * The time one execution may spend at the directory, on this process's monotonic clock: it starts before the claim was
 * sent, so it ends before the lease does, whatever the wall clocks of the two machines say.
 */
export class CallWindow {
  readonly #end: number
  constructor(startedAt: number, private readonly budgetMs: number, private readonly correlationId: string) {
    this.#end = startedAt + budgetMs
  }
  leftMs(): number {
    return Math.max(0, this.#end - performance.now())
  }
  context(): CallContext {
    return { deadline: new Date(Date.now() + this.leftMs()), correlationId: this.correlationId }
  }
  /** The call must end by itself at its deadline; one that does not is left alone a second later. */
  async bound<T>(call: Promise<T>): Promise<T> {
    let timer: NodeJS.Timeout | undefined
    const end = new Promise<never>((_, reject) => {
      timer = setTimeout(
        () => reject(new ConnectorError('timed-out', `no answer within ${this.budgetMs} ms`, 'unknown')),
        this.leftMs() + 1_000,
      )
    })
    try {
      return await Promise.race([call, end])
    } finally {
      clearTimeout(timer)
    }
  }
}
