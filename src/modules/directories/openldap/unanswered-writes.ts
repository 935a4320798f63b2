/** As long as an outcome may still be asked for (decisions.md 6). */
const REMEMBERED_MS = 20 * 60_000

/** Which server was asked for a write that was never answered. Replicas may show it later than the one that did it. */
export class UnansweredWrites {
  readonly #servers = new Map<string, { readonly server: string; readonly until: number }>()

  remember(nativeId: string, server: string): void {
    const now = Date.now()
    for (const [id, { until }] of this.#servers) if (until <= now) this.#servers.delete(id)
    this.#servers.set(nativeId, { server, until: now + REMEMBERED_MS })
  }
  serverOf(nativeId: string): string | null {
    const kept = this.#servers.get(nativeId)
    return kept && kept.until > Date.now() ? kept.server : null
  }
}
