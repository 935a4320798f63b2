import type { Server } from 'node:http'
import { Injectable, type BeforeApplicationShutdown } from '@nestjs/common'
import { HttpAdapterHost } from '@nestjs/core'
import { Readiness } from '../telemetry/index.js'
import { DRAIN_MS } from './http-settings.js'

/** Idle lines that became idle while we wait are closed this often. */
const SWEEP_MS = 100

/**
 * Stops taking requests, lets those in flight finish, and after ten seconds cuts what is left. Nest closes the database
 * only after this (onApplicationShutdown comes last).
 */
@Injectable()
export class GracefulStop implements BeforeApplicationShutdown {
  stopping = false

  constructor(
    private readonly adapter: HttpAdapterHost,
    private readonly readiness: Readiness,
  ) {}

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
      server.close(() => {
        clearInterval(sweep)
        clearTimeout(cut)
        resolve()
      })
    })
  }
}
