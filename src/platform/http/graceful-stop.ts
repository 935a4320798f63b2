import type { IncomingMessage, Server } from 'node:http'
import type { Socket } from 'node:net'
import { Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common'
import { HttpAdapterHost } from '@nestjs/core'
import { Readiness } from '../telemetry/index.js'
import { DRAIN_MS } from './http-settings.js'

/** Idle lines that became idle while we wait are closed this often. */
const SWEEP_MS = 100

/**
 * Stops taking requests, lets those in flight finish, and after eight seconds cuts what is left. Nest closes the database
 * only after this (onApplicationShutdown comes last).
 */
@Injectable()
export class GracefulStop implements OnApplicationBootstrap, BeforeApplicationShutdown {
  stopping = false
  /** Lines without a request so far. Browsers open some in advance, and node does not count these as idle. */
  readonly #unused = new Set<Socket>()

  constructor(
    private readonly adapter: HttpAdapterHost,
    private readonly readiness: Readiness,
  ) {}

  onApplicationBootstrap(): void {
    const server = this.adapter.httpAdapter?.getHttpServer() as Server | undefined
    server?.on('connection', (socket: Socket) => {
      this.#unused.add(socket)
      socket.once('close', () => this.#unused.delete(socket))
    })
    server?.on('request', (request: IncomingMessage) => this.#unused.delete(request.socket))
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopping = true
    this.readiness.stop()
    const server = this.adapter.httpAdapter?.getHttpServer() as Server | undefined
    if (!server?.listening) return
    await this.drain(server)
  }

  private drain(server: Server): Promise<void> {
    return new Promise((resolve) => {
      const sweep = setInterval(() => server.closeIdleConnections(), SWEEP_MS)
      const cut = setTimeout(() => server.closeAllConnections(), DRAIN_MS)
      for (const socket of this.#unused) socket.destroy()
      server.close(() => {
        clearInterval(sweep)
        clearTimeout(cut)
        resolve()
      })
    })
  }
}
