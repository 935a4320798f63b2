import { createServer, type Server } from 'node:http'
import type { Socket } from 'node:net'
import { ExpressAdapter } from '@nestjs/platform-express'
import express from 'express'
import { newId } from '../../kernel/ids.js'
import { problemOf, PROBLEM_TYPE } from './problem.js'

/** Bounds on slow and greedy callers, in ms and bytes. The whole request, body included, is in within `REQUEST_MS`. */
const HEADERS_MS = 10_000
const REQUEST_MS = 15_000
/** Longer than the idle time of common balancers (60 s), so that they close first and never meet a closing line. */
const KEEP_ALIVE_MS = 65_000
/** How often node looks for lines past these bounds; its own 30 s would stretch them. */
const CHECK_EVERY_MS = 2_000
const MAX_HEADER_BYTES = 16 * 1024
const MAX_HEADERS = 100

export type ServerBounds = { readonly headersMs?: number; readonly requestMs?: number; readonly checkEveryMs?: number }

/** Express behind a server with bounds, and with exact routes: one spelling of a path, so that checks see what routes see. */
export class FrameAdapter extends ExpressAdapter {
  constructor(private readonly bounds: ServerBounds = {}) {
    const instance = express()
    instance.enable('case sensitive routing')
    instance.enable('strict routing')
    instance.disable('x-powered-by')
    instance.disable('etag')
    instance.set('query parser', 'simple')
    super(instance)
  }

  override initHttpServer(): void {
    const server = createServer(
      {
        headersTimeout: this.bounds.headersMs ?? HEADERS_MS,
        requestTimeout: this.bounds.requestMs ?? REQUEST_MS,
        keepAliveTimeout: KEEP_ALIVE_MS,
        connectionsCheckingInterval: this.bounds.checkEveryMs ?? CHECK_EVERY_MS,
        maxHeaderSize: MAX_HEADER_BYTES,
      },
      this.getInstance(),
    )
    server.maxHeadersCount = MAX_HEADERS
    server.on('clientError', answerBrokenRequest)
    this.httpServer = server as Server
  }
}

const STATUS_OF_BREAK: Readonly<Record<string, string>> = {
  HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
  ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
}

/** What never became a request (broken syntax, too many header bytes, too slow) still gets a problem, then the line is cut. */
function answerBrokenRequest(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy()
  const status = STATUS_OF_BREAK[error.code ?? ''] ?? '400 Bad Request'
  const code = error.code === 'HPE_HEADER_OVERFLOW' ? 'REQUEST_TOO_LARGE' : 'REQUEST_INVALID'
  const problem = problemOf(code, {}, 'en', newId())
  const body = JSON.stringify({ ...problem, status: Number(status.slice(0, 3)) })
  socket.end(
    `HTTP/1.1 ${status}\r\nContent-Type: ${PROBLEM_TYPE}\r\nContent-Length: ${Buffer.byteLength(body)}\r\n` +
      `Cache-Control: no-store\r\nConnection: close\r\n\r\n${body}`,
  )
}
